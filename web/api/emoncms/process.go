package emoncms

import (
	"github.com/weirhq/weir/process"
)

// processes describes the steps that process lists are made of.
type processes struct{}

func (h processes) routes() []route {
	return []route{
		{path: "process/list", need: reader, run: h.list},
		{path: "process/map", need: reader, run: h.keys},
	}
}

func (processes) list(c *call) error {
	var keep func(*process.Step) bool
	if context, ok := c.Get("context"); ok {
		in := process.Context(leadingInt(context))
		keep = func(s *process.Step) bool { return s.In(in) }
	}
	text, err := process.ListJSON(keep)
	if err != nil {
		return err
	}
	c.out.Raw(string(text))
	return nil
}

func (processes) keys(c *call) error {
	c.out.Raw(string(process.MapJSON()))
	return nil
}
