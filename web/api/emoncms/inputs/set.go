package inputs

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Creation switches the making of inputs under new names; *meta.DB.
type Creation interface {
	InputCreation(ctx context.Context, user weir.UserID) (bool, error)
	SetInputCreation(ctx context.Context, user weir.UserID, on bool) error
}

// editor changes inputs while none of their samples is being worked on.
type editor struct {
	inputs   Catalogue
	pipeline emoncms.Pipeline
}

// change runs fn when everything that was posted before has been worked on.
func (h *editor) change(c *emoncms.Call, fn func() error) error {
	h.pipeline.Settle(c.Context(), c.Who.User)
	return h.pipeline.Change(c.Context(), c.Who.User, fn)
}

// edit reads an input, lets fn change it, and stores it; nobody else changes it meanwhile.
func (h *editor) edit(c *emoncms.Call, id weir.InputID, fn func(*weir.Input) error) error {
	in, err := h.inputs.Get(c.Context(), c.Who.User, id)
	if err != nil {
		return err
	}
	if err := fn(&in); err != nil {
		return err
	}
	return h.inputs.Update(c.Context(), in)
}

// edits changes and removes inputs.
type edits struct {
	editor

	creation Creation
}

func (h *edits) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "input/set", Need: emoncms.Writer, Changes: true, Run: h.set},
		{Path: "input/set-descriptions", Need: emoncms.Writer, Changes: true, Run: h.setDescriptions},
		{Path: "input/set-node-input-descriptions", Need: emoncms.Writer, Changes: true, Run: h.setNodeDescriptions},
		{Path: "input/delete", Need: emoncms.Writer, Changes: true, Run: h.remove},
		{Path: "input/clean", Need: emoncms.Writer, Changes: true, Run: h.clean},
		{Path: "input/disable", Need: emoncms.Writer, Changes: true, Run: h.disable},
		{Path: "input/enable", Need: emoncms.Writer, Changes: true, Run: h.enable},
		{Path: "input/isdisabled", Need: emoncms.Writer, Run: h.isDisabled},
	}
}

// changes are the fields of an input that may be changed. Nil: not sent.
type changes struct {
	Name        *string `json:"name"`
	Description *string `json:"description"`
}

func (h *edits) set(c *emoncms.Call) error {
	var fields changes
	if err := json.Unmarshal([]byte(c.Param("fields")), &fields); err != nil || fields == (changes{}) {
		return c.Result(false, "Field could not be updated")
	}
	id := weir.InputID(c.Number("inputid"))
	err := h.change(c, func() error { return h.edit(c, id, fields.apply) })
	if weir.KindOf(err) == weir.NotFound {
		return c.Refuse()
	}
	if err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).Key("message").String("Field updated").Key("inputid").Int(int64(id))
	c.Out.Key("fields").Object()
	if fields.Name != nil {
		c.Out.Key("name").String(*fields.Name)
	}
	if fields.Description != nil {
		c.Out.Key("description").String(*fields.Description)
	}
	c.Out.EndObject().EndObject()
	return nil
}

func (f *changes) apply(in *weir.Input) error {
	if f.Name != nil {
		in.Name = *f.Name
	}
	if f.Description != nil {
		in.Description = *f.Description
	}
	return nil
}

// maxDescribed is how many descriptions one request may set: the samples of a thousand users wait meanwhile.
const maxDescribed = 1000

// setDescriptions answers for each input by itself.
func (h *edits) setDescriptions(c *emoncms.Call) error {
	var wanted []struct {
		ID          json.RawMessage `json:"id"`
		Description string          `json:"description"`
	}
	if err := json.Unmarshal([]byte(c.Param("inputs")), &wanted); err != nil {
		return weir.Errorf(weir.Invalid, "inputs is not of the form [{\"id\":1,\"description\":\"…\"}]")
	}
	if len(wanted) > maxDescribed {
		return weir.Errorf(weir.Invalid, "%d descriptions given: set at most %d at once", len(wanted), maxDescribed)
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
	c.Out.Object().Key("success").Bool(success).Key("results").Object()
	for i, message := range messages {
		c.Out.Key(strings.Trim(string(wanted[i].ID), `"`)).Object().Key("success").Bool(message == "")
		if message == "" {
			message = "Description updated"
		}
		c.Out.Key("message").String(message).EndObject()
	}
	c.Out.EndObject().EndObject()
	return nil
}

// describe sets one description; message says why it could not.
func (h *edits) describe(c *emoncms.Call, id, description string) (message string, err error) {
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
func (h *edits) setNodeDescriptions(c *emoncms.Call) error {
	names := strings.Split(c.Param("names"), ",")
	found := false
	err := h.change(c, func() error {
		inputs, err := h.inputs.List(c.Context(), c.Who.User)
		if err != nil {
			return err
		}
		for _, in := range inputs {
			if in.Node != c.Param("node") || len(names) == 0 {
				continue
			}
			found = true
			in.Description, names = strings.TrimSpace(names[0]), names[1:]
			if err := h.inputs.Update(c.Context(), in); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !found {
		return c.Result(false, "Node does not exist")
	}
	return c.Result(true, "Descriptions updated")
}

// remove deletes one input or, with inputids, several. Those of others are passed over.
func (h *edits) remove(c *emoncms.Call) error {
	var ids []weir.InputID
	list, many := c.Get("inputids")
	if many {
		for _, id := range idsOf(list) {
			ids = append(ids, weir.InputID(id))
		}
	} else {
		ids = []weir.InputID{weir.InputID(c.Number("inputid"))}
	}
	n, err := h.removeIDs(c, ids)
	if err != nil {
		return err
	}
	if many {
		return c.Result(true, "Inputs deleted")
	}
	if n == 0 {
		return c.Refuse()
	}
	c.Out.Object().Key("success").Bool(true).Key("message").String("Input deleted").
		Key("userid").Int(int64(c.Who.User)).Key("inputid").Int(int64(ids[0])).EndObject()
	return nil
}

func (h *edits) removeIDs(c *emoncms.Call, ids []weir.InputID) (n int, err error) {
	err = h.change(c, func() error {
		n, err = h.inputs.Delete(c.Context(), c.Who.User, ids)
		h.pipeline.Forget(c.Who.User, ids...)
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
func (h *edits) clean(c *emoncms.Call) error {
	n := 0
	err := h.change(c, func() error {
		inputs, err := h.inputs.List(c.Context(), c.Who.User)
		if err != nil {
			return err
		}
		var ids []weir.InputID
		for _, in := range inputs {
			if in.List == "" {
				ids = append(ids, in.ID)
			}
		}
		n, err = h.inputs.Delete(c.Context(), c.Who.User, ids)
		h.pipeline.Forget(c.Who.User, ids...)
		return err
	})
	if err != nil {
		return err
	}
	return c.Text("Deleted " + strconv.Itoa(n) + " inputs")
}

func (h *edits) disable(c *emoncms.Call) error { return h.allow(c, false, "Input creation disabled") }
func (h *edits) enable(c *emoncms.Call) error  { return h.allow(c, true, "Input creation enabled") }

func (h *edits) allow(c *emoncms.Call, on bool, message string) error {
	err := h.change(c, func() error {
		return h.creation.SetInputCreation(c.Context(), c.Who.User, on)
	})
	if err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).Key("userid").Int(int64(c.Who.User)).
		Key("message").String(message).EndObject()
	return nil
}

func (h *edits) isDisabled(c *emoncms.Call) error {
	on, err := h.creation.InputCreation(c.Context(), c.Who.User)
	if err != nil {
		return err
	}
	c.Out.Bool(!on)
	return nil
}
