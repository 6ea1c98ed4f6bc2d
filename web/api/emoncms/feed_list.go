package emoncms

import (
	"context"
	"strconv"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/web/api/emoncms/phpjson"
)

// FeedFacts tells what a feed holds; *feed.Catalogue.
type FeedFacts interface {
	Meta(ctx context.Context, id weir.FeedID) (feed.Meta, error)
	Last(ctx context.Context, id weir.FeedID) (weir.Sample, bool, error)
	LastAll(ctx context.Context, user weir.UserID) (map[weir.FeedID]weir.Sample, error)
	Value(ctx context.Context, id weir.FeedID, t int64) (float64, error)
}

// UserFinder finds a user by name; *account.Service.
type UserFinder interface {
	UserByName(ctx context.Context, name string) (weir.User, error)
}

// feedList lists feeds.
type feedList struct {
	feeds    FeedLister
	facts    FeedFacts
	users    UserFinder
	pipeline Pipeline
}

func (h *feedList) routes() []route {
	return []route{
		{path: "feed/list", run: h.list},
		{path: "feed/listwithmeta", need: reader, denied: noFeed, run: h.listWithMeta},
		{path: "feed/getid", need: reader, denied: noFeed, run: h.id},
		{path: "feed/updatesize", need: reader, denied: noFeed, run: h.size},
	}
}

// list lists the feeds of whoever asks or, with userid, the public ones of that user.
func (h *feedList) list(c *call) error {
	if other := weir.UserID(c.number("userid")); other != 0 && other != c.who.User {
		return h.write(c, other, true, c.flag("meta"))
	}
	if !c.may(reader) {
		return c.refuse()
	}
	return h.write(c, c.who.User, false, c.flag("meta"))
}

func (h *feedList) listWithMeta(c *call) error { return h.write(c, c.who.User, false, true) }

// ofName lists the public feeds of the user whose name begins the path.
func (h *feedList) ofName(c *call) error {
	u, err := h.users.UserByName(c.ctx(), c.Segment(0))
	if weir.KindOf(err) == weir.NotFound {
		return c.hide()
	}
	if err != nil {
		return err
	}
	return h.write(c, u.ID, true, c.flag("meta"))
}

func (h *feedList) write(c *call, user weir.UserID, publicOnly, withMeta bool) error {
	h.pipeline.Settle(c.ctx(), user)
	feeds, err := h.feeds.List(c.ctx(), user)
	if err != nil {
		return err
	}
	c.out.Array()
	for i := range feeds {
		if publicOnly && !feeds[i].Public {
			continue
		}
		row := feedRow{feed: &feeds[i]}
		if err := row.look(c.ctx(), h.facts); err != nil {
			return err
		}
		c.out.Object()
		row.write(&c.out)
		if withMeta {
			writeMeta(&c.out, row.meta)
		}
		c.out.EndObject()
	}
	c.out.EndArray()
	return nil
}

// id finds a feed of whoever asks by name and tag.
func (h *feedList) id(c *call) error {
	feeds, err := h.feeds.List(c.ctx(), c.who.User)
	if err != nil {
		return err
	}
	tag, tagged := c.Get("tag")
	for i := range feeds {
		if f := &feeds[i]; f.Name == c.param("name") && (!tagged || f.Tag == tag) {
			return c.text(strconv.FormatInt(int64(f.ID), 10))
		}
	}
	return c.text("")
}

// size is how many bytes all feeds of whoever asks take.
func (h *feedList) size(c *call) error {
	feeds, err := h.feeds.List(c.ctx(), c.who.User)
	if err != nil {
		return err
	}
	total := int64(0)
	for i := range feeds {
		row := feedRow{feed: &feeds[i]}
		if err := row.look(c.ctx(), h.facts); err != nil {
			return err
		}
		total += row.meta.Bytes
	}
	c.out.Int(total)
	return nil
}

// feedRow is a feed with what it holds.
type feedRow struct {
	feed *weir.Feed
	meta feed.Meta
	last weir.Sample
	any  bool // last is a point
}

// look fills the row. A feed that is being removed holds nothing.
func (r *feedRow) look(ctx context.Context, facts FeedFacts) (err error) {
	if r.meta, err = facts.Meta(ctx, r.feed.ID); err == nil {
		r.last, r.any, err = facts.Last(ctx, r.feed.ID)
	}
	if weir.KindOf(err) == weir.NotFound {
		return nil
	}
	return err
}

// write writes the fields of a feed: ids, flags and sizes in quotes, as clients parse them.
func (r *feedRow) write(w *phpjson.Writer) {
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

func (r *feedRow) writeLast(w *phpjson.Writer) {
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
