package lifecycle_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir/internal/lifecycle"
)

// diary writes down what happened, in order.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(s string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, s)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// worker waits for its context, then takes linger to return err.
func (d *diary) worker(name string, linger time.Duration, err error) func(context.Context) error {
	return func(ctx context.Context) error {
		<-ctx.Done()
		time.Sleep(linger)
		d.add("stop " + name)
		return err
	}
}

func (d *diary) release(name string) func() error {
	return func() error { d.add("release " + name); return nil }
}

func TestStopsInReverseOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		g := lifecycle.New(time.Minute)
		g.Add("a", d.worker("a", 0, nil), d.release("a"))
		g.Add("b", nil, d.release("b"))
		g.Add("c", d.worker("c", 30*time.Second, context.Canceled), d.release("c"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := g.Run(ctx); err != nil {
			t.Fatalf("Run: %v", err)
		}
		want := []string{"stop c", "release c", "release b", "stop a", "release a"}
		if diff := cmp.Diff(want, d.read()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFirstFailureStopsAllAndItsReasonSurvives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("disk on fire")
		var d diary
		g := lifecycle.New(time.Minute)
		g.Add("store", d.worker("store", 0, nil), d.release("store"))
		g.Add("reader", func(context.Context) error { time.Sleep(time.Second); return broken }, d.release("reader"))
		g.Add("door", d.worker("door", 0, errors.New("late")), d.release("door"))
		err := g.Run(t.Context())
		if !errors.Is(err, broken) {
			t.Errorf("Run: %v, want it to hold %v", err, broken)
		}
		want := []string{"stop door", "release door", "release reader", "stop store", "release store"}
		if diff := cmp.Diff(want, d.read()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPartThatReturnsWithoutBeingAskedIsAFailure(t *testing.T) {
	g := lifecycle.New(time.Minute)
	g.Add("quitter", func(context.Context) error { return nil }, nil)
	if err := g.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "quitter stopped by itself") {
		t.Errorf("Run: %v", err)
	}
}

func TestOverrunIsNamedAndNotReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d diary
		g := lifecycle.New(time.Second)
		g.Add("base", nil, d.release("base"))
		g.Add("slow", d.worker("slow", time.Hour, nil), d.release("slow"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := g.Run(ctx)
		if err == nil || !strings.Contains(err.Error(), "slow did not stop within 1s") {
			t.Errorf("Run: %v", err)
		}
		if diff := cmp.Diff([]string{"release base"}, d.read()); diff != "" {
			t.Error(diff)
		}
		time.Sleep(2 * time.Hour) // the slow part ends, so that nothing is left behind
	})
}

func TestCloseBeforeRunReleasesInReverse(t *testing.T) {
	var d diary
	g := lifecycle.New(time.Second)
	g.Add("a", d.worker("a", 0, nil), d.release("a"))
	g.Add("b", nil, func() error { return errors.New("stuck") })
	err := g.Close()
	if err == nil || !strings.Contains(err.Error(), "close b: stuck") {
		t.Errorf("Close: %v", err)
	}
	if diff := cmp.Diff([]string{"release a"}, d.read()); diff != "" {
		t.Error(diff)
	}
}
