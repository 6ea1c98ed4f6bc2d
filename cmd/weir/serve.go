package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/weirhq/weir/app"
)

type serveCmd struct {
	settings

	Listen       string `help:"Address to listen on (${listen})." placeholder:"HOST:PORT"`
	Registration string `help:"Who may register: open, closed, or first (the first user only)." placeholder:"open|closed|first"`
	WatchSelf    bool   `help:"Watch this machine from the first user on."`
	LogLevel     string `help:"What to log: debug, info, warn or error." placeholder:"LEVEL"`
}

// Help is shown below the command's one line.
func (serveCmd) Help() string {
	return "Everything has a default: weir serve in any folder is a complete server. Settings come from the built-in defaults, " +
		"then --config, then the environment (bus.sync is WEIR_BUS_SYNC), then flags; weir config print shows them all. " +
		"SIGTERM or Ctrl-C stops it in order within 10 seconds."
}

func (c serveCmd) Run(ctx context.Context) error {
	var flags []app.Setting
	add := func(name, value, from string) {
		if value != "" {
			flags = append(flags, app.Setting{Name: name, Value: value, From: from})
		}
	}
	add("web.listen", c.Listen, "--listen")
	add("account.registration", c.Registration, "--registration")
	add("log.level", c.LogLevel, "--log-level")
	if c.WatchSelf {
		add("watch.self", "true", "--watch-self")
	}
	cfg, err := c.load(flags...)
	if err != nil {
		return err
	}
	return serve(ctx, cfg)
}

// gcPercent lets the collector run half as often as usual: what weir holds is small beside what requests leave behind.
const gcPercent = 200

// serve runs a server until ctx is done.
func serve(ctx context.Context, cfg app.Config) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	server, err := app.New(ctx, cfg, cfg.Log.Logger(os.Stderr))
	if err != nil {
		return err
	}
	fmt.Printf("weir %s is ready: open %s in a browser. Data: %s\n", app.Version(), server.URL(), cfg.Data)
	if err := server.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
