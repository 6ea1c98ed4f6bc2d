package feeds

import (
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/web/api/emoncms"
)

const csvDecimals = 2

// csv sends lines "time,value", or with several feeds a column each. The first piece is read before anything is sent,
// so that an error can still be answered as one.
func (h *histories) csv(c *emoncms.Call, q dataQuery, visible []bool) error {
	p, err := h.pieces(c.Context(), q, visible)
	if err != nil {
		return err
	}
	first, err := h.read(c.Context(), p.at(0), visible)
	if err != nil {
		return err
	}
	ctx := c.Context()
	return c.Download(csvName(q.Feeds), func(w io.Writer) error {
		lines := csvLines{query: q, out: w}
		if err := lines.write(first); err != nil {
			return err
		}
		for i := 1; i < p.count; i++ {
			series, err := h.read(ctx, p.at(i), visible)
			if err != nil {
				return err
			}
			if err := lines.write(series); err != nil {
				return err
			}
		}
		return lines.flush()
	})
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
	for row := 0; ; row++ {
		longest := slices.IndexFunc(series, func(s feed.Series) bool { return row < len(s.Times) })
		if longest < 0 {
			return nil
		}
		l.time(series[longest].Times[row], len(series) > 1)
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
