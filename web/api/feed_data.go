package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/web/api/phpjson"
)

// FeedData reads what feeds hold; *feed.Catalogue.
type FeedData interface {
	Data(ctx context.Context, q feed.Query) ([]feed.Series, error)
	Meta(ctx context.Context, id weir.FeedID) (feed.Meta, error)
	Export(ctx context.Context, id weir.FeedID, from int64) (*io.SectionReader, error)
}

// feedData shows series of values.
type feedData struct {
	single

	data  FeedData
	zones Zones
}

func (h *feedData) routes() []route {
	return []route{
		{path: "feed/data", run: h.plain},
		{path: "feed/average", run: h.averages},
		{path: "feed/csvexport", run: h.download},
		{path: "feed/export", run: h.reads(h.export)},
	}
}

func (h *feedData) plain(c *call) error { return h.run(c, func(*dataQuery) {}) }

func (h *feedData) averages(c *call) error {
	return h.run(c, func(q *dataQuery) { q.Average = []bool{true} })
}

func (h *feedData) download(c *call) error { return h.run(c, func(q *dataQuery) { q.csv = true }) }

func (h *feedData) run(c *call, change func(*dataQuery)) error {
	for _, name := range [...]string{"start", "end"} {
		if c.param(name) == "" {
			return c.text("missing " + name + " parameter")
		}
	}
	q, err := readQuery(c, h.zones.Location(c.who.User))
	if err != nil {
		return err
	}
	change(&q)
	visible, err := h.visible(c, q.Feeds)
	if err != nil {
		return refuseMissing(c, err)
	}
	if q.csv {
		return h.csv(c, q, visible)
	}
	series, err := h.visibleData(c.ctx(), q, visible)
	if err != nil {
		return refuseMissing(c, err)
	}
	return h.answer(c, q, series)
}

// visible tells which of the feeds whoever asks may see. All of them have to exist. It waits for what their owners have
// sent before.
func (h *feedData) visible(c *call, ids []weir.FeedID) ([]bool, error) {
	visible := make([]bool, len(ids))
	var missing []weir.FeedID
	settled := map[weir.UserID]bool{}
	for i, id := range ids {
		f, err := h.feeds.Get(c.ctx(), id)
		if weir.KindOf(err) == weir.NotFound {
			missing = append(missing, id)
			continue
		}
		if err != nil {
			return nil, err
		}
		visible[i] = maySee(c.who, f)
		if visible[i] && !settled[f.User] {
			h.pipeline.Settle(c.ctx(), f.User)
			settled[f.User] = true
		}
	}
	if missing != nil {
		return nil, weir.Errorf(weir.NotFound, "%w", &feed.MissingError{Feeds: missing})
	}
	return visible, nil
}

// visibleData reads the visible feeds; the others look empty.
func (h *feedData) visibleData(ctx context.Context, q dataQuery, visible []bool) ([]feed.Series, error) {
	all := make([]feed.Series, len(q.Feeds))
	seen := q.Query
	seen.Feeds, seen.Average, seen.Delta = nil, nil, nil
	var places []int
	for i, id := range q.Feeds {
		all[i].Feed = id
		if visible[i] {
			places = append(places, i)
			seen.Feeds = append(seen.Feeds, id)
			seen.Average = append(seen.Average, flagAt(q.Average, i, len(q.Average)-1))
			seen.Delta = append(seen.Delta, flagAt(q.Delta, i, 0))
		}
	}
	if places == nil {
		return all, nil
	}
	series, err := h.data.Data(ctx, seen)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		all[place] = series[i]
	}
	return all, nil
}

// flagAt is what a list of flags says about the i-th feed; where the list is too short the flag at otherwise holds.
func flagAt(list []bool, i, otherwise int) bool {
	if i >= len(list) {
		i = otherwise
	}
	return i >= 0 && i < len(list) && list[i]
}

// refuseMissing names the feeds that do not exist in a form that programs can read.
func refuseMissing(c *call, err error) error {
	missing, ok := errors.AsType[*feed.MissingError](err)
	if !ok {
		return err
	}
	c.out.Object().Key("success").Bool(false).Key("message").String(missing.Error()).Key("feeds").Array()
	for _, id := range missing.Feeds {
		c.out.Int(int64(id))
	}
	c.out.EndArray().EndObject()
	return nil
}

// fewPoints is how many points are answered from memory; more are sent as they are printed.
const fewPoints = 50_000

func (h *feedData) answer(c *call, q dataQuery, series []feed.Series) error {
	points := 0
	for _, s := range series {
		points += len(s.Times)
	}
	if points > fewPoints {
		c.stream = func(w io.Writer) error {
			out := phpjson.On(make([]byte, 0, streamBuffer+1<<10))
			if err := q.write(&out, series, w); err != nil {
				return err
			}
			return out.Flush(w)
		}
		return nil
	}
	return q.write(&c.out, series, nil)
}

// streamBuffer is how much of a long answer is sent at once.
const streamBuffer = 64 << 10

// write prints the series. With w what has been printed goes there now and then.
func (q *dataQuery) write(out *phpjson.Writer, series []feed.Series, w io.Writer) error {
	if !q.many {
		return q.writeOne(out, series[0], w)
	}
	out.Array()
	for _, s := range series {
		out.Object().Key("feedid").IntString(int64(s.Feed)).Key("data")
		if err := q.writeOne(out, s, w); err != nil {
			return err
		}
		out.EndObject()
	}
	out.EndArray()
	return nil
}

func (q *dataQuery) writeOne(out *phpjson.Writer, s feed.Series, w io.Writer) error {
	out.Array()
	var text []byte
	for i, t := range s.Times {
		switch q.format {
		case unixMillis:
			out.Pair(t*1000, s.Values[i])
		case unixSeconds:
			out.Pair(t, s.Values[i])
		case noTime:
			out.Float(s.Values[i])
		default:
			text = q.format.append(text[:0], t, q.Zone)
			out.Array().String(string(text)).Float(s.Values[i]).EndArray()
		}
		if w != nil && len(out.Bytes()) >= streamBuffer {
			if err := out.Flush(w); err != nil {
				return err
			}
		}
	}
	out.EndArray()
	return nil
}

// export sends a feed's file from a byte on.
func (h *feedData) export(c *call, f weir.Feed) error {
	from := c.number("start")
	if from < 0 {
		return weir.Errorf(weir.Invalid, "start is %d: give the number of bytes that you have", from)
	}
	section, err := h.data.Export(c.ctx(), f.ID, from)
	if err != nil {
		return err
	}
	name := strconv.FormatInt(int64(f.ID), 10) + ".dat"
	if f.Engine == weir.EngineVariable {
		name = fmt.Sprintf("feed_%d.MYD", f.ID)
	}
	c.reply.Header().Set("Content-Length", strconv.FormatInt(section.Size(), 10))
	return c.download(name, func(w io.Writer) error {
		_, err := io.Copy(w, section)
		return err
	})
}
