package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// Store keeps what is known of feeds, apart from their data.
type Store interface {
	Feeds(ctx context.Context, user weir.UserID) ([]weir.Feed, error)
	Feed(ctx context.Context, id weir.FeedID) (weir.Feed, error)
	// CreateFeed gives the feed with its id. Conflict when the user has one of that tag and name.
	CreateFeed(ctx context.Context, f weir.Feed) (weir.Feed, error)
	UpdateFeed(ctx context.Context, f weir.Feed) error
	DeleteFeed(ctx context.Context, id weir.FeedID) error
}

// Catalogue is all feeds: what they are called and what they hold. It may be used from any goroutine.
type Catalogue struct {
	cfg     Config
	store   Store
	log     *slog.Logger
	files   *openFiles
	engines map[weir.EngineID]Engine
	ahead   *ahead

	names names // metadata

	tables   sync.RWMutex // guards entries
	entries  map[weir.FeedID]*entry
	created  atomic.Uint64 // feeds created since the start
	buffered atomic.Int64  // bytes of all writers
	counters struct{ missing, refused atomic.Uint64 }
}

// Open opens the folder that the engines keep feeds in. It finishes what a killed process left half done, and starts
// no goroutine.
func Open(cfg Config, fsys durable.FS, s Store, log *slog.Logger, engines ...Builder) (*Catalogue, error) {
	cfg = cfg.withDefaults()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if len(engines) == 0 {
		return nil, errors.New("open feeds: no engine was given")
	}
	c := &Catalogue{
		cfg: cfg, store: s, log: log, files: newOpenFiles(fsys, cfg.OpenFiles),
		engines: map[weir.EngineID]Engine{}, entries: map[weir.FeedID]*entry{},
	}
	c.names.init(s, cfg.MaxFeeds)
	var err error
	if c.ahead, err = openAhead(c.files, log, !cfg.NoSync); err != nil {
		c.files.Close()
		return nil, err
	}
	for _, build := range engines {
		e, err := build(Env{FS: c.files, Logger: log})
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		c.engines[e.ID()] = e
	}
	return c, nil
}

// Close lets go of all files. What the writers have not flushed is not written: it is still in the stream.
func (c *Catalogue) Close() error {
	var errs []error
	for _, e := range c.engines {
		errs = append(errs, e.Close())
	}
	c.files.Close()
	return errors.Join(errs...)
}

func (c *Catalogue) engine(kind weir.EngineID) (Engine, error) {
	if e := c.engines[kind]; e != nil {
		return e, nil
	}
	return nil, weir.Errorf(weir.Invalid, "ABORTED: Engine id %d is not supported.", kind)
}

// entry finds what is known of a feed's data, or makes room for it.
func (c *Catalogue) entry(id weir.FeedID) *entry {
	c.tables.RLock()
	e := c.entries[id]
	c.tables.RUnlock()
	if e != nil {
		return e
	}
	c.tables.Lock()
	defer c.tables.Unlock()
	if e = c.entries[id]; e == nil {
		e = &entry{id: id}
		c.entries[id] = e
	}
	return e
}

// data is the feed with its tape, for reading. NotFound when the metadata does not know it.
func (c *Catalogue) data(ctx context.Context, id weir.FeedID) (Tape, *entry, error) {
	if _, err := c.Get(ctx, id); err != nil {
		return nil, nil, err
	}
	e := c.entry(id)
	tape, err := c.opened(ctx, e)
	return tape, e, err
}

// remove takes away a feed's files, whatever engine they are of.
func (c *Catalogue) remove(id weir.FeedID) error {
	e := c.entry(id)
	e.mu.Lock()
	e.gone = true
	e.mu.Unlock()
	for _, engine := range c.engines {
		if err := engine.Remove(id); err != nil && weir.KindOf(err) != weir.NotFound {
			return err
		}
	}
	return nil
}

// Create makes a feed and its empty files.
func (c *Catalogue) Create(ctx context.Context, f weir.Feed, o Options) (weir.Feed, error) {
	engine, err := c.engine(f.Engine)
	if err != nil {
		return weir.Feed{}, err
	}
	if err := validateNew(f); err != nil {
		return weir.Feed{}, err
	}
	if o.Interval = max(o.Interval, int64(c.cfg.MinInterval)); o.Interval > MaxTime {
		return weir.Feed{}, weir.Errorf(weir.Invalid, "an interval of %d seconds is too long", o.Interval)
	}
	f, err = c.names.create(ctx, f)
	if err != nil {
		return weir.Feed{}, err
	}
	if err := engine.Create(f.ID, o); err != nil {
		return weir.Feed{}, errors.Join(fmt.Errorf("make files of feed %d: %w", f.ID, err), c.names.delete(ctx, f.ID))
	}
	c.created.Add(1)
	return f, nil
}

// List gives a user's feeds in the order they were made.
func (c *Catalogue) List(ctx context.Context, user weir.UserID) ([]weir.Feed, error) {
	return c.names.list(ctx, user)
}

// Get gives one feed, NotFound when there is none.
func (c *Catalogue) Get(ctx context.Context, id weir.FeedID) (weir.Feed, error) {
	return c.names.get(ctx, id)
}

// ByName finds a user's feed by tag and name, NotFound when there is none.
func (c *Catalogue) ByName(ctx context.Context, user weir.UserID, tag, name string) (weir.Feed, error) {
	feeds, err := c.names.list(ctx, user)
	if err != nil {
		return weir.Feed{}, err
	}
	for _, f := range feeds {
		if f.Tag == tag && f.Name == name {
			return f, nil
		}
	}
	return weir.Feed{}, weir.Errorf(weir.NotFound, "there is no feed %q with tag %q", name, tag)
}

// Update changes what is known of a feed.
func (c *Catalogue) Update(ctx context.Context, id weir.FeedID, ch Changes) (weir.Feed, error) {
	return c.names.update(ctx, id, ch)
}

// Delete forgets a feed at once. The Drop has to be in the user's stream before: its worker removes the data, and the
// feed too if nobody comes to call Delete.
func (c *Catalogue) Delete(ctx context.Context, id weir.FeedID) error {
	return c.names.delete(ctx, id)
}

// Meta tells how far a feed's data reaches.
func (c *Catalogue) Meta(ctx context.Context, id weir.FeedID) (Meta, error) {
	tape, _, err := c.data(ctx, id)
	if err != nil {
		return Meta{}, err
	}
	return tape.Meta()
}

// Size is how many bytes a feed's files have.
func (c *Catalogue) Size(ctx context.Context, id weir.FeedID) (int64, error) {
	m, err := c.Meta(ctx, id)
	return m.Bytes, err
}

// Last is the newest point of a feed, in the precision it came in; false when it has none. After Clear it is 0 at the
// time of the last point before.
func (c *Catalogue) Last(ctx context.Context, id weir.FeedID) (weir.Sample, bool, error) {
	_, e, err := c.data(ctx, id)
	if err != nil {
		return weir.Sample{}, false, err
	}
	s, ok := e.shown()
	return s, ok, nil
}

// LastAll gives the newest points of all feeds of a user that have one. Once they have been read it does no I/O. A feed
// whose files cannot be read is left out, so that it does not hide the others.
func (c *Catalogue) LastAll(ctx context.Context, user weir.UserID) (map[weir.FeedID]weir.Sample, error) {
	feeds, err := c.List(ctx, user)
	if err != nil {
		return nil, err
	}
	all := make(map[weir.FeedID]weir.Sample, len(feeds))
	for _, f := range feeds {
		e := c.entry(f.ID)
		if _, err := c.opened(ctx, e); err != nil {
			continue
		}
		if s, ok := e.shown(); ok {
			all[f.ID] = s
		}
	}
	return all, nil
}

// Value is a feed's value at a time: of the nearest slot of a fixed feed, of the first point from then on of a variable
// one, NaN for none.
func (c *Catalogue) Value(ctx context.Context, id weir.FeedID, t int64) (float64, error) {
	tape, _, err := c.data(ctx, id)
	if err != nil {
		return math.NaN(), err
	}
	return tape.At(t)
}

// Stats are counts since the start.
type Stats struct {
	Missing  uint64 // points for feeds that are not there, dropped
	Refused  uint64 // points that a feed cannot keep
	Buffered int64  // bytes in memory, not yet in files
}

// Stats counts.
func (c *Catalogue) Stats() Stats {
	return Stats{Missing: c.counters.missing.Load(), Refused: c.counters.refused.Load(), Buffered: c.buffered.Load()}
}

// Export gives a feed's data file, as it is in the file of the original, from a byte on. As the original does it begins
// at a whole point: with PHPFina the one before, so that whoever fetches on gets the newest point known so far again.
func (c *Catalogue) Export(ctx context.Context, id weir.FeedID, from int64) (*io.SectionReader, error) {
	f, err := c.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	tape, _, err := c.data(ctx, id)
	if err != nil {
		return nil, err
	}
	m, err := tape.Meta()
	if err != nil {
		return nil, err
	}
	point, again := int64(9), int64(0)
	if f.Engine == weir.EngineFixed {
		point, again = 4, 4
	}
	size := m.Points * point
	from = min(max(0, from-from%point-again), size)
	return io.NewSectionReader(tape, from, size-from), nil
}
