package main

import (
	"fmt"
	"os"

	"github.com/weirhq/weir/app"
)

// settings are the flags by which any command that reads the configuration gets it.
type settings struct {
	Config string            `help:"YAML file with settings." placeholder:"FILE"`
	Data   string            `help:"Folder that holds everything weir keeps (${data})." placeholder:"DIR"`
	Set    map[string]string `help:"Any setting by its name in the file, such as bus.sync=always." placeholder:"NAME=VALUE"`
}

// load reads the configuration: defaults, file, environment, then the flags.
func (s settings) load(flags ...app.Setting) (app.Config, error) {
	if s.Data != "" {
		flags = append(flags, app.Setting{Name: "data", Value: s.Data, From: "--data"})
	}
	for name, value := range s.Set {
		flags = append(flags, app.Setting{Name: name, Value: value, From: "--set"})
	}
	return app.Load(s.Config, os.Environ(), flags)
}

type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Tell whether the configuration is right."`
	Print configPrintCmd `cmd:"" help:"Print every setting with its meaning and its value, as a file that weir reads."`
}

type configCheckCmd struct {
	settings
}

func (c configCheckCmd) Run() error {
	if _, err := c.load(); err != nil {
		return err
	}
	fmt.Println("The configuration is right.")
	return nil
}

type configPrintCmd struct {
	settings
}

func (c configPrintCmd) Run() error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	text, err := cfg.Print()
	if err != nil {
		return err
	}
	fmt.Print(text)
	return nil
}
