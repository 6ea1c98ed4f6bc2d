package api

import (
	"context"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
)

const (
	csvDecimals = 2
	csvPiece    = 20_000 // points of a long download that are in memory at once
)

// csv sends lines "time,value", or with several feeds a column each. The first piece is read before anything is sent,
// so that an error can still be answered as one.
func (h *feedData) csv(c *call, q dataQuery, visible []bool) error {
	q.Unlimited = true
	pieces, err := h.pieces(c.ctx(), q, visible)
	if err != nil {
		return refuseMissing(c, err)
	}
	piece, _ := pieces(0)
	first, err := h.visibleData(c.ctx(), piece, visible)
	if err != nil {
		return refuseMissing(c, err)
	}
	ctx := c.ctx()
	return c.download(csvName(q.Feeds), func(w io.Writer) error {
		lines := csvLines{query: q, out: w}
		series := first
		for i := 1; ; i++ {
			if err := lines.write(series); err != nil {
				return err
			}
			piece, more := pieces(i)
			if !more {
				return lines.flush()
			}
			if series, err = h.visibleData(ctx, piece, visible); err != nil {
				return err
			}
		}
	})
}

// pieces cuts a query of one feed at even steps into shorter ones that give the same points; more is false behind the
// last. Other queries are one piece: they have few points, or a point depends on the next.
func (h *feedData) pieces(ctx context.Context, q dataQuery, visible []bool) (func(i int) (piece dataQuery, more bool), error) {
	step := float64(q.Interval.Seconds)
	if q.Interval.Original && len(q.Feeds) == 1 && visible[0] {
		meta, err := h.data.Meta(ctx, q.Feeds[0])
		if err != nil {
			return nil, err
		}
		step = math.Ceil(meta.MeanInterval())
	}
	if step < 1 || len(q.Feeds) != 1 || flagAt(q.Delta, 0, 0) || q.LimitInterval != 0 {
		return func(i int) (dataQuery, bool) { return q, i == 0 }, nil
	}
	return func(i int) (dataQuery, bool) {
		piece := q
		piece.Start += float64(i) * csvPiece * step
		// A query has to reach over more than a moment, so a piece takes in a point that would be left alone.
		if next := piece.Start + csvPiece*step; next < q.End {
			piece.End = next - 1
		}
		return piece, i == 0 || piece.Start < q.End
	}, nil
}

// csvName is made of numbers only: nothing that was sent gets into a header.
func csvName(ids []weir.FeedID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(texts, "-") + ".csv"
}

// csvLines prints rows.
type csvLines struct {
	query dataQuery
	out   io.Writer
	text  []byte
}

// write prints one row for each place in the longest series; its time is that of the first series that reaches there.
func (l *csvLines) write(series []feed.Series) error {
	for row, more := 0, true; ; row++ {
		more = false
		for _, s := range series {
			if row < len(s.Times) {
				more = true
				l.time(s.Times[row], len(series) > 1)
				break
			}
		}
		if !more {
			return nil
		}
		for i, s := range series {
			if i > 0 || l.query.format != noTime {
				l.text = append(l.text, ',')
			}
			l.value(s, row)
		}
		l.text = append(l.text, '\n')
		if len(l.text) >= streamBuffer {
			if err := l.flush(); err != nil {
				return err
			}
		}
	}
}

// time prints a row's time: milliseconds only with several feeds, as the original has it.
func (l *csvLines) time(t int64, several bool) {
	format := l.query.format
	switch {
	case format == noTime:
		return
	case format == unixMillis && !several:
		format = unixSeconds
	}
	l.text = format.append(l.text, t, l.query.Zone)
}

func (l *csvLines) value(s feed.Series, row int) {
	if row >= len(s.Values) || math.IsNaN(s.Values[row]) {
		l.text = append(l.text, "null"...)
		return
	}
	decimals := csvDecimals
	if dp := l.query.Decimals; dp != nil && *dp >= 0 {
		decimals = min(*dp, 10)
	}
	scale := math.Pow10(decimals)
	v := s.Values[row]
	if rounded := math.Round(v*scale) / scale; !math.IsInf(rounded, 0) {
		v = rounded
	}
	if v == 0 {
		v = 0 // not -0
	}
	l.text = strconv.AppendFloat(l.text, v, 'f', decimals, 64)
}

func (l *csvLines) flush() error {
	_, err := l.out.Write(l.text)
	l.text = l.text[:0]
	return err
}
