package api

import (
	"context"
	"math"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
)

const defaultBands = 800 // about the width of a graph

// maxBandFeeds is how many feeds one request may name; it bounds the memory of an answer.
const maxBandFeeds = 200

// FeedBands reads what graphs draw; *feed.Catalogue.
type FeedBands interface {
	Get(ctx context.Context, id weir.FeedID) (weir.Feed, error)
	Bands(ctx context.Context, id weir.FeedID, start, end int64, points int) (feed.Bands, error)
	Meta(ctx context.Context, id weir.FeedID) (feed.Meta, error)
}

// feedBands shows mean and extremes of feeds over time.
type feedBands struct {
	feeds    FeedBands
	pipeline emoncms.Pipeline
}

func (h *feedBands) get(v *visit) error {
	ids, err := v.ids(maxBandFeeds)
	if err != nil {
		return err
	}
	start, err := v.number("start", 0)
	if err != nil {
		return err
	}
	end, err := v.number("end", 0)
	if err != nil {
		return err
	}
	points, err := v.number("points", defaultBands)
	if err != nil {
		return err
	}
	var w phpjson.Writer
	w.Object().Key("start").Int(start).Key("end").Int(end).Key("series").Array()
	from, to := int64(math.Floor(float64(start)/1000)), int64(math.Ceil(float64(end)/1000))
	for _, id := range ids {
		if err := h.write(v, &w, id, from, to, int(min(points, math.MaxInt32))); err != nil {
			return err
		}
	}
	w.EndArray().EndObject()
	v.send(w.Bytes())
	return nil
}

func (h *feedBands) write(v *visit, w *phpjson.Writer, id weir.FeedID, start, end int64, points int) error {
	ctx := v.http.Context()
	f, err := h.feeds.Get(ctx, id)
	if err == nil && !web.MaySee(v.who, f) {
		err = weir.Errorf(weir.NotFound, "feed %d does not exist", id)
	}
	if err != nil {
		return err
	}
	h.pipeline.Settle(ctx, f.User)
	b, err := h.feeds.Bands(ctx, id, start, end, points)
	if err != nil {
		return err
	}
	width := float64(b.Width)
	if b.Width == 0 {
		meta, err := h.feeds.Meta(ctx, id)
		if err != nil {
			return err
		}
		width = meta.MeanInterval()
	}
	w.Object().Key("feed").Int(int64(id)).Key("interval").Float(width).Key("raw").Bool(b.Width == 0)
	w.Key("time").Array()
	for _, t := range b.Times {
		w.Int(t * 1000)
	}
	w.EndArray()
	writeColumn(w, "mean", b.Mean)
	writeColumn(w, "min", b.Min)
	writeColumn(w, "max", b.Max)
	w.EndObject()
	return nil
}

func writeColumn(w *phpjson.Writer, name string, values []float64) {
	w.Key(name).Array()
	for _, v := range values {
		w.Float(v)
	}
	w.EndArray()
}
