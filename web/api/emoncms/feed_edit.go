package emoncms

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/web/api/emoncms/phpjson"
)

// FeedEditor makes, changes and removes feeds; *feed.Catalogue.
type FeedEditor interface {
	Create(ctx context.Context, f weir.Feed, o feed.Options) (weir.Feed, error)
	Update(ctx context.Context, id weir.FeedID, ch feed.Changes) (weir.Feed, error)
	Delete(ctx context.Context, id weir.FeedID) error
}

// feedEdit makes feeds, changes what is known of them, and removes them.
type feedEdit struct {
	single

	editor FeedEditor
}

func (h *feedEdit) routes() []route {
	return []route{
		{path: "feed/create", need: writer, changes: true, denied: noFeed, run: h.create},
		{path: "feed/set", changes: true, run: h.writes(h.set)},
		{path: "feed/delete", changes: true, run: h.writes(h.remove)},
	}
}

func (h *feedEdit) create(c *call) error {
	var options struct {
		Interval json.Number `json:"interval"`
	}
	if text := c.param("options"); text != "" {
		if err := json.Unmarshal([]byte(text), &options); err != nil {
			return weir.Errorf(weir.Invalid, "options is not a JSON object such as {\"interval\":10}")
		}
	}
	f, err := h.editor.Create(c.ctx(), weir.Feed{
		User: c.who.User, Name: c.param("name"), Tag: c.param("tag"), Unit: c.param("unit"),
		Engine: weir.EngineID(c.number("engine")),
	}, feed.Options{Interval: leadingInt(options.Interval.String())})
	if err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(true).Key("feedid").Int(int64(f.ID)).Key("result").Bool(true).EndObject()
	return nil
}

func (h *feedEdit) set(c *call, f weir.Feed) error {
	var fields struct {
		Name   *string         `json:"name"`
		Tag    *string         `json:"tag"`
		Unit   *string         `json:"unit"`
		Public json.RawMessage `json:"public"` // 1, "1" or true
	}
	if err := json.Unmarshal([]byte(c.param("fields")), &fields); err != nil {
		return c.result(false, "Field could not be updated")
	}
	changes := feed.Changes{Name: fields.Name, Tag: fields.Tag, Unit: fields.Unit}
	if len(fields.Public) > 0 {
		text := strings.Trim(string(fields.Public), `"`)
		public := text == "1" || text == "true"
		changes.Public = &public
	}
	if _, err := h.editor.Update(c.ctx(), f.ID, changes); err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(true).Key("message").String("Field updated").Key("feedid").Int(int64(f.ID)).
		Key("fields").Object()
	writeField(&c.out, "name", changes.Name)
	writeField(&c.out, "tag", changes.Tag)
	writeField(&c.out, "unit", changes.Unit)
	if changes.Public != nil {
		c.out.Key("public").String(flagText(*changes.Public))
	}
	c.out.EndObject().EndObject()
	return nil
}

func writeField(w *phpjson.Writer, name string, value *string) {
	if value != nil {
		w.Key(name).String(*value)
	}
}

// remove takes the feed off the books at once. Its data goes when the worker has come to that point of the stream,
// because until then samples may be on their way to it.
func (h *feedEdit) remove(c *call, f weir.Feed) error {
	if err := h.editor.Delete(c.ctx(), f.ID); err != nil {
		return err
	}
	entry := journal.AppendDrop(nil, &journal.Drop{User: f.User, Feed: f.ID})
	if err := h.pipeline.Accept(c.ctx(), f.User, entry); err != nil {
		return err
	}
	return c.result(true, "Feed removed successfully.")
}
