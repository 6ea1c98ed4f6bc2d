package emoncms

import (
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms/phpjson"
)

// feedGet shows what is known of single feeds.
type feedGet struct {
	single

	facts FeedFacts
}

func (h *feedGet) routes() []route {
	return []route{
		{path: "feed/get", run: h.reads(h.field)},
		{path: "feed/aget", run: h.reads(h.fields)},
		{path: "feed/getmeta", run: h.reads(h.meta)},
		{path: "feed/getfeedsize", run: h.reads(h.size)},
		{path: "feed/timevalue", run: h.reads(h.timeValue)},
		{path: "feed/value", run: h.reads(h.value)},
		{path: "feed/fetch", run: h.fetch},
	}
}

func (h *feedGet) row(c *call, f weir.Feed) (feedRow, error) {
	row := feedRow{feed: &f}
	return row, row.look(c.ctx(), h.facts)
}

// field shows one field, always as a string.
func (h *feedGet) field(c *call, f weir.Feed) error {
	name := c.param("field")
	if name == "" {
		return weir.Errorf(weir.Invalid, "Missing field parameter")
	}
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	switch name {
	case "id":
		c.out.IntString(int64(f.ID))
	case "userid":
		c.out.IntString(int64(f.User))
	case "name":
		c.out.String(f.Name)
	case "tag":
		c.out.String(f.Tag)
	case "public":
		c.out.String(flagText(f.Public))
	case "size":
		c.out.IntString(row.meta.Bytes)
	case "engine":
		c.out.IntString(int64(f.Engine))
	case "processList":
		c.out.String(f.List)
	case "unit":
		c.out.String(f.Unit)
	case "time", "value":
		writeLastField(&c.out, &row, name)
	default:
		return c.refuse()
	}
	return nil
}

func writeLastField(w *phpjson.Writer, row *feedRow, name string) {
	switch {
	case !row.any:
		w.Null()
	case name == "time":
		w.IntString(row.last.Time)
	default:
		w.String(string(phpjson.AppendFloat(nil, row.last.Value)))
	}
}

func (h *feedGet) fields(c *call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.out.Object()
	row.write(&c.out)
	c.out.EndObject()
	return nil
}

func (h *feedGet) meta(c *call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.out.Object().Key("id").Int(int64(f.ID))
	writeMeta(&c.out, row.meta)
	if f.Engine == weir.EngineVariable && row.any {
		c.out.Key("end_value").Float(row.last.Value)
	}
	c.out.EndObject()
	return nil
}

func (h *feedGet) size(c *call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.out.Int(row.meta.Bytes)
	return nil
}

func (h *feedGet) timeValue(c *call, f weir.Feed) error {
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	c.out.Object()
	row.writeLast(&c.out)
	c.out.EndObject()
	return nil
}

// value shows the newest value or, with time, the one that stands there.
func (h *feedGet) value(c *call, f weir.Feed) error {
	if at := c.number("time"); at != 0 {
		v, err := h.facts.Value(c.ctx(), f.ID, at)
		if err != nil {
			return err
		}
		c.out.Float(v)
		return nil
	}
	row, err := h.row(c, f)
	if err != nil {
		return err
	}
	h.writeValue(&c.out, &row)
	return nil
}

func (h *feedGet) writeValue(w *phpjson.Writer, row *feedRow) {
	if !row.any {
		w.Null()
		return
	}
	w.Float(row.last.Value)
}

// fetch shows the newest values of several feeds in the order asked for; false for what the asker may not see.
func (h *feedGet) fetch(c *call) error {
	text, ok := c.Get("ids")
	if !ok {
		return weir.Errorf(weir.Invalid, "no ids given")
	}
	settled := weir.UserID(0)
	c.out.Array()
	for part := range strings.SplitSeq(text, ",") {
		id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil {
			c.out.Bool(false)
			continue
		}
		f, err := h.feeds.Get(c.ctx(), weir.FeedID(id))
		if weir.KindOf(err) == weir.NotFound || err == nil && !web.MaySee(c.who, f) {
			c.out.Bool(false)
			continue
		}
		if err != nil {
			return err
		}
		if f.User != settled {
			h.pipeline.Settle(c.ctx(), f.User)
			settled = f.User
		}
		row, err := h.row(c, f)
		if err != nil {
			return err
		}
		h.writeValue(&c.out, &row)
	}
	c.out.EndArray()
	return nil
}
