package emoncms

import (
	"github.com/weirhq/weir/process"
)

// processes describes the steps that process lists are made of.
type processes struct{}

func (h processes) routes() []Route {
	return []Route{
		{Path: "process/list", Need: Reader, Run: h.list},
		{Path: "process/map", Need: Reader, Run: h.keys},
	}
}

func (processes) list(c *Call) error {
	var keep func(*process.Step) bool
	if context, ok := c.Get("context"); ok {
		in := process.Context(Int(context))
		keep = func(s *process.Step) bool { return s.In(in) }
	}
	text, err := process.ListJSON(keep)
	if err != nil {
		return err
	}
	c.Out.Raw(string(text))
	return nil
}

func (processes) keys(c *Call) error {
	c.Out.Raw(string(process.MapJSON()))
	return nil
}
