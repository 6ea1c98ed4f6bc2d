package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/weirhq/weir/bench"
)

const queryText = `One fixed feed with a year of values every 10 s: 3,153,600 points. One keep-alive connection of Go's HTTP client; a
request's time is from before it is sent until its answer is read whole. 200 requests of each kind a run, at random
places, files in the page cache. Averages and bands over 364 days and over 30 days are to 800 points; raw is 20,000 points as
they are. Bands (mean, lowest, highest) are what weir's own graph page asks for.`

const (
	day           = 86400
	interval      = 10
	pointsOfADay  = day / interval
	days          = 365
	queryRequests = 200
	graphPoints   = 800
	rawPoints     = 20_000
)

// question is one kind of query.
type question struct {
	name      string
	path      string // with places for the feed, start and end in milliseconds, and the interval
	span      int64  // seconds
	interval  int64
	aim       aim
	p50s, p99 []float64
}

func questions() []*question {
	const (
		average = "/feed/data.json?id=%d&start=%d&end=%d&interval=%d&average=1"
		raw     = "/feed/data.json?id=%d&start=%d&end=%d&interval=%d"
	)
	to800 := func(span int64) int64 { return (span + graphPoints - 1) / graphPoints }
	bands := fmt.Sprintf("/api/v1/feeds/bands?ids=%%d&start=%%d&end=%%d&points=%d", graphPoints)
	const year, month = 364 * day, 30 * day
	return []*question{
		{name: "average, 364 days", path: average, span: year, interval: to800(year), aim: aim{most: 3}},
		{name: "average, 30 days", path: average, span: month, interval: to800(month), aim: aim{most: 3}},
		{name: "raw, 20,000 points", path: raw, span: (rawPoints - 1) * interval, interval: interval, aim: aim{most: 5}},
		{name: "bands, 364 days", path: bands, span: year},
		{name: "bands, 30 days", path: bands, span: month},
	}
}

func query(ctx context.Context, l *lab) ([]figure, error) {
	data := filepath.Join(l.dir, "query")
	server, user, feed, err := yearOfData(ctx, l, data)
	if err != nil {
		return nil, err
	}
	defer server.kill()
	held, err := user.span(ctx, feed)
	if err != nil {
		return nil, err
	}
	if held.Points != days*pointsOfADay {
		return nil, fmt.Errorf("the feed has %d points", held.Points)
	}
	asked := questions()
	chance := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same places each time
	for run := range l.runs + 1 {
		for _, q := range asked {
			took := make([]float64, queryRequests)
			for i := range took {
				start := held.Start + chance.Int64N(days*day-q.span)
				if took[i], err = q.ask(ctx, user, feed, start); err != nil {
					return nil, err
				}
			}
			if run > 0 { // the first warms up
				q.p50s, q.p99 = append(q.p50s, median(took)), append(q.p99, quantile(took, 0.99))
			}
		}
		l.say("query %d", run)
	}
	var found []figure
	for _, q := range asked {
		found = append(found, figure{name: q.name + ": p50", found: q.p50s, unit: " ms", aim: q.aim},
			figure{name: q.name + ": p99", found: q.p99, unit: " ms"})
	}
	return found, nil
}

// yearOfData fills one feed through bulk posts of a day each, and starts the server anew, so that all is in its files.
func yearOfData(ctx context.Context, l *lab, data string) (_ *child, _ *account, feed int, _ error) {
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, nil, 0, err
	}
	server, err := l.serve(ctx, data)
	if err != nil {
		return nil, nil, 0, err
	}
	defer func() { server.kill() }()
	user, err := register(ctx, server.url, "query")
	if err != nil {
		return nil, nil, 0, err
	}
	ids, err := user.prepare(ctx, numbered("bench", 0, 1), numbered("v", 1, 1), logToFeed)
	if err != nil {
		return nil, nil, 0, err
	}
	cfg := bench.Default()
	cfg.URL, cfg.Key, cfg.Duration = server.url, user.key, patience
	cfg.Connections, cfg.Nodes, cfg.Rows, cfg.Values, cfg.Requests = 1, 1, pointsOfADay, 1, days
	if _, err := clean(bench.Bulk(ctx, cfg)); err != nil {
		return nil, nil, 0, err
	}
	if err := settled(ctx, server.url); err != nil {
		return nil, nil, 0, err
	}
	if _, err := server.stop(); err != nil {
		return nil, nil, 0, err
	}
	again, err := l.serve(ctx, data)
	if err != nil {
		return nil, nil, 0, err
	}
	user.url = again.url
	return again, user, ids[0], nil
}

// ask sends one query and gives how many milliseconds it took.
func (q *question) ask(ctx context.Context, user *account, feed int, start int64) (float64, error) {
	args := []any{feed, start * 1000, (start + q.span) * 1000}
	if q.interval > 0 {
		args = append(args, q.interval)
	}
	address := user.url + fmt.Sprintf(q.path, args...)
	began := time.Now()
	body, err := fetch(ctx, user.client, address, user.key)
	took := time.Since(began)
	if err == nil && len(body) < 8*graphPoints {
		err = fmt.Errorf("%s answered %.80q", address, body)
	}
	return milliseconds(took), err
}
