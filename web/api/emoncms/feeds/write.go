package feeds

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/web/api/emoncms"
)

const (
	// entrySamples is how many samples go into one entry of the stream: an entry holds at most 19 bytes a sample.
	entrySamples = journal.MaxEntry / 20

	maxTime = math.MaxUint32 // of a point: files keep 32 bits
)

// inserts puts points into feeds, empties and removes them. All of it goes through the stream, so that it is done in
// the order it came between the samples of the user's devices, and survives a crash like them.
type inserts struct {
	single
}

func (h *inserts) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "feed/insert", Changes: true, Run: h.writes(h.write)},
		{Path: "feed/update", Changes: true, Run: h.writes(h.write)},
		{Path: "feed/post", Changes: true, Run: h.writes(h.write)},
		{Path: "feed/clear", Changes: true, Run: h.writes(h.clear)},
	}
}

// write stores one point, or with data several.
func (h *inserts) write(c *emoncms.Call, f weir.Feed) error {
	if f.Engine == weir.EngineVirtual {
		return weir.Errorf(weir.Invalid, "Feed %d is computed when it is read: nothing can be written to it", f.ID)
	}
	if data, many := c.Get("data"); many {
		return h.writeMany(c, f, data)
	}
	text, ok := c.Get("value")
	if !ok {
		return weir.Errorf(weir.Invalid, "missing value parameter")
	}
	s := weir.Sample{Time: c.Number("time"), Value: leadingFloat(text)}
	if s.Time == 0 {
		s.Time = time.Now().Unix()
	}
	if err := h.accept(c, f, []weir.Sample{s}); err != nil {
		return err
	}
	c.Out.Float(s.Value)
	return nil
}

func (h *inserts) writeMany(c *emoncms.Call, f weir.Feed, data string) error {
	if data == "" {
		return weir.Errorf(weir.Invalid, "missing data parameter")
	}
	samples, err := parseSamples(data)
	if err != nil {
		return err
	}
	if err := h.accept(c, f, samples); err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).EndObject()
	return nil
}

// parseSamples reads [[time,value],…]. A value that is null is no value and is left out.
func parseSamples(data string) ([]weir.Sample, error) {
	var rows [][]*float64
	if err := json.Unmarshal([]byte(data), &rows); err != nil || len(rows) == 0 {
		return nil, weir.Errorf(weir.Invalid, "error decoding json")
	}
	samples := make([]weir.Sample, 0, len(rows))
	for _, row := range rows {
		if len(row) < 2 || row[0] == nil {
			return nil, weir.Errorf(weir.Invalid, "error decoding json")
		}
		if row[1] == nil {
			continue
		}
		samples = append(samples, weir.Sample{Time: int64(math.Max(-1, math.Min(*row[0], maxTime+1))), Value: *row[1]})
	}
	return samples, nil
}

// accept returns when the samples are in the stream.
func (h *inserts) accept(c *emoncms.Call, f weir.Feed, samples []weir.Sample) error {
	for _, s := range samples {
		if s.Time < 0 || s.Time > maxTime {
			return weir.Errorf(weir.Invalid, "time is not between 0 and %d (unix seconds)", int64(maxTime))
		}
		if math.IsInf(s.Value, 0) {
			return weir.Errorf(weir.Invalid, "value is too large")
		}
	}
	join := c.Param("join")
	points := journal.Points{User: f.User, Feed: f.ID, Join: join == "join" || join == "1"}
	for len(samples) > 0 {
		n := min(len(samples), entrySamples)
		points.Samples, samples = samples[:n], samples[n:]
		if err := h.pipeline.Accept(c.Context(), f.User, journal.AppendPoints(nil, &points)); err != nil {
			return err
		}
	}
	return nil
}

func (h *inserts) clear(c *emoncms.Call, f weir.Feed) error {
	if f.Engine == weir.EngineVirtual {
		return weir.Errorf(weir.Invalid, `"Clear" not available for this storage engine`)
	}
	entry := journal.AppendClear(nil, &journal.Clear{User: f.User, Feed: f.ID})
	if err := h.pipeline.Accept(c.Context(), f.User, entry); err != nil {
		return err
	}
	h.pipeline.Settle(c.Context(), f.User)
	return c.Result(true, "Feed cleared successfully")
}

// leadingFloat reads a number the way PHP casts to float: what is no number is 0, what follows one is not looked at.
func leadingFloat(s string) float64 {
	s = strings.TrimSpace(s)
	end := afterDigits(s, afterSign(s, 0))
	if end < len(s) && s[end] == '.' {
		end = afterDigits(s, end+1)
	}
	if end < len(s) && (s[end] == 'e' || s[end] == 'E') {
		if sign := afterSign(s, end+1); afterDigits(s, sign) > sign {
			end = afterDigits(s, sign)
		}
	}
	v, err := strconv.ParseFloat(s[:end], 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return v
}

func afterSign(s string, at int) int {
	if at < len(s) && (s[at] == '-' || s[at] == '+') {
		return at + 1
	}
	return at
}

func afterDigits(s string, at int) int {
	for at < len(s) && s[at] >= '0' && s[at] <= '9' {
		at++
	}
	return at
}
