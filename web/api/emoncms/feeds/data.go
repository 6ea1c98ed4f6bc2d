package feeds

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Data reads what feeds hold; *feed.Catalogue.
type Data interface {
	Data(ctx context.Context, q feed.Query) ([]feed.Series, error)
	Meta(ctx context.Context, id weir.FeedID) (feed.Meta, error)
	Export(ctx context.Context, id weir.FeedID, from int64) (*io.SectionReader, error)
}

// histories shows series of values.
type histories struct {
	single

	data  Data
	zones emoncms.Zones
}

func (h *histories) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "feed/data", Run: h.plain},
		{Path: "feed/average", Run: h.averages},
		{Path: "feed/csvexport", Run: h.download},
		{Path: "feed/export", Run: h.reads(h.export)},
	}
}

func (h *histories) plain(c *emoncms.Call) error { return h.run(c, func(*dataQuery) {}) }

func (h *histories) averages(c *emoncms.Call) error {
	return h.run(c, func(q *dataQuery) { q.Average = []bool{true} })
}

func (h *histories) download(c *emoncms.Call) error {
	return h.run(c, func(q *dataQuery) { q.csv = true })
}

func (h *histories) run(c *emoncms.Call, change func(*dataQuery)) error {
	for _, name := range [...]string{"start", "end"} {
		if c.Param(name) == "" {
			return c.Text("missing " + name + " parameter")
		}
	}
	q, err := readQuery(c, h.zones.Location(c.Who.User))
	if err != nil {
		return err
	}
	change(&q)
	visible, err := h.visible(c, q.Feeds)
	if err == nil {
		switch {
		case q.csv:
			err = h.csv(c, q, visible)
		case q.Interval.Original:
			err = h.original(c, q, visible)
		default:
			err = h.answer(c, q, visible)
		}
	}
	return refuseMissing(c, err)
}

// visible tells which of the feeds whoever asks may see. All of them have to exist. It waits for what their owners have
// sent before.
func (h *histories) visible(c *emoncms.Call, ids []weir.FeedID) ([]bool, error) {
	visible := make([]bool, len(ids))
	var missing []weir.FeedID
	settled := map[weir.UserID]bool{}
	for i, id := range ids {
		f, err := h.feeds.Get(c.Context(), id)
		if weir.KindOf(err) == weir.NotFound {
			missing = append(missing, id)
			continue
		}
		if err != nil {
			return nil, err
		}
		visible[i] = web.MaySee(c.Who, f)
		if visible[i] && !settled[f.User] {
			h.pipeline.Settle(c.Context(), f.User)
			settled[f.User] = true
		}
	}
	if missing != nil {
		return nil, weir.Errorf(weir.NotFound, "%w", &feed.MissingError{Feeds: missing})
	}
	return visible, nil
}

// maxTotal is how many points of all feeds of a query may be in memory at once.
const maxTotal = 4_000_000

// read reads the visible feeds; the others look empty.
func (h *histories) read(ctx context.Context, q dataQuery, visible []bool) ([]feed.Series, error) {
	all := make([]feed.Series, len(q.Feeds))
	total := 0
	for i, id := range q.Feeds {
		all[i].Feed = id
		if !visible[i] {
			continue
		}
		series, err := h.data.Data(ctx, q.of(i).Query)
		if err != nil {
			return nil, err
		}
		all[i] = series[0]
		if total += len(all[i].Times); total > maxTotal {
			return nil, weir.Errorf(weir.TooLarge, "request datapoint limit reached (%d), ask for fewer feeds at once", maxTotal)
		}
	}
	return all, nil
}

// of is the query for its i-th feed alone.
func (q dataQuery) of(i int) dataQuery {
	q.Average = []bool{flagAt(q.Average, i, len(q.Average)-1)}
	q.Delta = []bool{flagAt(q.Delta, i, 0)}
	q.Feeds = q.Feeds[i : i+1]
	return q
}

// flagAt is what a list of flags says about the i-th feed; where the list is too short the flag at otherwise holds.
func flagAt(list []bool, i, otherwise int) bool {
	if i >= len(list) {
		i = otherwise
	}
	return i >= 0 && i < len(list) && list[i]
}

// refuseMissing names the feeds that do not exist in a form that programs can read.
func refuseMissing(c *emoncms.Call, err error) error {
	missing, ok := errors.AsType[*feed.MissingError](err)
	if !ok {
		return err
	}
	c.Out.Reset()
	c.Out.Object().Key("success").Bool(false).Key("message").String(missing.Error()).Key("feeds").Array()
	for _, id := range missing.Feeds {
		c.Out.Int(int64(id))
	}
	c.Out.EndArray().EndObject()
	return nil
}

// answer prints what is in memory.
func (h *histories) answer(c *emoncms.Call, q dataQuery, visible []bool) error {
	all, err := h.read(c.Context(), q, visible)
	if err != nil {
		return err
	}
	if !q.many {
		q.write(&c.Out, all[0])
		return nil
	}
	c.Out.Array()
	for _, s := range all {
		c.Out.Object().Key("feedid").IntString(int64(s.Feed)).Key("data")
		q.write(&c.Out, s)
		c.Out.EndObject()
	}
	c.Out.EndArray()
	return nil
}

// write prints a series.
func (q *dataQuery) write(out *phpjson.Writer, s feed.Series) {
	out.Array()
	q.writePoints(out, s)
	out.EndArray()
}

func (q *dataQuery) writePoints(out *phpjson.Writer, s feed.Series) {
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
	}
}

// export sends a feed's file from a byte on.
func (h *histories) export(c *emoncms.Call, f weir.Feed) error {
	from := c.Number("start")
	if from < 0 {
		return weir.Errorf(weir.Invalid, "start is %d: give the number of bytes that you have", from)
	}
	section, err := h.data.Export(c.Context(), f.ID, from)
	if err != nil {
		return err
	}
	name := strconv.FormatInt(int64(f.ID), 10) + ".dat"
	if f.Engine == weir.EngineVariable {
		name = fmt.Sprintf("feed_%d.MYD", f.ID)
	}
	c.Reply.Header().Set("Content-Length", strconv.FormatInt(section.Size(), 10))
	return c.Download(name, func(w io.Writer) error {
		_, err := io.Copy(w, section)
		return err
	})
}
