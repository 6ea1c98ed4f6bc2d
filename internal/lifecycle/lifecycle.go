package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Group is the parts of a server. Add all, then Run once; or Close, when building failed half way.
type Group struct {
	grace time.Duration
	parts []*part
}

type part struct {
	name    string
	run     func(context.Context) error
	release func() error

	cancel context.CancelFunc
	done   chan struct{} // closed when run has returned
}

// New makes an empty group. grace is how long each part may take to return once it is told to stop.
func New(grace time.Duration) *Group { return &Group{grace: grace} }

// Add takes in the next part. run and release may be nil.
func (g *Group) Add(name string, run func(context.Context) error, release func() error) {
	g.parts = append(g.parts, &part{name: name, run: run, release: release})
}

// Close releases the parts of a group that was never run, last first.
func (g *Group) Close() error {
	var errs []error
	for _, p := range slices.Backward(g.parts) {
		errs = append(errs, p.close())
	}
	g.parts = nil
	return errors.Join(errs...)
}

// Run lets all parts work until ctx is done or one of them returns, then stops all in reverse. It returns what failed;
// nil when ctx ended it and everything stopped in order.
func (g *Group) Run(ctx context.Context) error {
	base := context.WithoutCancel(ctx)
	var (
		first = make(chan error, 1) // the reason of the first part that returned by itself
		once  sync.Once
	)
	for _, p := range g.parts {
		p.start(base, func(err error) { once.Do(func() { first <- err }) })
	}
	var errs []error
	select {
	case <-ctx.Done():
	case err := <-first:
		errs = append(errs, err)
	}
	for _, p := range slices.Backward(g.parts) {
		errs = append(errs, p.stop(g.grace))
	}
	return errors.Join(errs...)
}

// start runs the part in a goroutine of its own. ended is told when it returns without having been cancelled.
func (p *part) start(ctx context.Context, ended func(error)) {
	if p.run == nil {
		return
	}
	ctx, p.cancel = context.WithCancel(ctx)
	p.done = make(chan struct{})
	go func() {
		defer close(p.done)
		err := p.run(ctx)
		switch {
		case ctx.Err() == nil && err == nil:
			ended(fmt.Errorf("%s stopped by itself", p.name))
		case err != nil && !errors.Is(err, context.Canceled):
			ended(fmt.Errorf("%s: %w", p.name, err))
		}
	}()
}

func (p *part) stop(grace time.Duration) error {
	if p.cancel != nil {
		p.cancel()
		select {
		case <-p.done:
		case <-time.After(grace):
			return fmt.Errorf("%s did not stop within %s", p.name, grace)
		}
	}
	return p.close()
}

func (p *part) close() error {
	if p.release == nil {
		return nil
	}
	if err := p.release(); err != nil {
		return fmt.Errorf("close %s: %w", p.name, err)
	}
	return nil
}
