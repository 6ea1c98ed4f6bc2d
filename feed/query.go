package feed

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir"
)

// defaultPoints is how many points a query gives that does not say how far they are apart.
const defaultPoints = 800

// Query asks for the values of feeds at regular times.
type Query struct {
	Feeds      []weir.FeedID
	Start, End float64 // unix seconds, End included; a fraction is cut off
	Interval   Interval
	Average    []bool         // one for each feed; a shorter list's last one holds for the rest: mean instead of single values
	Delta      []bool         // one for each feed; where it is missing the first one holds: differences from one time to the next
	Zone       *time.Location // days, weeks and so on begin there; nil: UTC

	SkipMissing   bool
	LimitInterval int  // 1: no finer than a fixed feed's own interval, and a multiple of it; 2: a variable feed's points keep their own times
	Decimals      *int // round to so many; nil or negative: leave values as they are
	Unlimited     bool // Config.MaxOriginal is the limit, not MaxPoints: for a download
}

// Series is the answer for one feed: times in unix seconds and values, NaN for none.
type Series struct {
	Feed   weir.FeedID
	Times  []int64
	Values []float64
}

// MissingError names the feeds of a query that do not exist.
type MissingError struct{ Feeds []weir.FeedID }

func (e *MissingError) Error() string {
	if len(e.Feeds) == 1 {
		return "feed " + strconv.FormatInt(int64(e.Feeds[0]), 10) + " does not exist"
	}
	return strconv.Itoa(len(e.Feeds)) + " feeds do not exist"
}

// Data answers a query, feed by feed in the order asked for. When a feed does not exist the error is of kind NotFound and
// holds a *MissingError that names all such feeds.
func (c *Catalogue) Data(ctx context.Context, q Query) ([]Series, error) {
	if err := c.missing(ctx, q.Feeds); err != nil {
		return nil, err
	}
	all := make([]Series, 0, len(q.Feeds))
	for i, id := range q.Feeds {
		s, err := c.series(ctx, q, i, id)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (c *Catalogue) missing(ctx context.Context, ids []weir.FeedID) error {
	if len(ids) == 0 {
		return weir.Errorf(weir.Invalid, "no ids given")
	}
	var missing []weir.FeedID
	for _, id := range ids {
		if _, err := c.Get(ctx, id); err != nil {
			if weir.KindOf(err) != weir.NotFound {
				return err
			}
			missing = append(missing, id)
		}
	}
	if missing != nil {
		return weir.Errorf(weir.NotFound, "%w", &MissingError{missing})
	}
	return nil
}

// request is a query for one feed, in whole seconds.
type request struct {
	tape           Tape
	start, end     int64
	step           Interval
	average, delta bool
	zone           *time.Location
	ownTimes       bool
}

func (c *Catalogue) series(ctx context.Context, q Query, i int, id weir.FeedID) (Series, error) {
	tape, e, err := c.data(ctx, id)
	if err != nil {
		return Series{}, err
	}
	meta, err := tape.Meta()
	if err != nil {
		return Series{}, err
	}
	r, err := c.request(q, i, meta)
	if err != nil {
		return Series{}, err
	}
	r.tape = tape
	var s Series
	if r.step.Original {
		s, err = c.original(ctx, r)
	} else {
		s, err = r.values(ctx)
	}
	if err != nil {
		return Series{}, err
	}
	if r.delta {
		last, known := e.shown()
		s = differences(s, last, known)
	}
	s.Feed = id
	q.finish(&s)
	return s, nil
}

// request works out what a query means for a feed.
func (c *Catalogue) request(q Query, i int, meta Meta) (request, error) {
	if !(q.Start >= -maxSeconds && q.End <= maxSeconds) {
		return request{}, weir.Errorf(weir.Invalid, "Request start or end time out of range")
	}
	r := request{
		start: int64(q.Start), end: int64(q.End), step: q.Interval, zone: q.Zone,
		average: pick(q.Average, i, len(q.Average)-1), delta: pick(q.Delta, i, 0),
		ownTimes: q.LimitInterval == 2 && meta.Interval == 0,
	}
	if r.zone == nil {
		r.zone = time.UTC
	}
	if r.end <= r.start {
		return request{}, weir.Errorf(weir.Invalid, "Request end time before start time")
	}
	if r.step.Calendar != NoCalendar {
		r.start = firstStep(r.start, r.step.Calendar, r.zone)
		if r.delta {
			r.end = lastStep(r.end, r.step.Calendar, r.zone)
		}
		return r, nil
	}
	limit := c.cfg.MaxPoints
	if q.Unlimited {
		limit = c.cfg.MaxOriginal
	}
	if r.step.Original && meta.Interval > 0 {
		r.step = Interval{Seconds: meta.Interval}
		limit = c.cfg.MaxOriginal
	}
	if r.step.Original {
		return r, nil
	}
	if r.step.Seconds < 1 {
		r.step.Seconds = int64(math.Round(float64(r.end-r.start) / defaultPoints))
	}
	if r.step.Seconds < 1 {
		return request{}, weir.Errorf(weir.Invalid, "Invalid interval")
	}
	if q.LimitInterval == 1 && meta.Interval > 0 {
		r.step.Seconds = max(1, int64(math.Round(float64(r.step.Seconds)/float64(meta.Interval)))) * meta.Interval
	}
	if meta.Interval > 0 && r.step.Seconds <= meta.Interval {
		r.average = false
	}
	points := int64(math.Round(float64(r.end-r.start) / float64(r.step.Seconds)))
	if points > int64(limit) {
		return request{}, weir.Errorf(weir.TooLarge, "request datapoint limit reached (%d), increase request interval or reduce time range, "+
			"requested datapoints = %d", limit, points)
	}
	if r.delta {
		r.end = (r.end/r.step.Seconds + 1) * r.step.Seconds
	}
	return r, nil
}

// maxSeconds is further away than any point can be, and near enough for a calendar of days.
const maxSeconds = 1 << 33

func pick(list []bool, i, fallback int) bool {
	switch {
	case i < len(list):
		return list[i]
	case fallback >= 0 && fallback < len(list):
		return list[fallback]
	}
	return false
}

// edges are the times of a request, and the end of the last one's window.
func (r *request) edges() []int64 {
	if r.step.Calendar != NoCalendar {
		return calendarEdges(r.start, r.end, r.step.Calendar, r.zone)
	}
	n := (r.end-r.start)/r.step.Seconds + 1
	edges := make([]int64, n+1)
	for i := range edges {
		edges[i] = r.start + int64(i)*r.step.Seconds
	}
	return edges
}

func (r *request) values(ctx context.Context) (Series, error) {
	edges := r.edges()
	n := len(edges) - 1
	s := Series{Times: edges[:n:n], Values: make([]float64, n)}
	if r.average {
		return s, r.tape.Average(ctx, edges, s.Values)
	}
	if r.ownTimes {
		s.Times = slices.Clone(s.Times)
		return s, r.tape.Sample(ctx, edges, s.Values, s.Times)
	}
	return s, r.tape.Sample(ctx, edges, s.Values, nil)
}

// original gives every point of a feed that has no interval of its own.
func (c *Catalogue) original(ctx context.Context, r request) (Series, error) {
	var s Series
	err := r.tape.Points(ctx, r.start, r.end, func(p weir.Sample) bool {
		s.Times = append(s.Times, p.Time)
		s.Values = append(s.Values, p.Value)
		return len(s.Times) <= c.cfg.MaxOriginal
	})
	if err == nil && len(s.Times) > c.cfg.MaxOriginal {
		err = weir.Errorf(weir.TooLarge, "request datapoint limit reached (%d), increase request interval or reduce time range", c.cfg.MaxOriginal)
	}
	return s, err
}

// differences replaces each value by how far it is to the next one. Where the next is missing and the feed's newest
// point lies between, that stands in: "today so far".
func differences(s Series, last weir.Sample, known bool) Series {
	n := len(s.Values) - 1
	if n < 0 {
		return s
	}
	for i := range n {
		next := s.Values[i+1]
		if math.IsNaN(next) && known && last.Time >= s.Times[i] && last.Time < s.Times[i+1] {
			next = last.Value
		}
		s.Values[i] = next - s.Values[i]
	}
	s.Times, s.Values = s.Times[:n], s.Values[:n]
	return s
}

// finish leaves out missing values and rounds, as asked for.
func (q *Query) finish(s *Series) {
	if q.SkipMissing {
		kept := 0
		times := s.Times[:0]
		for i, v := range s.Values {
			if !math.IsNaN(v) {
				times = append(times, s.Times[i])
				s.Values[kept] = v
				kept++
			}
		}
		s.Times, s.Values = times, s.Values[:kept]
	}
	if q.Decimals == nil || *q.Decimals < 0 || *q.Decimals > 300 {
		return
	}
	scale := math.Pow10(*q.Decimals)
	for i, v := range s.Values {
		if scaled := v * scale; math.Abs(scaled) < 1<<52 {
			s.Values[i] = math.Round(scaled) / scale
		}
	}
}

// Interval is how far the points of an answer are apart. The zero Interval lets the query choose.
type Interval struct {
	Seconds  int64
	Calendar Calendar
	Original bool // as far as the feed's own points are
}

// ParseInterval reads an interval as clients write it: seconds, a calendar step, "original"; anything else is a second.
func ParseInterval(s string) Interval {
	switch s {
	case "":
		return Interval{}
	case "original":
		return Interval{Original: true}
	case "daily":
		return Interval{Calendar: Daily}
	case "weekly":
		return Interval{Calendar: Weekly}
	case "monthly":
		return Interval{Calendar: Monthly}
	case "annual":
		return Interval{Calendar: Annual}
	}
	seconds, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err != nil || math.IsNaN(seconds):
		return Interval{Seconds: 1}
	case seconds < 1:
		return Interval{}
	}
	return Interval{Seconds: int64(min(seconds, maxSeconds))}
}
