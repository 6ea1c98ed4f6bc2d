package main

import (
	"context"
	"fmt"
	"time"

	"github.com/weirhq/weir/bench"
)

const bulkText = `Each request is one ` + "`POST /input/bulk`" + ` of 1,000 rows with 4 values, 10 s apart, on 4 connections with a node each, for
4 s. Every run begins with an empty server. Each of the 16 inputs is logged to a fixed feed of 10 s; in the second half
its energy is also added up in a feed of its own. CPU counts until the server has stopped: read, logged, worked on,
written to the feeds' files and synced. The rate counts until the last value is worked on.`

const (
	bulkTime        = 4 * time.Second
	bulkConnections = 4
	bulkRows        = 1000
	bulkValues      = 4
)

// bulked is one run.
type bulked struct{ perCPU, rate float64 }

func bulk(ctx context.Context, l *lab) ([]figure, error) {
	var logged, energy []bulked
	for i := range l.runs {
		simple, err := bulkInto(ctx, l, logToFeed)
		if err != nil {
			return nil, err
		}
		both, err := bulkInto(ctx, l, logToFeed, powerToKWh)
		if err != nil {
			return nil, err
		}
		l.say("bulk %d: %.0f and with energy %.0f values per CPU second", i+1, simple.perCPU, both.perCPU)
		logged, energy = append(logged, simple), append(energy, both)
	}
	perCPU := func(r bulked) float64 { return r.perCPU }
	rate := func(r bulked) float64 { return r.rate }
	return []figure{
		{name: "`log_to_feed`: values per CPU second of the server", found: each(logged, perCPU), aim: aim{least: 1e6}},
		{name: "`log_to_feed`: values a second", found: each(logged, rate)},
		{name: "`log_to_feed` and `power_to_kwh`: values per CPU second of the server", found: each(energy, perCPU)},
		{name: "`log_to_feed` and `power_to_kwh`: values a second", found: each(energy, rate)},
	}, nil
}

func bulkInto(ctx context.Context, l *lab, steps ...int) (bulked, error) {
	server, err := l.serveEmpty(ctx)
	if err != nil {
		return bulked{}, err
	}
	defer server.kill()
	user, err := register(ctx, server.url, "bulk")
	if err != nil {
		return bulked{}, err
	}
	feeds, err := user.prepare(ctx, numbered("bench", 0, bulkConnections), numbered("v", 1, bulkValues), steps...)
	if err != nil {
		return bulked{}, err
	}
	cfg := bench.Default()
	cfg.URL, cfg.Key, cfg.Duration = server.url, user.key, bulkTime
	cfg.Connections, cfg.Nodes, cfg.Rows, cfg.Values = bulkConnections, bulkConnections, bulkRows, bulkValues
	before, err := server.usage()
	if err != nil {
		return bulked{}, err
	}
	began := time.Now()
	report, err := clean(bench.Bulk(ctx, cfg))
	if err != nil {
		return bulked{}, err
	}
	if err := settled(ctx, server.url); err != nil {
		return bulked{}, err
	}
	took := time.Since(began)
	if err := complete(ctx, user, feeds, report.ValuesTotal*int64(len(steps))); err != nil {
		return bulked{}, err
	}
	used, err := server.stop()
	if err != nil {
		return bulked{}, err
	}
	values := float64(report.ValuesTotal)
	return bulked{perCPU: values / (used - before.cpu).Seconds(), rate: values / took.Seconds()}, nil
}

// complete checks that feeds hold as many points as were to come into them.
func complete(ctx context.Context, user *account, feeds []int, want int64) error {
	var points int64
	for _, feed := range feeds {
		held, err := user.span(ctx, feed)
		if err != nil {
			return err
		}
		points += held.Points
	}
	if points != want {
		return fmt.Errorf("the feeds hold %d points, not %d", points, want)
	}
	return nil
}
