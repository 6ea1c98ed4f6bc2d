package processtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/process"
)

// RunFiles reads the cases in the files that pattern names and runs each of them in every way.
func RunFiles(t *testing.T, pattern string, newStore func(t *testing.T) Store) {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in %s (%v)", pattern, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name) //nolint:gosec // a test's own files
		if err != nil {
			t.Fatal(err)
		}
		c, err := Parse(name, string(text))
		if err != nil {
			t.Error(err)
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { c.Run(t, newStore) })
	}
}

// Run runs a case as it stands, with a kill after every statement, and with a restart after every statement.
func (c *Case) Run(t *testing.T, newStore func(t *testing.T) Store) {
	for name, after := range map[string]verb{"plain": send, "crash": crash, "restart": restart} {
		t.Run(name, func(t *testing.T) {
			dir, err := durable.OpenDir(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = dir.Close() })
			r := &runner{c: c, store: newStore(t), log: NewLog(), inputs: NewInputs(), fs: dir}
			if err := r.run(t.Context(), after); err != nil {
				t.Error(err)
			}
		})
	}
}

const (
	theUser = weir.UserID(1)
	theNode = "node"
)

// runner is one run of a case.
type runner struct {
	c      *Case
	store  Store
	log    *Log
	inputs *Inputs
	fs     durable.FS

	worker *process.Worker
	stop   context.CancelFunc
	ended  chan error
	newest *statement // that sent something
}

// run does the statements; after is done behind each of them, unless it is send.
func (r *runner) run(ctx context.Context, after verb) (err error) {
	for i := range r.c.feeds {
		id := weir.FeedID(i + 1)
		if err := r.store.Create(id, r.c.intervals[id]); err != nil {
			return err
		}
	}
	for i := range r.c.inputs {
		id := weir.InputID(i + 1)
		r.put(id, r.c.lists[id])
	}
	if err := r.start(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.end(false)) }()
	var faults []error
	for i := range r.c.statements {
		s := &r.c.statements[i]
		err := r.do(ctx, s)
		if err == nil && after != send {
			err = r.do(ctx, &statement{verb: after})
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s, line %d: %w", r.c.Name, s.line, err))
		}
	}
	return errors.Join(faults...)
}

func (r *runner) put(id weir.InputID, list string) {
	r.inputs.Put(weir.Input{ID: id, User: theUser, Node: theNode, Name: r.c.inputs[id-1], List: list})
}

func (r *runner) start(ctx context.Context) error {
	feeds, err := r.store.Open()
	if err != nil {
		return err
	}
	r.worker, err = process.Open(process.Config{}, process.Deps{
		Log: r.log, Inputs: r.inputs, Feeds: feeds, Zones: Zone{r.c.Zone}, FS: r.fs, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	ctx, r.stop = context.WithCancel(ctx)
	r.ended = make(chan error, 1)
	go func() { r.ended <- r.worker.Run(ctx) }()
	last, err := r.log.Last()
	if err != nil {
		return err
	}
	return r.worker.Wait(ctx, last)
}

func (r *runner) end(crashed bool) error {
	r.stop()
	err := <-r.ended
	if !crashed {
		err = errors.Join(err, r.worker.Close())
	}
	return errors.Join(err, r.store.Close(crashed))
}

func (r *runner) do(ctx context.Context, s *statement) error {
	switch s.verb {
	case send, write:
		r.newest = s
		return r.send(ctx, s)
	case resend:
		if r.newest == nil {
			return errors.New("nothing was sent before")
		}
		return r.send(ctx, r.newest)
	case clearFeed:
		return r.append(ctx, journal.AppendClear(journal.AppendHeader(nil), &journal.Clear{User: theUser, Feed: s.feed}))
	case setList:
		return r.worker.Do(ctx, func() error { r.put(s.input, s.list); return nil })
	case checkpoint:
		return r.worker.Do(ctx, func() error { return nil })
	case restart, crash:
		if err := r.end(s.verb == crash); err != nil {
			return err
		}
		return r.start(ctx)
	default:
		return r.check(s)
	}
}

func (r *runner) send(ctx context.Context, s *statement) error {
	msg := journal.AppendHeader(nil)
	if s.verb == write {
		msg = journal.AppendPoints(msg, &journal.Points{User: theUser, Feed: s.feed, Samples: s.points})
		return r.append(ctx, msg)
	}
	p := journal.Post{User: theUser, Names: append([]string{theNode}, r.c.inputs...)}
	for _, row := range s.rows {
		j := journal.Row{Time: row.time}
		for _, c := range row.cells {
			j.Cells = append(j.Cells, journal.Cell{Name: int(c.input), Value: c.value})
		}
		p.Rows = append(p.Rows, j)
	}
	return r.append(ctx, journal.AppendPost(msg, &p))
}

func (r *runner) append(ctx context.Context, msg []byte) error {
	seq, err := r.log.Append(ctx, msg)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return r.worker.Wait(ctx, seq)
}

func (r *runner) check(s *statement) error {
	if s.verb == expectFeed {
		got, err := r.store.Points(s.feed)
		if err != nil {
			return err
		}
		if s.among {
			got = among(got, s.points)
		}
		return r.compare("feed "+r.c.feeds[s.feed-1], s, got)
	}
	var got []weir.Sample
	if last, ok := r.worker.LastInputs(theUser)[s.input]; ok {
		got = []weir.Sample{last}
	}
	return r.compare("input "+r.c.inputs[s.input-1], s, got)
}

// among keeps those samples that are at a time of one that is wanted.
func among(got, want []weir.Sample) []weir.Sample {
	var kept []weir.Sample
	for _, w := range want {
		for _, g := range got {
			if g.Time == w.Time {
				kept = append(kept, g)
			}
		}
	}
	return kept
}

func (r *runner) compare(what string, s *statement, got []weir.Sample) error {
	same := len(got) == len(s.points)
	for i := 0; same && i < len(got); i++ {
		same = got[i].Time == s.points[i].Time && near(got[i].Value, s.points[i].Value, s.slack)
	}
	if same {
		return nil
	}
	return fmt.Errorf("%s\n\tgot  %s\n\twant %s", what, r.show(got), r.show(s.points))
}

func near(got, want, slack float64) bool {
	if math.IsNaN(want) {
		return math.IsNaN(got)
	}
	if slack == 0 {
		slack = 1e-6 * max(math.Abs(want), 1e-3)
	}
	return math.Abs(got-want) <= slack
}

func (r *runner) show(points []weir.Sample) string {
	if len(points) == 0 {
		return "nothing"
	}
	parts := make([]string, len(points))
	for i, p := range points {
		v := "null"
		if !p.Missing() {
			v = fmt.Sprintf("%.9g", p.Value)
		}
		parts[i] = fmt.Sprintf("%s at %s", v, r.showTime(p.Time))
	}
	return strings.Join(parts, ", ")
}

func (r *runner) showTime(t int64) string {
	if d := t - r.c.Start; d >= 0 && d < 86400 {
		return (time.Duration(d) * time.Second).String()
	}
	return time.Unix(t, 0).In(r.c.Zone).Format(time.RFC3339)
}
