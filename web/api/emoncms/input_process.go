package emoncms

import (
	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
)

// inputProcess shows and changes the process lists of inputs.
type inputProcess struct {
	inputEditor

	belongings *Belongings
}

func (h *inputProcess) routes() []route {
	return []route{
		{path: "input/process/get", need: writer, run: h.get},
		{path: "input/process/set", need: writer, changes: true, run: h.set},
		{path: "input/process/reset", need: writer, changes: true, run: h.reset},
	}
}

func (h *inputProcess) get(c *call) error {
	h.pipeline.Settle(c.ctx(), c.who.User)
	in, err := h.inputs.Get(c.ctx(), c.who.User, weir.InputID(c.number("inputid")))
	if weir.KindOf(err) == weir.NotFound {
		return c.refuse()
	}
	if err != nil {
		return err
	}
	c.out.String(in.List)
	return nil
}

// set takes the list in the form that newer servers want or, for older clients, in the one that they give back.
func (h *inputProcess) set(c *call) error {
	list, err := process.Parse([]byte(c.param("processlist")))
	if err != nil {
		return err
	}
	return h.store(c, list.Normal())
}

// reset empties the list.
func (h *inputProcess) reset(c *call) error { return h.store(c, nil) }

func (h *inputProcess) store(c *call, list process.List) error {
	text, changed := list.String(), false
	err := h.change(c, func() error {
		return h.edit(c, weir.InputID(c.number("inputid")), func(in *weir.Input) error {
			changed = in.List != text
			in.List = text
			return h.belongings.Check(c.ctx(), c.who.User, list)
		})
	})
	if weir.KindOf(err) == weir.NotFound {
		return c.refuse()
	}
	if err != nil {
		return err
	}
	message := "Input processlist updated"
	if !changed {
		message = "Input processlist was not updated"
	}
	c.out.Object().Key("success").Bool(changed).Key("message").String(message).
		Key("encoded_processlist").String(text).EndObject()
	return nil
}
