package collect

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// Config says what is sampled how often, and what may pile up.
type Config struct {
	Node     string        // name under which the figures arrive, usually the host's
	Every    time.Duration // whole seconds
	MaxBytes int64         // of the buffer on disk
	MaxRows  int           // in one post
}

// Default is a fresh install's configuration.
func Default() Config {
	return Config{Node: "machine", Every: 10 * time.Second, MaxBytes: 64 << 20, MaxRows: 1000}
}

// Validate names the first setting that cannot be.
func (c *Config) Validate() error {
	switch {
	case c.Node == "":
		return weir.Errorf(weir.Invalid, "the collector needs a node name")
	case c.Every < time.Second || c.Every%time.Second != 0:
		return weir.Errorf(weir.Invalid, "sampling every %v is not possible: choose whole seconds, at least 1s", c.Every)
	case c.MaxBytes < 64<<10:
		return weir.Errorf(weir.Invalid, "a buffer of %d bytes is too small: choose at least 65536", c.MaxBytes)
	case c.MaxRows < 1:
		return weir.Errorf(weir.Invalid, "a post needs at least one row, not %d", c.MaxRows)
	}
	return nil
}

// Stats is what a collector has done since it was made.
type Stats struct {
	Sampled int64
	Sent    int64
	Dropped int64  // went unsent because the buffer was full or damaged
	Waiting int    // in the buffer
	Problem string // why the last post failed; empty when it did not
}

// Collector samples and sends.
type Collector struct {
	cfg     Config
	sampler Sampler
	to      Sender
	log     *slog.Logger
	buffer  *buffer
	added   chan struct{} // holds one token when a row may be waiting

	mu    sync.Mutex
	stats Stats
}

// New opens the buffer in fsys, which no other process may use; without fsys rows wait in memory only.
func New(cfg Config, s Sampler, to Sender, fsys durable.FS, log *slog.Logger) (*Collector, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	b, err := openBuffer(fsys, cfg.MaxBytes, log)
	if err != nil {
		return nil, err
	}
	c := &Collector{cfg: cfg, sampler: s, to: to, log: log, buffer: b, added: make(chan struct{}, 1)}
	if waiting, _ := b.counts(); waiting > 0 {
		log.Info("rows from an earlier run are waiting to be sent", "rows", waiting)
	}
	return c, nil
}

// Run samples and sends until ctx is done.
func (c *Collector) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Go(func() { c.sampleLoop(ctx) })
	wg.Go(func() { c.sendLoop(ctx) })
	wg.Wait()
	return nil
}

// Close closes the buffer; Run must have ended. What was not sent stays on disk for the next run.
func (c *Collector) Close() error { return c.buffer.close() }

// Stats may be asked at any time.
func (c *Collector) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.stats
	s.Waiting, s.Dropped = c.buffer.counts()
	return s
}

func (c *Collector) note(change func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.stats)
}

// sampleLoop takes a row at every whole multiple of Every by the wall clock, so that rows of many machines have the
// same times and fixed feeds get one row a slot.
func (c *Collector) sampleLoop(ctx context.Context) {
	var problem string
	var last time.Time
	for {
		now := time.Now()
		tick := now.Truncate(c.cfg.Every).Add(c.cfg.Every)
		if tick.Equal(last) { // the wall clock was slowed down, and the last tick is still to come by it
			tick = tick.Add(c.cfg.Every)
		}
		if !sleep(ctx, tick.Sub(now)) {
			return
		}
		// After a suspended machine or a set clock the tick is long past: take the slot that it is now.
		if now := time.Now(); now.Sub(tick).Abs() >= c.cfg.Every {
			tick = now.Truncate(c.cfg.Every)
		}
		last = tick
		values, err := c.sampler.Sample(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			if err.Error() != problem {
				c.log.Error("sampling fails", "error", err)
			}
			problem = err.Error()
			continue
		}
		problem = ""
		c.take(tick, values)
	}
}

func (c *Collector) take(at time.Time, values []Value) {
	row := Row{Time: at.Unix(), Node: c.cfg.Node, Values: make([]Value, 0, len(values))}
	for _, v := range values {
		if !math.IsNaN(v.Value) && !math.IsInf(v.Value, 0) {
			row.Values = append(row.Values, v)
		}
	}
	if len(row.Values) == 0 {
		return
	}
	c.buffer.add(row)
	c.note(func(s *Stats) { s.Sampled++ })
	select {
	case c.added <- struct{}{}:
	default:
	}
}

// sleep is false when ctx was done first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
