package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/collect"
	"github.com/weirhq/weir/internal/durable"
)

type collectCmd struct {
	To      string        `help:"Address of the server, such as https://weir.example.org." required:"" placeholder:"URL"`
	Key     string        `help:"Write key of the account that gets the figures." required:"" env:"WEIR_COLLECT_KEY"`
	Every   time.Duration `help:"How often figures are taken." default:"10s"`
	Node    string        `help:"Name under which they arrive (default: this machine's name)."`
	Buffer  string        `help:"Folder for figures that wait while the server is away (default: weir-collect in the user's state folder)." placeholder:"DIR"`
	Verbose bool          `help:"Log what is sent." short:"v"`
}

// Help is shown below the command's one line.
func (collectCmd) Help() string {
	return "Processor, memory, disks, network and temperatures are posted as any device would. While the server is away " +
		"figures wait on disk and are sent later, with their times. docs/collect.md lists the figures."
}

func (c collectCmd) Run(ctx context.Context) error {
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	to, err := collect.NewHTTP(c.To, c.Key)
	if err != nil {
		return err
	}
	buffer, err := c.buffer()
	if err != nil {
		return err
	}
	dir, err := durable.OpenDir(buffer)
	if err != nil {
		return err
	}
	defer dir.Close()
	lock, err := durable.Lock(buffer)
	if err != nil {
		return weir.Errorf(weir.Conflict, "another collector uses the folder %s: stop it, or choose another folder with --buffer", buffer)
	}
	defer lock.Close()
	cfg := collect.Default()
	cfg.Every, cfg.Node = c.Every, c.Node
	if cfg.Node == "" {
		cfg.Node = app.HostName()
	}
	collector, err := collect.New(cfg, app.Machine(), to, dir, log)
	if err != nil {
		return err
	}
	if inClear(c.To) {
		fmt.Fprintf(os.Stderr, "The key goes to %s unencrypted: use https where the network is not your own.\n", c.To)
	}
	fmt.Fprintf(os.Stderr, "Sending figures of %s to %s every %s; what waits is kept in %s.\n", cfg.Node, c.To, cfg.Every, buffer)
	return errors.Join(collector.Run(ctx), collector.Close())
}

// inClear tells whether others on the network could read what is sent to an address.
func inClear(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

// buffer is where figures wait: as asked, as systemd says, or where programs keep such things.
func (c collectCmd) buffer() (string, error) {
	if c.Buffer != "" {
		return c.Buffer, nil
	}
	if dir := os.Getenv("STATE_DIRECTORY"); dir != "" {
		return dir, nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "weir-collect"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", weir.Errorf(weir.Invalid, "there is no home folder for the figures that wait: name one with --buffer")
	}
	return filepath.Join(home, ".local", "state", "weir-collect"), nil
}
