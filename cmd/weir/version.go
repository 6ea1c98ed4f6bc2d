package main

import (
	"fmt"

	"github.com/weirhq/weir/app"
)

type versionCmd struct{}

func (versionCmd) Run() error {
	_, err := fmt.Println("weir", app.Version())
	return err
}
