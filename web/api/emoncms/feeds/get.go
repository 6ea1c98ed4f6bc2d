package feeds

import (
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
)

// details shows what is known of single feeds.
type details struct {
	single

	facts Facts
}

func (h *details) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "feed/get", Run: h.reads(h.field)},
		{Path: "feed/aget", Run: h.reads(h.fields)},
		{Path: "feed/getmeta", Run: h.reads(h.meta)},
		{Path: "feed/getfeedsize", Run: h.reads(h.size)},
		{Path: "feed/timevalue", Run: h.reads(h.timeValue)},
		{Path: "feed/value", Run: h.reads(h.value)},
		{Path: "feed/fetch", Run: h.fetch},
	}
}

func (h *details) row(c *emoncms.Call, f weir.Feed) (summary, error) {
	row := summary{feed: &f}
	return row, row.look(c.Context(), h.facts)
}

// field shows one field, always as a string.
func (h *details) field(c *emoncms.Call, f weir.Feed) error {
	name := c.Param("field")
	if name == "" {
		return weir.Errorf(weir.Invalid, "Missing field parameter")
	}
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	switch name {
	case "id":
		c.Out.IntString(int64(f.ID))
	case "userid":
		c.Out.IntString(int64(f.User))
	case "name":
		c.Out.String(f.Name)
	case "tag":
		c.Out.String(f.Tag)
	case "public":
		c.Out.String(flagText(f.Public))
	case "size":
		c.Out.IntString(row.meta.Bytes)
	case "engine":
		c.Out.IntString(int64(f.Engine))
	case "processList":
		c.Out.String(f.List)
	case "unit":
		c.Out.String(f.Unit)
	case "time", "value":
		writeLastField(&c.Out, &row, name)
	default:
		return c.Refuse()
	}
	return nil
}

func writeLastField(w *phpjson.Writer, row *summary, name string) {
	switch {
	case !row.any:
		w.Null()
	case name == "time":
		w.IntString(row.last.Time)
	default:
		w.String(string(phpjson.AppendFloat(nil, row.last.Value)))
	}
}

func (h *details) fields(c *emoncms.Call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.Out.Object()
	row.write(&c.Out)
	c.Out.EndObject()
	return nil
}

func (h *details) meta(c *emoncms.Call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.Out.Object().Key("id").Int(int64(f.ID))
	writeMeta(&c.Out, row.meta)
	if f.Engine == weir.EngineVariable && row.any {
		c.Out.Key("end_value").Float(row.last.Value)
	}
	c.Out.EndObject()
	return nil
}

func (h *details) size(c *emoncms.Call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.Out.Int(row.meta.Bytes)
	return nil
}

func (h *details) timeValue(c *emoncms.Call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.Out.Object()
	row.writeLast(&c.Out)
	c.Out.EndObject()
	return nil
}

// value shows the newest value or, with time, the one that stands there.
func (h *details) value(c *emoncms.Call, f weir.Feed) error {
	if at := c.Number("time"); at != 0 {
		v, err := h.facts.Value(c.Context(), f.ID, at)
		if err != nil {
			return err
		}
		c.Out.Float(v)
		return nil
	}
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	h.writeValue(&c.Out, &row)
	return nil
}

func (h *details) writeValue(w *phpjson.Writer, row *summary) {
	if !row.any {
		w.Null()
		return
	}
	w.Float(row.last.Value)
}

// maxFetched is how many feeds one request may fetch: each that is not there costs a look into the metadata.
const maxFetched = 1000

// fetch shows the newest values of several feeds in the order asked for; false for what the asker may not see.
func (h *details) fetch(c *emoncms.Call) error {
	text, ok := c.Get("ids")
	if !ok {
		return weir.Errorf(weir.Invalid, "no ids given")
	}
	if n := strings.Count(text, ",") + 1; n > maxFetched {
		return weir.Errorf(weir.Invalid, "%d ids given: ask for at most %d at once", n, maxFetched)
	}
	settled := weir.UserID(0)
	c.Out.Array()
	for part := range strings.SplitSeq(text, ",") {
		id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil {
			c.Out.Bool(false)
			continue
		}
		f, err := h.feeds.Get(c.Context(), weir.FeedID(id))
		if weir.KindOf(err) == weir.NotFound || err == nil && !web.MaySee(c.Who, f) {
			c.Out.Bool(false)
			continue
		}
		if err != nil {
			return err
		}
		if f.User != settled {
			h.pipeline.Settle(c.Context(), f.User)
			settled = f.User
		}
		row, err := h.row(c, f)
		if err != nil {
			return err
		}
		h.writeValue(&c.Out, &row)
	}
	c.Out.EndArray()
	return nil
}
