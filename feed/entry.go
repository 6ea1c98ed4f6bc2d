package feed

import (
	"context"
	"fmt"
	"sync"

	"github.com/weirhq/weir"
)

// entry is what the catalogue knows of a feed's data. There is one per feed, shared by its writer and all readers.
type entry struct {
	id weir.FeedID

	open sync.Mutex // guards opening; taken before mu

	mu   sync.Mutex // guards the rest
	tape Tape       // nil until opened
	kind weir.EngineID
	last newest
	gone bool // dropped, or never there

	kept   record // from the checkpoint, until the tape is opened; kept.feed is 0 for none
	proven bool   // whatever the files hold is weir's own, so kept.last stands
}

// newest is a feed's last value. Process lists see it while it is known. Readers also see what Clear leaves of it, as
// they do with the original: 0 at its time.
type newest struct {
	weir.Sample

	known   bool
	cleared bool
}

func (e *entry) newest() newest {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.last
}

// shown is the last value for readers.
func (e *entry) shown() (weir.Sample, bool) {
	n := e.newest()
	return n.Sample, n.known || n.cleared
}

// saw takes a point into the last value, unless it is older. A point without a value does not change what the last
// value is.
func (e *entry) saw(s weir.Sample) {
	if s.Missing() {
		return
	}
	e.mu.Lock()
	if !e.last.known || s.Time >= e.last.Time {
		e.last = newest{Sample: s, known: true}
	}
	e.mu.Unlock()
}

// clear leaves no last value: the next point is the newest, whatever its time.
func (e *entry) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last.Value = 0
	e.last.known, e.last.cleared = false, e.last.known || e.last.cleared
}

// opened gives the tape of a feed, loading it at the first call. NotFound for a feed that is not there.
func (c *Catalogue) opened(ctx context.Context, e *entry) (Tape, error) {
	e.mu.Lock()
	tape, gone := e.tape, e.gone
	e.mu.Unlock()
	if gone {
		return nil, missingFeed(e.id)
	}
	if tape != nil {
		return tape, nil
	}
	e.open.Lock()
	defer e.open.Unlock()
	e.mu.Lock()
	tape, gone, kept := e.tape, e.gone, e.kept
	e.mu.Unlock()
	if tape != nil || gone {
		return c.opened(ctx, e)
	}
	kind := kept.engine
	if kept.feed == 0 {
		var err error
		if kind, err = c.kind(ctx, e.id); err != nil {
			return nil, err
		}
	}
	engine, err := c.engine(kind)
	if err != nil {
		return nil, err
	}
	if tape, err = engine.Open(e.id); err != nil {
		return nil, err
	}
	return tape, e.settle(tape, kind)
}

// kind is the engine that a feed's files are of. The metadata may be gone while the worker has still to come to the
// Drop, once more after a kill; then the files tell.
func (c *Catalogue) kind(ctx context.Context, id weir.FeedID) (weir.EngineID, error) {
	f, err := c.Get(ctx, id)
	if weir.KindOf(err) != weir.NotFound {
		return f.Engine, err
	}
	for kind, engine := range c.engines {
		if _, missing := engine.Open(id); weir.KindOf(missing) != weir.NotFound {
			return kind, nil // also when the disk is at fault: opening it says so
		}
	}
	return 0, err
}

// settle decides what the last value is: that of the checkpoint if the files are as they were then or weir changed them
// since, else that of the files.
func (e *entry) settle(tape Tape, kind weir.EngineID) error {
	extent, _, err := tape.Pending()
	if err != nil {
		return err
	}
	var last newest
	last.Sample, last.known, err = tape.Last()
	if err != nil {
		return fmt.Errorf("look for the last point of feed %d: %w", e.id, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.kept.feed != 0 && (e.proven || e.kept.extent == extent) {
		last = e.kept.last
	}
	e.tape, e.kind, e.last = tape, kind, last
	return nil
}

func missingFeed(id weir.FeedID) error {
	return weir.Errorf(weir.NotFound, "feed %d does not exist", id)
}
