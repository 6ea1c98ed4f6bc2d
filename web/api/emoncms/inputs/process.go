package inputs

import (
	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/web/api/emoncms"
)

// lists shows and changes the process lists of inputs.
type lists struct {
	editor

	belongings *Belongings
}

func (h *lists) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "input/process/get", Need: emoncms.Writer, Run: h.get},
		{Path: "input/process/set", Need: emoncms.Writer, Changes: true, Run: h.set},
		{Path: "input/process/reset", Need: emoncms.Writer, Changes: true, Run: h.reset},
	}
}

func (h *lists) get(c *emoncms.Call) error {
	h.pipeline.Settle(c.Context(), c.Who.User)
	in, err := h.inputs.Get(c.Context(), c.Who.User, weir.InputID(c.Number("inputid")))
	if weir.KindOf(err) == weir.NotFound {
		return c.Refuse()
	}
	if err != nil {
		return err
	}
	c.Out.String(in.List)
	return nil
}

// set takes the list in the form that newer servers want or, for older clients, in the one that they give back.
func (h *lists) set(c *emoncms.Call) error {
	list, err := process.Parse([]byte(c.Param("processlist")))
	if err != nil {
		return err
	}
	return h.store(c, list.Normal())
}

// reset empties the list.
func (h *lists) reset(c *emoncms.Call) error { return h.store(c, nil) }

func (h *lists) store(c *emoncms.Call, list process.List) error {
	text, changed := list.String(), false
	err := h.change(c, func() error {
		return h.edit(c, weir.InputID(c.Number("inputid")), func(in *weir.Input) error {
			changed = in.List != text
			in.List = text
			return h.belongings.Check(c.Context(), c.Who.User, list)
		})
	})
	if weir.KindOf(err) == weir.NotFound {
		return c.Refuse()
	}
	if err != nil {
		return err
	}
	message := "Input processlist updated"
	if !changed {
		message = "Input processlist was not updated"
	}
	c.Out.Object().Key("success").Bool(changed).Key("message").String(message).
		Key("encoded_processlist").String(text).EndObject()
	return nil
}
