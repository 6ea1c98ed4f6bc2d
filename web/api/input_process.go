package api

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
)

// FeedLister lists a user's feeds; *feed.Catalogue.
type FeedLister interface {
	List(ctx context.Context, user weir.UserID) ([]weir.Feed, error)
}

// inputProcess shows and changes the process lists of inputs.
type inputProcess struct {
	inputEditor

	feeds FeedLister
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
			owner, err := h.owner(c.ctx(), c.who.User)
			if err != nil {
				return err
			}
			changed = in.List != text
			in.List = text
			return process.Validate(list, process.ForInput, owner)
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

// owned is what belongs to the user whose list is checked.
type owned struct {
	feeds  map[weir.FeedID]bool
	inputs map[weir.InputID]bool
}

func (o *owned) HasFeed(id weir.FeedID) bool   { return o.feeds[id] }
func (o *owned) HasInput(id weir.InputID) bool { return o.inputs[id] }

func (h *inputProcess) owner(ctx context.Context, user weir.UserID) (*owned, error) {
	feeds, err := h.feeds.List(ctx, user)
	if err != nil {
		return nil, err
	}
	inputs, err := h.inputs.List(ctx, user)
	if err != nil {
		return nil, err
	}
	o := &owned{feeds: make(map[weir.FeedID]bool, len(feeds)), inputs: make(map[weir.InputID]bool, len(inputs))}
	for _, f := range feeds {
		o.feeds[f.ID] = true
	}
	for _, in := range inputs {
		o.inputs[in.ID] = true
	}
	return o, nil
}
