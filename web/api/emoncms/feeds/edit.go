package feeds

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Editor makes, changes and removes feeds; *feed.Catalogue.
type Editor interface {
	Create(ctx context.Context, f weir.Feed, o feed.Options) (weir.Feed, error)
	Update(ctx context.Context, id weir.FeedID, ch feed.Changes) (weir.Feed, error)
	Delete(ctx context.Context, id weir.FeedID) error
}

// edits makes feeds, changes what is known of them, and removes them.
type edits struct {
	single

	editor Editor
}

func (h *edits) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "feed/create", Need: emoncms.Writer, Changes: true, Denied: noFeed, Run: h.create},
		{Path: "feed/set", Changes: true, Run: h.writes(h.set)},
		{Path: "feed/delete", Changes: true, Run: h.writes(h.remove)},
	}
}

func (h *edits) create(c *emoncms.Call) error {
	var options struct {
		Interval json.Number `json:"interval"`
	}
	if text := c.Param("options"); text != "" {
		if err := json.Unmarshal([]byte(text), &options); err != nil {
			return weir.Errorf(weir.Invalid, "options is not a JSON object such as {\"interval\":10}")
		}
	}
	f, err := h.editor.Create(c.Context(), weir.Feed{
		User: c.Who.User, Name: c.Param("name"), Tag: c.Param("tag"), Unit: c.Param("unit"),
		Engine: weir.EngineID(c.Number("engine")),
	}, feed.Options{Interval: emoncms.Int(options.Interval.String())})
	if err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).Key("feedid").Int(int64(f.ID)).Key("result").Bool(true).EndObject()
	return nil
}

func (h *edits) set(c *emoncms.Call, f weir.Feed) error {
	var fields struct {
		Name   *string         `json:"name"`
		Tag    *string         `json:"tag"`
		Unit   *string         `json:"unit"`
		Public json.RawMessage `json:"public"` // 1, "1" or true
	}
	if err := json.Unmarshal([]byte(c.Param("fields")), &fields); err != nil {
		return c.Result(false, "Field could not be updated")
	}
	changes := feed.Changes{Name: fields.Name, Tag: fields.Tag, Unit: fields.Unit}
	if len(fields.Public) > 0 {
		text := strings.Trim(string(fields.Public), `"`)
		public := text == "1" || text == "true"
		changes.Public = &public
	}
	if _, err := h.editor.Update(c.Context(), f.ID, changes); err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).Key("message").String("Field updated").Key("feedid").Int(int64(f.ID)).
		Key("fields").Object()
	writeField(&c.Out, "name", changes.Name)
	writeField(&c.Out, "tag", changes.Tag)
	writeField(&c.Out, "unit", changes.Unit)
	if changes.Public != nil {
		c.Out.Key("public").String(flagText(*changes.Public))
	}
	c.Out.EndObject().EndObject()
	return nil
}

func writeField(w *phpjson.Writer, name string, value *string) {
	if value != nil {
		w.Key(name).String(*value)
	}
}

// remove deletes a feed. Once the stream has the entry the worker sees to it, data and all, whatever happens here;
// before that nothing has changed. It is off the books at once, because the worker may have other things to do first.
func (h *edits) remove(c *emoncms.Call, f weir.Feed) error {
	entry := journal.AppendDrop(nil, &journal.Drop{User: f.User, Feed: f.ID})
	if err := h.pipeline.Accept(c.Context(), f.User, entry); err != nil {
		return err
	}
	if err := h.editor.Delete(c.Context(), f.ID); err != nil && weir.KindOf(err) != weir.NotFound {
		return err
	}
	return c.Result(true, "Feed removed successfully.")
}
