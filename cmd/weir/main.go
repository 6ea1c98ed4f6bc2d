package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	_ "time/tzdata" // users have time zones, small machines may not

	"github.com/alecthomas/kong"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/app"
	"github.com/weirhq/weir/bench"
)

// cli is the table of commands; each has a file of its own.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the server."`
	Demo    demoCmd    `cmd:"" help:"Run a server on a temporary folder with a simulated house, to look around."`
	Collect collectCmd `cmd:"" help:"Watch this machine and send its figures to a weir or emoncms server."`
	User    userCmd    `cmd:"" help:"Manage accounts, on the data folder or through the running server."`
	Config  configCmd  `cmd:"" help:"Check or print the configuration."`
	Bench   benchCmd   `cmd:"" help:"Measure a running server."`
	Version versionCmd `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var commands cli
	parser, err := kong.New(&commands, kong.Name("weir"), kong.UsageOnError(),
		kong.Description("weir measures streams: it takes measurements from devices, keeps them, works on them and shows them."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.BindTo(ctx, (*context.Context)(nil)),
		defaults())
	if err != nil {
		fmt.Fprintln(os.Stderr, "weir:", err)
		return exitInternal
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	call, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "weir: %v\nweir --help shows what there is.\n", err)
		return exitInvalid
	}
	if err := call.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "weir:", err)
		return exitCode(err)
	}
	return 0
}

// defaults are shown in help texts, so that help never says another thing than the program does.
func defaults() kong.Vars {
	server, load := app.Default(), bench.Default()
	return kong.Vars{
		"version": "weir " + app.Version(), "data": server.Data, "listen": server.Web.Listen,
		"connections": strconv.Itoa(load.Connections), "duration": load.Duration.String(), "nodes": strconv.Itoa(load.Nodes),
	}
}

// The exit codes, after sysexits(3).
const (
	exitInvalid     = 64
	exitNotFound    = 66
	exitUnavailable = 69
	exitInternal    = 70
	exitConflict    = 73
	exitDenied      = 77
)

func exitCode(err error) int {
	if errors.Is(err, context.Canceled) {
		return 0
	}
	switch weir.KindOf(err) {
	case weir.Invalid, weir.TooLarge:
		return exitInvalid
	case weir.NotFound:
		return exitNotFound
	case weir.Unavailable:
		return exitUnavailable
	case weir.Conflict:
		return exitConflict
	case weir.Denied, weir.Unauthenticated:
		return exitDenied
	default:
		return exitInternal
	}
}
