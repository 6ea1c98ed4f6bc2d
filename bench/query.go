package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/weirhq/weir"
)

const (
	averagePoints = 800   // what a graph asks for
	rawPoints     = 20000 // what servers allow
	maxFeeds      = 64    // that are asked for their span
)

// Query asks for the data of feeds as graphs do: spans from a day to all there is, at random places.
func Query(ctx context.Context, cfg Config) (*Report, error) {
	to, err := start(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	feeds, err := findFeeds(ctx, to, cfg.Feeds)
	if err != nil {
		return nil, err
	}
	l := &load{cfg: cfg, to: to, name: "query", kinds: []string{QueryAverage, QueryRaw}}
	l.job = func(connection int) job {
		return &query{
			to: to, feeds: feeds, headers: " HTTP/1.1\r\n" + to.headers() + "\r\n", queries: cfg.Queries,
			chance: rand.New(rand.NewPCG(1, uint64(connection))), //nolint:gosec // the same load each time
		}
	}
	return l.run(ctx)
}

// feedSpan is when a feed has data.
type feedSpan struct {
	id         weir.FeedID
	start, end int64
	interval   int64
}

// findFeeds gives the feeds that can be queried.
func findFeeds(ctx context.Context, to *target, ids []weir.FeedID) ([]feedSpan, error) {
	if len(ids) == 0 {
		var list []struct {
			ID json.Number `json:"id"`
		}
		if err := to.get(ctx, "feed/list.json", nil, &list); err != nil {
			return nil, err
		}
		for _, f := range list[:min(len(list), maxFeeds)] {
			if id, err := strconv.ParseInt(f.ID.String(), 10, 64); err == nil {
				ids = append(ids, weir.FeedID(id))
			}
		}
	}
	var feeds []feedSpan
	for _, id := range ids {
		var meta struct {
			Start    float64 `json:"start_time"`
			Interval float64 `json:"interval"`
			Points   float64 `json:"npoints"`
		}
		if err := to.get(ctx, "feed/getmeta.json", url.Values{"id": {strconv.FormatInt(int64(id), 10)}}, &meta); err != nil {
			return nil, err
		}
		if meta.Interval >= 1 && meta.Points >= 2 {
			start, interval := int64(meta.Start), int64(meta.Interval)
			feeds = append(feeds, feedSpan{id: id, start: start, end: start + int64(meta.Points-1)*interval, interval: interval})
		}
	}
	if len(feeds) == 0 {
		return nil, weir.Errorf(weir.NotFound, "no feed can be queried: fixed feeds with at least two points are needed; weir demo makes some")
	}
	return feeds, nil
}

// get reads a JSON answer, outside of what is measured.
func (t *target) get(ctx context.Context, action string, query url.Values, into any) error {
	body, err := t.fetch(ctx, action, query)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return weir.Errorf(weir.Invalid, "%s answered %.80q: is the key right?", action, body)
	}
	return nil
}

func (t *target) fetch(ctx context.Context, action string, query url.Values) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	u := t.base.JoinPath(action)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", action, err)
	}
	req.Header.Set("Authorization", "Bearer "+t.key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, weir.Errorf(weir.Unavailable, "ask for %s: %w", action, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return nil, weir.Errorf(weir.Unavailable, "ask for %s: %w", action, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, weir.Errorf(weir.Invalid, "%s answered %d %.80q", action, resp.StatusCode, body)
	}
	return body, nil
}

// query is someone who looks at graphs.
type query struct {
	to      *target
	feeds   []feedSpan
	headers string
	queries string
	chance  *rand.Rand
	n       int
	points  int64 // that the request in hand asks for
}

const (
	kindAverage = iota
	kindRaw
)

func (q *query) next(dst []byte) (request []byte, kind int) {
	feed := q.feeds[q.chance.IntN(len(q.feeds))]
	kind = kindAverage
	if q.queries == QueryRaw || q.queries == QueryMixed && q.n%2 == 1 {
		kind = kindRaw
	}
	q.n++
	whole := feed.end - feed.start
	var span, interval int64
	if kind == kindRaw {
		interval = feed.interval
		span = min(whole, (rawPoints-1)*interval)
	} else {
		spans := [...]int64{86400, 7 * 86400, 30 * 86400, 365 * 86400, whole}
		span = min(whole, spans[q.chance.IntN(len(spans))])
		interval = max(feed.interval, (span+averagePoints-1)/averagePoints)
	}
	start := feed.start + q.chance.Int64N(whole-span+1)
	q.points = span/interval + 1

	dst = append(dst, "GET "...)
	dst = append(dst, q.to.path("feed/data.json")...)
	dst = strconv.AppendInt(append(dst, "?id="...), int64(feed.id), 10)
	dst = strconv.AppendInt(append(dst, "&start="...), start*1000, 10)
	dst = strconv.AppendInt(append(dst, "&end="...), (start+span)*1000, 10)
	dst = strconv.AppendInt(append(dst, "&interval="...), interval, 10)
	if kind == kindAverage {
		dst = append(dst, "&average=1"...)
	}
	return append(dst, q.headers...), kind
}

// accept wants a list with something in it; errors come as objects or text.
func (q *query) accept(a answer) (values int64, ok bool) {
	return q.points, a.status == http.StatusOK && bytes.HasPrefix(a.head, []byte("[[")) && a.size >= 8*q.points
}

// use is what the server's process has used so far, as it says at /metrics.
type use struct {
	cpuSeconds    float64
	residentBytes float64
	at            time.Time
	known         bool
}

// use asks the server. A server that does not say is not an error: the report then leaves it out.
func (t *target) use(ctx context.Context) use {
	root := &target{base: &url.URL{Scheme: t.base.Scheme, Host: t.base.Host}, key: t.key}
	body, err := root.fetch(ctx, "metrics", nil)
	if err != nil {
		return use{}
	}
	u := use{at: time.Now()}
	for line := range bytes.Lines(body) {
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte{' '})
		number, err := strconv.ParseFloat(string(value), 64)
		if err != nil {
			continue
		}
		switch string(name) {
		case "process_cpu_seconds_total":
			u.cpuSeconds, u.known = number, true
		case "process_resident_memory_bytes":
			u.residentBytes = number
		}
	}
	return u
}
