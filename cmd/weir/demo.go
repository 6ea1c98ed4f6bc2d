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

// Help is shown below the command's one line.
func (demoCmd) Help() string {
	return "The house has solar, a battery, a heat pump and a car; a past year is there within seconds and it lives on from then. " +
		"This machine is watched too. Log in as demo with password demo. The folder is removed at the end."
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
