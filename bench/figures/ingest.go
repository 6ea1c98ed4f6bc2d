package main

import (
	"context"
	"fmt"
	"time"

	"github.com/weirhq/weir/bench"
)

const ingestText = `Each request is one ` + "`GET /input/post`" + ` with three values as ` + "`fulljson`" + `, for 4 s, on 64 keep-alive
connections and then on 256, as many devices make. weir answers when the values are in its log file. The peer, ` + "`weir bench baseline`" + `, is Go's bare HTTP server: it parses
the same request, keeps nothing and answers "ok". Both run all the time and are loaded in turn, so that each ratio
comes from two runs next to each other. weir's CPU includes working on the values afterwards.`

const (
	ingestTime   = 4 * time.Second
	ingestValues = 3
)

// crowds are the connections: some devices, and many. More of them share each write to the log file.
func crowds() []int { return []int{64, 256} }

// ingested is one run against one server.
type ingested struct {
	rate, micros, generator, p50, p99 float64
}

func ingest(ctx context.Context, l *lab) ([]figure, error) {
	server, err := l.serveEmpty(ctx)
	if err != nil {
		return nil, err
	}
	defer server.kill()
	user, err := register(ctx, server.url, "ingest")
	if err != nil {
		return nil, err
	}
	peer, err := l.start(ctx, "bench", "baseline")
	if err != nil {
		return nil, err
	}
	defer peer.kill()

	var all []figure
	for _, connections := range crowds() {
		measured := func(took time.Duration) (weir, bare ingested, err error) {
			load := bench.Default()
			load.Key, load.Duration, load.Connections, load.Values = user.key, took, connections, ingestValues
			after := func() error { return settled(ctx, server.url) }
			if weir, err = ingestInto(ctx, server, load, after); err != nil {
				return weir, bare, err
			}
			bare, err = ingestInto(ctx, peer, load, func() error { return nil })
			return weir, bare, err
		}
		if _, _, err := measured(time.Second); err != nil { // warm up
			return nil, err
		}
		var weirs, bares []ingested
		for i := range l.runs {
			weir, bare, err := measured(ingestTime)
			if err != nil {
				return nil, err
			}
			l.say("ingest on %d connections, %d: %.0f and %.0f requests/s", connections, i+1, weir.rate, bare.rate)
			weirs, bares = append(weirs, weir), append(bares, bare)
		}
		all = append(all, besideEachOther(fmt.Sprintf("%d connections: ", connections), weirs, bares)...)
	}
	return all, nil
}

// besideEachOther makes rows of runs against weir and the baseline, pair by pair.
func besideEachOther(prefix string, weirs, bares []ingested) []figure {
	pairs := make([]float64, len(weirs))
	for i := range pairs {
		pairs[i] = 100 * weirs[i].rate / bares[i].rate
	}
	rate := func(r ingested) float64 { return r.rate }
	micros := func(r ingested) float64 { return r.micros }
	p50 := func(r ingested) float64 { return r.p50 }
	p99 := func(r ingested) float64 { return r.p99 }
	generator := func(r ingested) float64 { return r.generator }
	return []figure{
		{name: prefix + "weir, requests", found: each(weirs, rate), unit: " /s"},
		{name: prefix + "baseline, requests", found: each(bares, rate), unit: " /s"},
		{name: prefix + "weir ÷ baseline", found: pairs, unit: " %", aim: aim{least: 60}},
		{name: prefix + "weir, CPU of a request", found: each(weirs, micros), unit: " µs"},
		{name: prefix + "baseline, CPU of a request", found: each(bares, micros), unit: " µs"},
		{name: prefix + "generator, CPU of a request to weir", found: each(weirs, generator), unit: " µs"},
		{name: prefix + "weir, latency p50", found: each(weirs, p50), unit: " ms"},
		{name: prefix + "baseline, latency p50", found: each(bares, p50), unit: " ms"},
		{name: prefix + "weir, latency p99", found: each(weirs, p99), unit: " ms"},
		{name: prefix + "baseline, latency p99", found: each(bares, p99), unit: " ms"},
	}
}

// ingestInto loads one server; its CPU counts until worked returns.
func ingestInto(ctx context.Context, c *child, cfg bench.Config, worked func() error) (ingested, error) {
	cfg.URL = c.url
	before, err := c.usage()
	if err != nil {
		return ingested{}, err
	}
	report, err := clean(bench.Ingest(ctx, cfg))
	if err != nil {
		return ingested{}, err
	}
	if err := worked(); err != nil {
		return ingested{}, err
	}
	after, err := c.usage()
	if err != nil {
		return ingested{}, err
	}
	requests := float64(report.Requests)
	return ingested{
		rate: report.RequestsPerSecond, p50: report.Latency.P50, p99: report.Latency.P99,
		micros:    float64((after.cpu - before.cpu).Microseconds()) / requests,
		generator: report.GeneratorCPUSeconds * 1e6 / requests,
	}, nil
}

// clean makes an error of a report with failures: figures of a server that refuses mean nothing.
func clean(r *bench.Report, err error) (*bench.Report, error) {
	switch {
	case err != nil:
		return nil, err
	case r.Errors > 0:
		return nil, fmt.Errorf("%d of %d requests failed: %v", r.Errors, r.Errors+r.Requests, r.Failure)
	case r.Requests == 0:
		return nil, fmt.Errorf("no request was answered within %.1f s", r.Seconds)
	}
	return r, nil
}

// each takes one number out of each run.
func each[T any](runs []T, what func(T) float64) []float64 {
	found := make([]float64, len(runs))
	for i, r := range runs {
		found[i] = what(r)
	}
	return found
}
