package main

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

const restText = `Time from the start of the process to its line that it is ready, on an empty folder and on one with 1,000 feeds;
memory 3 s after that restart; the program with everything in it: server, collector, tools and, if they were built, the
web pages.`

const (
	restNodes  = 10 // of feedNames each
	restSettle = 3 * time.Second
)

func rest(ctx context.Context, l *lab) ([]figure, error) {
	data := filepath.Join(l.dir, "rest")
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, err
	}
	if err := fill(ctx, l, data); err != nil {
		return nil, err
	}
	var empty, full, resident []float64
	for range l.runs {
		fresh, err := l.serveEmpty(ctx)
		if err != nil {
			return nil, err
		}
		fresh.kill()
		empty = append(empty, milliseconds(fresh.ready))

		ready, bytes, err := restart(ctx, l, data)
		if err != nil {
			return nil, err
		}
		full, resident = append(full, milliseconds(ready)), append(resident, float64(bytes)/1e6)
	}
	program, err := os.Stat(l.binary)
	if err != nil {
		return nil, err
	}
	return []figure{
		{name: "memory (RSS) at rest, 1,000 feeds", found: resident, unit: " MB", aim: aim{most: 80}},
		{name: "program", found: []float64{float64(program.Size()) / 1e6}, unit: " MB", aim: aim{most: 60}},
		{name: "start to ready, empty folder", found: empty, unit: " ms", aim: aim{most: 500}},
		{name: "start to ready, 1,000 feeds", found: full, unit: " ms"},
	}, nil
}

// fill leaves a stopped server's folder with feeds that have data.
func fill(ctx context.Context, l *lab, data string) error {
	server, err := l.serve(ctx, data)
	if err != nil {
		return err
	}
	defer server.kill()
	field, err := newField(ctx, server.url, 1, restNodes)
	if err != nil {
		return err
	}
	for _, node := range field.nodes {
		if err := field.users[0].post(ctx, node, field.names, 1); err != nil {
			return err
		}
	}
	if err := settled(ctx, server.url); err != nil {
		return err
	}
	_, err = server.stop()
	return err
}

func restart(ctx context.Context, l *lab, data string) (ready time.Duration, resident int64, err error) {
	server, err := l.serve(ctx, data)
	if err != nil {
		return 0, 0, err
	}
	defer server.kill()
	if err := pause(ctx, restSettle); err != nil {
		return 0, 0, err
	}
	u, err := server.usage()
	if err != nil {
		return 0, 0, err
	}
	if _, err := server.stop(); err != nil {
		return 0, 0, err
	}
	return server.ready, u.resident, nil
}
