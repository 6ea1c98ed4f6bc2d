package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/weirhq/weir/app"
)

type demoCmd struct {
	Listen string `help:"Address to listen on (${listen})." placeholder:"HOST:PORT"`
}

func (c demoCmd) Run(ctx context.Context) error {
	data, err := os.MkdirTemp("", "weir-demo-")
	if err != nil {
		return fmt.Errorf("make a temporary folder: %w", err)
	}
	cfg := app.Default()
	cfg.Data, cfg.Demo, cfg.Watch.Self = data, true, true
	cfg.Account.Registration = "closed"
	if c.Listen != "" {
		cfg.Web.Listen = c.Listen
	}
	fmt.Printf("A simulated house; log in as %s with password %s. All of it is gone when this ends.\n", app.DemoName, app.DemoPassword)
	return errors.Join(serve(ctx, cfg), os.RemoveAll(data))
}
