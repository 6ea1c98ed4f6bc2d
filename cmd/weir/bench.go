package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/bench"
)

type benchCmd struct {
	Ingest   ingestCmd   `cmd:"" help:"Post a few values at a time, as devices do."`
	Bulk     bulkCmd     `cmd:"" help:"Post many rows at a time, as gateways do."`
	Query    queryCmd    `cmd:"" help:"Ask for the data of feeds, as graphs do."`
	Baseline baselineCmd `cmd:"" help:"Run a bare HTTP server that reads posts and keeps nothing, to compare with."`
}

// load is what all loads are told.
type load struct {
	URL         string        `help:"Address of the server." default:"http://127.0.0.1:8080"`
	Key         string        `help:"Write key of an account made for this; for queries a read key will do." required:""`
	Connections int           `help:"Connections at the same time." default:"${connections}"`
	Duration    time.Duration `help:"How long." default:"${duration}"`
	Requests    int64         `help:"Stop after so many requests (0: only the duration counts)." default:"0"`
	AllowRemote bool          `help:"The server is on another machine whose owner knows of this."`
	JSON        bool          `help:"Print the result as JSON." name:"json"`
	Quiet       bool          `help:"No line each second." short:"q"`
}

func (l load) config() bench.Config {
	cfg := bench.Default()
	cfg.URL, cfg.Key, cfg.Connections, cfg.Duration = l.URL, l.Key, l.Connections, l.Duration
	cfg.Requests, cfg.AllowRemote = l.Requests, l.AllowRemote
	if !l.Quiet {
		cfg.Progress = os.Stderr
	}
	return cfg
}

// run puts the load on and prints what came out.
func (l load) run(ctx context.Context, do func(context.Context, bench.Config) (*bench.Report, error), cfg bench.Config) error {
	report, err := do(ctx, cfg)
	if err != nil {
		return err
	}
	if l.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		err = out.Encode(report)
	} else {
		err = report.WriteText(os.Stdout)
	}
	if err == nil && report.Requests == 0 {
		err = weir.Errorf(weir.Invalid, "the server accepted nothing: see the answers above, and that --key is a key of this server")
	}
	return err
}

type ingestCmd struct {
	load

	Values int    `help:"Values in a post." default:"3"`
	Nodes  int    `help:"Nodes that posts are spread over." default:"${nodes}"`
	Method string `help:"GET or POST." enum:"GET,POST" default:"GET"`
}

func (c ingestCmd) Run(ctx context.Context) error {
	cfg := c.config()
	cfg.Values, cfg.Nodes, cfg.Method = c.Values, c.Nodes, c.Method
	return c.run(ctx, bench.Ingest, cfg)
}

type bulkCmd struct {
	load

	Rows   int  `help:"Rows in a post." default:"1000"`
	Values int  `help:"Values in a row." default:"4"`
	Nodes  int  `help:"Nodes that posts are spread over." default:"${nodes}"`
	Bare   bool `help:"Send the JSON without percent encoding, as many devices do."`
}

func (c bulkCmd) Run(ctx context.Context) error {
	cfg := c.config()
	cfg.Rows, cfg.Values, cfg.Nodes, cfg.Bare = c.Rows, c.Values, c.Nodes, c.Bare
	return c.run(ctx, bench.Bulk, cfg)
}

type queryCmd struct {
	load

	Kind string `help:"average: means to 800 points; raw: 20,000 points; mixed: both in turn." enum:"average,raw,mixed" default:"mixed"`
}

func (c queryCmd) Run(ctx context.Context) error {
	cfg := c.config()
	cfg.Queries = c.Kind
	return c.run(ctx, bench.Query, cfg)
}

type baselineCmd struct {
	Listen string `help:"Address to listen on." default:"127.0.0.1:8090"`
}

func (c baselineCmd) Run(ctx context.Context) error {
	return bench.ServeBaseline(ctx, c.Listen, func(addr string) { fmt.Println("baseline is ready: http://" + addr) })
}
