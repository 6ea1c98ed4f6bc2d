package emoncms

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
)

// Creation switches the making of inputs under new names; *meta.DB.
type Creation interface {
	InputCreation(ctx context.Context, user weir.UserID) (bool, error)
	SetInputCreation(ctx context.Context, user weir.UserID, on bool) error
}

// inputEditor changes inputs while none of their samples is being worked on.
type inputEditor struct {
	inputs   Inputs
	pipeline Pipeline
}

// change runs fn when everything that was posted before has been worked on.
func (h *inputEditor) change(c *call, fn func() error) error {
	h.pipeline.Settle(c.ctx(), c.who.User)
	return h.pipeline.Change(c.ctx(), c.who.User, fn)
}

// edit reads an input, lets fn change it, and stores it; nobody else changes it meanwhile.
func (h *inputEditor) edit(c *call, id weir.InputID, fn func(*weir.Input) error) error {
	in, err := h.inputs.Get(c.ctx(), c.who.User, id)
	if err != nil {
		return err
	}
	if err := fn(&in); err != nil {
		return err
	}
	return h.inputs.Update(c.ctx(), in)
}

// inputWrites changes and removes inputs.
type inputWrites struct {
	inputEditor

	creation Creation
}

func (h *inputWrites) routes() []route {
	return []route{
		{path: "input/set", need: writer, changes: true, run: h.set},
		{path: "input/set-descriptions", need: writer, changes: true, run: h.setDescriptions},
		{path: "input/set-node-input-descriptions", need: writer, changes: true, run: h.setNodeDescriptions},
		{path: "input/delete", need: writer, changes: true, run: h.remove},
		{path: "input/clean", need: writer, changes: true, run: h.clean},
		{path: "input/disable", need: writer, changes: true, run: h.disable},
		{path: "input/enable", need: writer, changes: true, run: h.enable},
		{path: "input/isdisabled", need: writer, run: h.isDisabled},
	}
}

// inputFields are the fields of an input that may be changed. Nil: not sent.
type inputFields struct {
	Name        *string `json:"name"`
	Description *string `json:"description"`
}

func (h *inputWrites) set(c *call) error {
	var fields inputFields
	if err := json.Unmarshal([]byte(c.param("fields")), &fields); err != nil || fields == (inputFields{}) {
		return c.result(false, "Field could not be updated")
	}
	id := weir.InputID(c.number("inputid"))
	err := h.change(c, func() error { return h.edit(c, id, fields.apply) })
	if weir.KindOf(err) == weir.NotFound {
		return c.refuse()
	}
	if err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(true).Key("message").String("Field updated").Key("inputid").Int(int64(id))
	c.out.Key("fields").Object()
	if fields.Name != nil {
		c.out.Key("name").String(*fields.Name)
	}
	if fields.Description != nil {
		c.out.Key("description").String(*fields.Description)
	}
	c.out.EndObject().EndObject()
	return nil
}

func (f *inputFields) apply(in *weir.Input) error {
	if f.Name != nil {
		in.Name = *f.Name
	}
	if f.Description != nil {
		in.Description = *f.Description
	}
	return nil
}

// setDescriptions answers for each input by itself.
func (h *inputWrites) setDescriptions(c *call) error {
	var wanted []struct {
		ID          json.RawMessage `json:"id"`
		Description string          `json:"description"`
	}
	if err := json.Unmarshal([]byte(c.param("inputs")), &wanted); err != nil {
		return weir.Errorf(weir.Invalid, "inputs is not of the form [{\"id\":1,\"description\":\"…\"}]")
	}
	success := true
	messages := make([]string, len(wanted))
	err := h.change(c, func() (err error) {
		for i, want := range wanted {
			if messages[i], err = h.describe(c, strings.Trim(string(want.ID), `"`), want.Description); err != nil {
				return err
			}
			success = success && messages[i] == ""
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(success).Key("results").Object()
	for i, message := range messages {
		c.out.Key(strings.Trim(string(wanted[i].ID), `"`)).Object().Key("success").Bool(message == "")
		if message == "" {
			message = "Description updated"
		}
		c.out.Key("message").String(message).EndObject()
	}
	c.out.EndObject().EndObject()
	return nil
}

// describe sets one description; message says why it could not.
func (h *inputWrites) describe(c *call, id, description string) (message string, err error) {
	ids := idsOf(id)
	if len(ids) != 1 {
		return "Invalid input id", nil
	}
	err = h.edit(c, weir.InputID(ids[0]), func(in *weir.Input) error {
		in.Description = description
		return nil
	})
	switch weir.KindOf(err) {
	case weir.NotFound:
		return "Access denied", nil
	case weir.Invalid:
		return "Invalid characters in description", nil
	default:
		return "", err
	}
}

// setNodeDescriptions gives the inputs of a node, in the order of their ids, the names of a list.
func (h *inputWrites) setNodeDescriptions(c *call) error {
	names := strings.Split(c.param("names"), ",")
	found := false
	err := h.change(c, func() error {
		inputs, err := h.inputs.List(c.ctx(), c.who.User)
		if err != nil {
			return err
		}
		for _, in := range inputs {
			if in.Node != c.param("node") || len(names) == 0 {
				continue
			}
			found = true
			in.Description, names = strings.TrimSpace(names[0]), names[1:]
			if err := h.inputs.Update(c.ctx(), in); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		return c.result(false, "Node does not exist")
	}
	return c.result(true, "Descriptions updated")
}

// remove deletes one input or, with inputids, several. Those of others are passed over.
func (h *inputWrites) remove(c *call) error {
	var ids []weir.InputID
	list, many := c.Get("inputids")
	if many {
		for _, id := range idsOf(list) {
			ids = append(ids, weir.InputID(id))
		}
	} else {
		ids = []weir.InputID{weir.InputID(c.number("inputid"))}
	}
	n, err := h.removeIDs(c, ids)
	if err != nil {
		return err
	}
	if many {
		return c.result(true, "Inputs deleted")
	}
	if n == 0 {
		return c.refuse()
	}
	c.out.Object().Key("success").Bool(true).Key("message").String("Input deleted").
		Key("userid").Int(int64(c.who.User)).Key("inputid").Int(int64(ids[0])).EndObject()
	return nil
}

func (h *inputWrites) removeIDs(c *call, ids []weir.InputID) (n int, err error) {
	err = h.change(c, func() error {
		n, err = h.inputs.Delete(c.ctx(), c.who.User, ids)
		h.pipeline.Forget(c.who.User, ids...)
		return err
	})
	return n, err
}

// idsOf reads "[1,2]", "1,2" and ids in quotes. What is no number is passed over.
func idsOf(list string) []int64 {
	var ids []int64
	for part := range strings.SplitSeq(strings.Trim(list, "[] "), ",") {
		if id, err := strconv.ParseInt(strings.Trim(part, `" `), 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// clean deletes the inputs that nothing is done with.
func (h *inputWrites) clean(c *call) error {
	n := 0
	err := h.change(c, func() error {
		inputs, err := h.inputs.List(c.ctx(), c.who.User)
		if err != nil {
			return err
		}
		var ids []weir.InputID
		for _, in := range inputs {
			if in.List == "" {
				ids = append(ids, in.ID)
			}
		}
		n, err = h.inputs.Delete(c.ctx(), c.who.User, ids)
		h.pipeline.Forget(c.who.User, ids...)
		return err
	})
	if err != nil {
		return err
	}
	return c.text("Deleted " + strconv.Itoa(n) + " inputs")
}

func (h *inputWrites) disable(c *call) error { return h.allow(c, false, "Input creation disabled") }
func (h *inputWrites) enable(c *call) error  { return h.allow(c, true, "Input creation enabled") }

func (h *inputWrites) allow(c *call, on bool, message string) error {
	err := h.change(c, func() error {
		return h.creation.SetInputCreation(c.ctx(), c.who.User, on)
	})
	if err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(true).Key("userid").Int(int64(c.who.User)).
		Key("message").String(message).EndObject()
	return nil
}

func (h *inputWrites) isDisabled(c *call) error {
	on, err := h.creation.InputCreation(c.ctx(), c.who.User)
	if err != nil {
		return err
	}
	c.out.Bool(!on)
	return nil
}
