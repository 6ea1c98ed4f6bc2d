package process

import (
	"context"
	"log/slog"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// Log is a block's stream of journal messages.
type Log interface {
	// Read hands every message after the given sequence number to fn, in order, until ctx is done or fn fails.
	Read(ctx context.Context, after uint64, fn func(seq uint64, msg []byte) error) error
	// Trim lets go of everything up to and including a sequence number.
	Trim(upto uint64) error
	// Last is the sequence number of the newest message ever appended.
	Last() (uint64, error)
}

// Feeds is where samples are kept. An error of kind NotFound, Invalid or the like is a refusal: the sample is counted
// and left. Any other (Internal, Unavailable) is taken for the disk's: nothing has changed, and the call is made again
// until it works.
type Feeds interface {
	// Append writes a sample; join fills the gap before it with a straight line. It may stay in memory until Flush.
	Append(id weir.FeedID, s weir.Sample, join bool) error
	// Last is the newest value in full precision, at the time it was written with; false when the feed is empty, also
	// after Clear, or there is none.
	Last(id weir.FeedID) (weir.Sample, bool, error)
	Clear(id weir.FeedID) error
	Drop(id weir.FeedID) error
	// Insert writes samples directly, in any order of times.
	Insert(id weir.FeedID, s []weir.Sample, join bool) error
}

// Part has state that belongs to a position in the stream.
type Part interface {
	// Flush puts everything buffered into files, synced.
	Flush() error
	AppendState(dst []byte) []byte
	// Saved tells that what AppendState gave last is in the checkpoint file, on the disk.
	Saved()
	// LoadState goes back to a state. clean is false when the process died since: what is beyond the state is undone.
	LoadState(src []byte, clean bool) error
}

// KeptFeeds are feeds whose state the worker keeps in its checkpoint.
type KeptFeeds interface {
	Feeds
	Part
}

// Inputs finds or creates an input. weir.NotFound when there is none and the user does not want new ones.
type Inputs interface {
	Resolve(ctx context.Context, user weir.UserID, node, name string) (weir.Input, error)
}

// Timezones knows where a user's days begin. Its errors are as those of Feeds; after a refusal days begin at midnight
// UTC.
type Timezones interface {
	Zone(ctx context.Context, user weir.UserID) (*time.Location, error)
}

// Config is how often a worker makes a checkpoint: after so long, or so much of the stream. What was worked on since
// the last one is worked on again after a crash.
type Config struct {
	Checkpoint      time.Duration `yaml:"checkpoint" help:"longest time between two checkpoints of process lists and feeds"`
	CheckpointBytes int64         `yaml:"checkpoint_bytes" help:"bytes of posted samples after which a checkpoint is made sooner"`
}

// Default is the configuration of a fresh install.
func Default() Config { return Config{Checkpoint: 30 * time.Second, CheckpointBytes: 32 << 20} }

// Validate says what is wrong with a configuration.
func (c Config) Validate() error {
	if c.Checkpoint < 100*time.Millisecond || c.Checkpoint > time.Hour {
		return weir.Errorf(weir.Invalid, "process.checkpoint is %v: choose between 100ms and 1h", c.Checkpoint)
	}
	if c.CheckpointBytes < 1<<20 {
		return weir.Errorf(weir.Invalid, "process.checkpoint_bytes is %d: choose at least 1048576 (1 MiB)", c.CheckpointBytes)
	}
	return nil
}

func (c Config) withDefaults() Config {
	d := Default()
	if c.Checkpoint == 0 {
		c.Checkpoint = d.Checkpoint
	}
	if c.CheckpointBytes == 0 {
		c.CheckpointBytes = d.CheckpointBytes
	}
	return c
}

// Deps is what a worker works with.
type Deps struct {
	Log    Log
	Inputs Inputs
	Feeds  KeptFeeds
	Zones  Timezones
	FS     durable.FS // the block's folder; the checkpoint lies in it
	Logger *slog.Logger
}
