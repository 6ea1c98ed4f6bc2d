package feeds

import (
	"context"
	"strconv"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Facts tells what a feed holds; *feed.Catalogue.
type Facts interface {
	Meta(ctx context.Context, id weir.FeedID) (feed.Meta, error)
	Last(ctx context.Context, id weir.FeedID) (weir.Sample, bool, error)
	LastAll(ctx context.Context, user weir.UserID) (map[weir.FeedID]weir.Sample, error)
	Value(ctx context.Context, id weir.FeedID, t int64) (float64, error)
}

// Users finds a user by name; *account.Service.
type Users interface {
	UserByName(ctx context.Context, name string) (weir.User, error)
}

// lists lists feeds.
type lists struct {
	feeds    Lister
	facts    Facts
	users    Users
	pipeline emoncms.Pipeline
}

func (h *lists) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "feed/list", Run: h.list},
		{Path: "feed/listwithmeta", Need: emoncms.Reader, Denied: noFeed, Run: h.listWithMeta},
		{Path: "feed/getid", Need: emoncms.Reader, Denied: noFeed, Run: h.id},
		{Path: "*/feed/list", Run: h.ofName},
		{Path: "feed/updatesize", Need: emoncms.Reader, Denied: noFeed, Run: h.size},
	}
}

// list lists the feeds of whoever asks or, with userid, the public ones of that user.
func (h *lists) list(c *emoncms.Call) error {
	if other := weir.UserID(c.Number("userid")); other != 0 && other != c.Who.User {
		return h.write(c, other, true, c.Flag("meta"))
	}
	if !c.May(emoncms.Reader) {
		return c.Refuse()
	}
	return h.write(c, c.Who.User, false, c.Flag("meta"))
}

func (h *lists) listWithMeta(c *emoncms.Call) error { return h.write(c, c.Who.User, false, true) }

// ofName lists the public feeds of the user whose name begins the path.
func (h *lists) ofName(c *emoncms.Call) error {
	u, err := h.users.UserByName(c.Context(), c.Segment(0))
	if weir.KindOf(err) == weir.NotFound {
		return c.Hide()
	}
	if err != nil {
		return err
	}
	return h.write(c, u.ID, true, c.Flag("meta"))
}

func (h *lists) write(c *emoncms.Call, user weir.UserID, publicOnly, withMeta bool) error {
	feeds, err := h.feeds.List(c.Context(), user)
	if err != nil {
		return err
	}
	if len(feeds) > 0 { // anybody may name a user who is not there, and the pipeline must not make room for one
		h.pipeline.Settle(c.Context(), user)
	}
	c.Out.Array()
	for i := range feeds {
		if publicOnly && !feeds[i].Public {
			continue
		}
		row := summary{feed: &feeds[i]}
		if err := row.look(c.Context(), h.facts); err != nil {
			return err
		}
		c.Out.Object()
		row.write(&c.Out)
		if withMeta {
			writeMeta(&c.Out, row.meta)
		}
		c.Out.EndObject()
	}
	c.Out.EndArray()
	return nil
}

// id finds a feed of whoever asks by name and tag.
func (h *lists) id(c *emoncms.Call) error {
	feeds, err := h.feeds.List(c.Context(), c.Who.User)
	if err != nil {
		return err
	}
	tag, tagged := c.Get("tag")
	for i := range feeds {
		if f := &feeds[i]; f.Name == c.Param("name") && (!tagged || f.Tag == tag) {
			return c.Text(strconv.FormatInt(int64(f.ID), 10))
		}
	}
	return c.Text("")
}

// size is how many bytes all feeds of whoever asks take.
func (h *lists) size(c *emoncms.Call) error {
	feeds, err := h.feeds.List(c.Context(), c.Who.User)
	if err != nil {
		return err
	}
	total := int64(0)
	for i := range feeds {
		row := summary{feed: &feeds[i]}
		if err := row.look(c.Context(), h.facts); err != nil {
			return err
		}
		total += row.meta.Bytes
	}
	c.Out.Int(total)
	return nil
}

// summary is a feed with what it holds.
type summary struct {
	feed *weir.Feed
	meta feed.Meta
	last weir.Sample
	any  bool // last is a point
}

// look fills the row. A feed that is being removed holds nothing.
func (r *summary) look(ctx context.Context, facts Facts) (err error) {
	if r.meta, err = facts.Meta(ctx, r.feed.ID); err == nil {
		r.last, r.any, err = facts.Last(ctx, r.feed.ID)
	}
	if weir.KindOf(err) == weir.NotFound {
		return nil
	}
	return err
}

// write writes the fields of a feed: ids, flags and sizes in quotes, as clients parse them.
func (r *summary) write(w *phpjson.Writer) {
	f := r.feed
	w.Key("id").IntString(int64(f.ID)).
		Key("userid").IntString(int64(f.User)).
		Key("name").String(f.Name).
		Key("tag").String(f.Tag).
		Key("public").String(flagText(f.Public)).
		Key("size").IntString(r.meta.Bytes).
		Key("engine").IntString(int64(f.Engine)).
		Key("processList").String(f.List).
		Key("unit").String(f.Unit)
	r.writeLast(w)
}

func (r *summary) writeLast(w *phpjson.Writer) {
	if !r.any {
		w.Key("time").Null().Key("value").Null()
		return
	}
	w.Key("time").Int(r.last.Time).Key("value").Float(r.last.Value)
}

func flagText(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func writeMeta(w *phpjson.Writer, m feed.Meta) {
	w.Key("start_time").Int(m.Start).Key("end_time").Int(m.End).
		Key("interval").Float(m.MeanInterval()).Key("npoints").Int(m.Points)
}
