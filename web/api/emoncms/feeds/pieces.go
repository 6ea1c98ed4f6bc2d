package feeds

import (
	"context"
	"io"
	"math"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web/api/emoncms"
)

const (
	piecePoints  = 20_000   // of a long answer that are in memory at once
	streamPoints = 1 << 26  // that one answer may have
	streamBuffer = 64 << 10 // bytes of a long answer that are sent at once
)

// pieces are shorter queries that together give the same points as a long one, so that the memory of an answer does not
// depend on its length.
type pieces struct {
	query dataQuery
	step  float64 // seconds of a piece; 0: there is one piece, the query itself
	count int
	total float64 // points of all feeds, when there may be more than one piece
}

// pieces cuts a query at even steps, or at even times when it asks for all points of one feed. Other queries are one
// piece: they have few points, or a point depends on the next.
func (h *histories) pieces(ctx context.Context, q dataQuery, visible []bool) (pieces, error) {
	step := float64(q.Interval.Seconds)
	if q.Interval.Original && len(q.Feeds) == 1 && visible[0] {
		meta, err := h.data.Meta(ctx, q.Feeds[0])
		if err != nil {
			return pieces{}, err
		}
		step = math.Ceil(meta.MeanInterval())
		if meta.Interval == 0 { // a variable feed has nothing to say about the time before and after
			start, end := max(q.Start, float64(meta.Start)), min(q.End, float64(meta.End))
			if end <= start {
				return pieces{query: q, count: 1}, nil
			}
			q.Start, q.End = start, end
		}
	}
	whole := pieces{query: q, count: 1}
	if step < 1 || q.LimitInterval != 0 || q.End <= q.Start {
		return whole, nil
	}
	for i := range q.Feeds {
		if flagAt(q.Delta, i, 0) {
			return whole, nil
		}
	}
	feeds := float64(len(q.Feeds))
	p := pieces{query: q, step: step * math.Ceil(piecePoints/feeds), total: ((q.End-q.Start)/step + 1) * feeds}
	if err := checkTotal(p.total); err != nil {
		return pieces{}, err
	}
	p.query.Unlimited = true
	// A query has to reach over more than a moment, so the last piece takes in a point that would be left alone.
	p.count = max(1, int(math.Ceil((q.End-q.Start)/p.step)))
	return p, nil
}

func checkTotal(points float64) error {
	if points > streamPoints {
		return weir.Errorf(weir.TooLarge, "request datapoint limit reached (%d), increase request interval or reduce time range, "+
			"requested datapoints = %.0f", streamPoints, points)
	}
	return nil
}

func (p *pieces) at(i int) dataQuery {
	q := p.query
	if p.step == 0 {
		return q
	}
	q.Start += float64(i) * p.step
	if i < p.count-1 {
		q.End = q.Start + p.step - 1
	}
	return q
}

// original sends all points of the feeds, one after the other, as they are read. What can go wrong for all of them is
// found out before anything is sent.
func (h *histories) original(c *emoncms.Call, q dataQuery, visible []bool) error {
	ctx := c.Context()
	plans := make([]pieces, len(q.Feeds))
	total := 0.0
	for i := range q.Feeds {
		var err error
		if plans[i], err = h.pieces(ctx, q.of(i), visible[i:i+1]); err != nil {
			return err
		}
		total += plans[i].total
	}
	if err := checkTotal(total); err != nil {
		return err
	}
	if _, err := h.read(ctx, plans[0].at(plans[0].count-1), visible[:1]); err != nil {
		return err
	}
	return c.Stream(func(w io.Writer) error {
		out := phpjson.On(make([]byte, 0, 2*streamBuffer))
		if q.many {
			out.Array()
		}
		for i, id := range q.Feeds {
			if q.many {
				out.Object().Key("feedid").IntString(int64(id)).Key("data")
			}
			if err := h.sendPoints(ctx, w, &out, &plans[i], visible[i:i+1]); err != nil {
				return err
			}
			if q.many {
				out.EndObject()
			}
		}
		if q.many {
			out.EndArray()
		}
		return out.Flush(w)
	})
}

func (h *histories) sendPoints(ctx context.Context, w io.Writer, out *phpjson.Writer, p *pieces, visible []bool) error {
	out.Array()
	for i := range p.count {
		series, err := h.read(ctx, p.at(i), visible)
		if err != nil {
			return err
		}
		p.query.writePoints(out, series[0])
		if len(out.Bytes()) >= streamBuffer {
			if err := out.Flush(w); err != nil {
				return err
			}
		}
	}
	out.EndArray()
	return nil
}
