package main

import (
	"context"
	"fmt"
	"time"
)

const feedsText = `Four users with 25 nodes of 100 inputs, each logged to a fixed feed of 10 s. Every node posts its 100 values each 10 s,
one node after the other, for 3 minutes. Figures are of each third of that time; memory is at its beginning (after the
first 10 s), middle and end. Bytes written are what the server caused to be written to the disk, log, checkpoints and
feed files together.`

const (
	feedUsers = 4
	feedNodes = 25
	feedNames = 100
	feedEvery = 10 * time.Second
	thirds    = 3
)

// field is many inputs, each with a feed.
type field struct {
	users []*account
	nodes []string
	names []string
}

// newField sets a field up, user beside user.
func newField(ctx context.Context, server string, users, nodes int) (*field, error) {
	f := &field{nodes: numbered("node", 1, nodes), names: numbered("value", 1, feedNames)}
	prepare := make([]func(context.Context) error, users)
	for i := range users {
		user, err := register(ctx, server, fmt.Sprint("field", i+1))
		if err != nil {
			return nil, err
		}
		f.users = append(f.users, user)
		prepare[i] = func(ctx context.Context) error {
			_, err := user.prepare(ctx, f.nodes, f.names, logToFeed)
			return err
		}
	}
	return f, together(ctx, prepare...)
}

// write lets every node post each feedEvery, evenly spread, until the time is over.
func (f *field) write(ctx context.Context, total time.Duration) error {
	tick := time.NewTicker(feedEvery / time.Duration(len(f.users)*len(f.nodes)))
	defer tick.Stop()
	for began, n := time.Now(), 0; time.Since(began) < total; n++ {
		user, node := f.users[n%len(f.users)], f.nodes[n/len(f.users)%len(f.nodes)]
		if err := user.post(ctx, node, f.names, float64(n)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

func feeds(ctx context.Context, l *lab) ([]figure, error) {
	server, err := l.serveEmpty(ctx)
	if err != nil {
		return nil, err
	}
	defer server.kill()
	began := time.Now()
	field, err := newField(ctx, server.url, feedUsers, feedNodes)
	if err != nil {
		return nil, err
	}
	l.say("feeds: set up in %s", time.Since(began).Round(time.Second))

	var seen []moment
	err = together(ctx, func(ctx context.Context) error {
		return field.write(ctx, feedEvery+l.feedTime)
	}, func(ctx context.Context) error {
		err := pause(ctx, feedEvery)
		if err == nil {
			seen, err = watch(ctx, server, l.feedTime)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return summary(seen), nil
}

// moment is what a process had used at a time.
type moment struct {
	at time.Time
	usage
}

// watch looks at a process each second.
func watch(ctx context.Context, c *child, total time.Duration) ([]moment, error) {
	var seen []moment
	for began := time.Now(); ; {
		u, err := c.usage()
		if err != nil {
			return nil, err
		}
		now := time.Now()
		seen = append(seen, moment{now, u})
		if now.Sub(began) >= total {
			return seen, nil
		}
		if err := pause(ctx, time.Second); err != nil {
			return nil, err
		}
	}
}

// summary makes figures of what was seen.
func summary(seen []moment) []figure {
	last := len(seen) - 1
	var cpu, written []float64
	for i := range thirds {
		from, to := seen[last*i/thirds], seen[last*(i+1)/thirds]
		seconds := to.at.Sub(from.at).Seconds()
		cpu = append(cpu, 100*(to.cpu-from.cpu).Seconds()/seconds)
		written = append(written, float64(to.written-from.written)/1e3/seconds)
	}
	files, resident := 0, int64(0)
	for _, m := range seen {
		files, resident = max(files, m.files), max(resident, m.resident)
	}
	megabytes := func(n int64) []float64 { return []float64{float64(n) / 1e6} }
	return []figure{
		{name: "CPU, of one core", found: cpu, unit: " %"},
		{name: "written", found: written, unit: " kB/s"},
		{name: "most files open at once", found: []float64{float64(files)}},
		{name: "memory (RSS) at the beginning", found: megabytes(seen[0].resident), unit: " MB"},
		{name: "memory in the middle", found: megabytes(seen[last/2].resident), unit: " MB"},
		{name: "memory at the end", found: megabytes(seen[last].resident), unit: " MB"},
		{name: "growth of memory, beginning to end", found: megabytes(seen[last].resident - seen[0].resident), unit: " MB"},
		{name: "most memory", found: megabytes(resident), unit: " MB"},
	}
}
