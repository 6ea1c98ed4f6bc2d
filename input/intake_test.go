package input_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/internal/journal"
)

// diary is a Log that takes cost for a message and keeps what it got.
type diary struct {
	cost time.Duration
	fail func(seq uint64) error

	mu       sync.Mutex
	messages [][]byte
}

func (d *diary) Append(ctx context.Context, msg []byte) (uint64, error) {
	if !d.mu.TryLock() {
		return 0, errors.New("two messages at once have no order")
	}
	defer d.mu.Unlock()
	if d.cost > 0 {
		time.Sleep(d.cost)
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	seq := uint64(len(d.messages) + 1)
	kept := slices.Clone(msg)
	if d.fail != nil {
		if err := d.fail(seq); err != nil {
			kept = nil
			d.messages = append(d.messages, kept)
			return 0, err
		}
	}
	d.messages = append(d.messages, kept)
	return seq, nil
}

// rows are the rows of all entries, a slice a message, as "user time".
func (d *diary) rows(t *testing.T) [][]string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	var all [][]string
	for _, msg := range d.messages {
		r := &reader{}
		if msg != nil {
			if err := new(journal.Decoder).Decode(msg, r); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, r.rows)
	}
	return all
}

type reader struct {
	journal.Handler
	rows []string
}

func (r *reader) Post(p *journal.Post) error {
	for _, row := range p.Rows {
		r.rows = append(r.rows, fmt.Sprint(p.User, " ", row.Time))
	}
	return nil
}

func entry(user weir.UserID, at int64) []byte {
	p := post(user, "n", "x")
	p.Rows[0].Time = at
	return journal.AppendPost(nil, p)
}

// run starts an Intake inside a synctest bubble and stops it at the end.
func run(t *testing.T, cfg input.Config, log input.Log) *input.Intake {
	t.Helper()
	in := input.New(cfg, log)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- in.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return in
}

// settle lets everything that is under way come to its end.
func settle() {
	time.Sleep(time.Second)
	synctest.Wait()
}

// send accepts an entry after a delay and notes when it was answered.
func send(t *testing.T, in *input.Intake, at int64, delay time.Duration, answered *sync.Map) {
	t.Helper()
	began := time.Now()
	go func() {
		time.Sleep(delay)
		seq, err := in.Accept(t.Context(), entry(1, at))
		if err != nil || seq == 0 || seq > in.Accepted() {
			t.Errorf("entry %d: message %d of %d, %v", at, seq, in.Accepted(), err)
		}
		answered.Store(at, time.Since(began))
	}()
}

func TestAcceptAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := run(t, input.Default(), &diary{cost: 10 * time.Millisecond})
		for range 3 {
			began := time.Now()
			if _, err := in.Accept(t.Context(), entry(1, 1)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took != 10*time.Millisecond {
				t.Errorf("a lone entry took %s, want the log's 10ms", took)
			}
			settle()
		}
		if in.Accepted() != 3 {
			t.Errorf("accepted up to %d", in.Accepted())
		}
	})
}

func TestAcceptTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &diary{cost: 10 * time.Millisecond}
		cfg := input.Default()
		cfg.MaxWait = 0
		in := run(t, cfg, log)
		var answered sync.Map
		for i := range int64(6) {
			send(t, in, i, time.Duration(i)*time.Millisecond, &answered)
		}
		settle()
		want := [][]string{{"1 0"}, {"1 1", "1 2", "1 3", "1 4", "1 5"}}
		if diff := cmp.Diff(want, log.rows(t)); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		for i, want := range []string{"10ms", "20ms", "20ms", "20ms", "20ms", "20ms"} {
			if got, _ := answered.Load(int64(i)); fmt.Sprint(got) != want {
				t.Errorf("entry %d was answered after %v, want %s", i, got, want)
			}
		}
	})
}

// TestAcceptWaitsForThoseWhoComeBack: two senders who miss each other's message by a moment soon share one, and a wait
// that brings nothing is not repeated.
func TestAcceptWaitsForThoseWhoComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &diary{cost: 20 * time.Millisecond}
		in := run(t, input.Default(), log)
		var all sync.WaitGroup
		for i := range int64(4) {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				for range 50 {
					if _, err := in.Accept(t.Context(), entry(1, i)); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Millisecond) // the way to the sender and back
				}
			})
		}
		all.Wait()
		if n := len(log.messages); n > 60 {
			t.Errorf("200 entries of four senders took %d messages, want about 50", n)
		}
		settle()
		for range 4 { // they do not come back at once
			var answered sync.Map
			for i := range int64(2) {
				send(t, in, i, time.Duration(i)*21*time.Millisecond, &answered)
			}
			settle()
			got, _ := answered.Load(int64(1))
			if took, ok := got.(time.Duration); !ok || took > (21+20+2)*time.Millisecond {
				t.Errorf("an entry waited for more than max_wait: answered after %s", took)
			}
		}
	})
}

func TestAcceptFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := weir.Errorf(weir.Unavailable, "stream is full")
		log := &diary{cost: time.Millisecond, fail: func(seq uint64) error {
			if seq == 2 {
				return full
			}
			return nil
		}}
		in := run(t, input.Default(), log)
		results := make([]error, 4)
		for i := range results {
			go func() {
				if i > 0 {
					time.Sleep(time.Millisecond / 2)
				}
				_, results[i] = in.Accept(t.Context(), entry(1, int64(i)))
			}()
		}
		settle()
		for i, err := range results {
			if failed := i > 0; failed != errors.Is(err, full) {
				t.Errorf("entry %d: %v", i, err)
			}
		}
		if in.Accepted() != 1 {
			t.Errorf("accepted up to %d after a failure", in.Accepted())
		}
		if seq, err := in.Accept(t.Context(), entry(1, 9)); err != nil || seq != 3 {
			t.Errorf("after the failure: message %d, %v", seq, err)
		}
	})
}

func TestAcceptGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &diary{cost: 10 * time.Millisecond}
		in := run(t, input.Default(), log)
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		other := make(chan error)
		go func() {
			_, err := in.Accept(t.Context(), entry(2, 2))
			other <- err
		}()
		_, err := in.Accept(impatient, entry(1, 1))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the impatient one: %v", err)
		}
		if err := <-other; err != nil {
			t.Errorf("the other one: %v", err)
		}
	})
}

func TestAcceptBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &diary{cost: 10 * time.Millisecond}
		cfg := input.Default()
		one := len(entry(1, 1))
		cfg.MaxPending, cfg.BatchBytes = 10*one, 4*one+2
		in := run(t, cfg, log)
		_, err := in.Accept(t.Context(), make([]byte, journal.MaxEntry+1))
		wantKind(t, err, weir.TooLarge, "entry of 524289 bytes is over the limit of 524288: send less at once")
		var refused, taken int
		var mu sync.Mutex
		for i := range int64(13) {
			go func() {
				_, err := in.Accept(t.Context(), entry(1, i))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					taken++
					return
				}
				refused++
				wantKind(t, err, weir.Unavailable, fmt.Sprintf("%d bytes of samples wait for the disk (input.max_pending is %d): send again later", 10*one, 10*one))
			}()
		}
		settle()
		if taken != 10 || refused != 3 {
			t.Errorf("%d taken, %d refused, want 10 and 3", taken, refused)
		}
		for i, msg := range log.rows(t) {
			if len(msg) > 4 {
				t.Errorf("message %d has %d entries, want at most 4", i, len(msg))
			}
		}
		if _, err := in.Accept(t.Context(), entry(1, 1)); err != nil {
			t.Errorf("with room again: %v", err)
		}
	})
}

func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &diary{cost: 10 * time.Millisecond}
		in := input.New(input.Default(), log)
		ctx, cancel := context.WithCancel(t.Context())
		results := make([]error, 6)
		for i := range results { // accepted before Run: they wait for it
			go func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				_, results[i] = in.Accept(t.Context(), entry(1, int64(i)))
			}()
		}
		time.Sleep(2500 * time.Microsecond)
		stopped := make(chan error)
		go func() { stopped <- in.Run(ctx) }()
		time.Sleep(5 * time.Millisecond)
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		settle()
		for i, err := range results {
			if err != nil {
				t.Errorf("entry %d: %v", i, err)
			}
		}
		want := [][]string{{"1 0", "1 1", "1 2"}, {"1 3", "1 4", "1 5"}}
		if diff := cmp.Diff(want, log.rows(t)); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		_, err := in.Accept(t.Context(), entry(1, 9))
		wantKind(t, err, weir.Unavailable, "the server is stopping: send again in a moment")
		_, err = in.AcceptPost(t.Context(), post(1, "n", "x"))
		wantKind(t, err, weir.Unavailable, "the server is stopping: send again in a moment")
	})
}

func TestStopIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := input.New(input.Default(), &diary{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := in.Run(ctx); err != nil {
			t.Error(err)
		}
	})
}

// TestStopUnderLoad: senders who do not stop cannot keep the Intake from stopping.
func TestStopUnderLoad(t *testing.T) {
	in := input.New(input.Default(), &diary{})
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() { stopped <- in.Run(ctx) }()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				if _, err := in.Accept(t.Context(), entry(1, 1)); err != nil {
					wantKind(t, err, weir.Unavailable, "the server is stopping: send again in a moment")
					return
				}
			}
		})
	}
	if _, err := in.Accept(t.Context(), entry(1, 1)); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	all.Wait()
}

func TestAcceptPostInParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &diary{cost: 10 * time.Millisecond}
		in := run(t, input.Default(), log)
		large := &journal.Post{User: 1, Names: []string{"n", "x"}}
		cells := slices.Repeat([]journal.Cell{{Name: 1, Value: 1}}, 100)
		for i := range int64(2000) {
			large.Rows = append(large.Rows, journal.Row{Time: i, Cells: cells})
		}
		var all sync.WaitGroup
		for user := range weir.UserID(3) {
			all.Go(func() {
				mine := *large
				mine.User = user + 1
				seq, err := in.AcceptPost(t.Context(), &mine)
				if err != nil || seq < 4 {
					t.Errorf("message %d, %v", seq, err)
				}
			})
		}
		all.Wait()
		stream := slices.Concat(log.rows(t)...)
		for i := range stream {
			if want := fmt.Sprint(stream[i][:1], " ", i%2000); stream[i] != want {
				t.Fatalf("row %d is %q, want %q: the parts of one post are torn or out of order", i, stream[i], want)
			}
		}
		for i, msg := range log.messages {
			if len(msg) > journal.MaxEntry+2 {
				t.Errorf("message %d has %d bytes", i, len(msg))
			}
		}
		wide := &journal.Post{User: 1, Names: []string{"n", "x"}, Rows: []journal.Row{{Cells: slices.Repeat(cells, 1000)}}}
		if _, err := in.AcceptPost(t.Context(), wide); weir.KindOf(err) != weir.TooLarge {
			t.Errorf("a row over the limit: %v", err)
		}
	})
}

// TestAcceptedIsStored: with a log that fails now and then, what was answered well stands in the stream once and in
// its sender's order, and what was answered badly does not.
func TestAcceptedIsStored(t *testing.T) {
	log := &diary{fail: func(seq uint64) error {
		if seq%5 == 0 {
			return weir.Errorf(weir.Unavailable, "full")
		}
		return nil
	}}
	in := run(t, input.Default(), log)
	const senders, each = 16, 100
	good := make([][]string, senders)
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for i := range int64(each) {
				p := post(weir.UserID(s+1), "n", "x")
				p.Rows[0].Time = i
				var err error
				if rand.IntN(2) == 0 { // both ways in
					_, err = in.Accept(t.Context(), journal.AppendPost(nil, p))
				} else {
					_, err = in.AcceptPost(t.Context(), p)
				}
				if err == nil {
					good[s] = append(good[s], fmt.Sprint(s+1, " ", i))
				}
			}
		})
	}
	all.Wait()
	stored := make([][]string, senders)
	for _, row := range slices.Concat(log.rows(t)...) {
		var user, at int
		if _, err := fmt.Sscan(row, &user, &at); err != nil {
			t.Fatal(err)
		}
		stored[user-1] = append(stored[user-1], row)
	}
	if diff := cmp.Diff(good, stored); diff != "" {
		t.Errorf("(-answered +stored):\n%s", diff)
	}
}
