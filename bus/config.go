package bus

import (
	"time"

	"github.com/weirhq/weir"
)

// Config of the bus.
type Config struct {
	Sync         string        `yaml:"sync" help:"when the stream is flushed to the disk: always, interval or never"`
	SyncInterval time.Duration `yaml:"sync_interval" help:"what a power cut can cost when sync is interval"`
	MaxBytes     int64         `yaml:"max_bytes" help:"most bytes that wait in one block's stream before posts are refused"`
	MinFreeBytes int64         `yaml:"min_free_bytes" help:"free disk space below which posts are refused"`
}

// The values of Config.Sync.
const (
	SyncAlways   = "always"   // before each ok: a power cut loses nothing accepted; hundreds of commits a second
	SyncInterval = "interval" // every SyncInterval: a power cut loses at most that
	SyncNever    = "never"    // when the system sees fit, often 30 s
)

// Default suits one server.
func Default() Config {
	return Config{Sync: SyncInterval, SyncInterval: time.Second, MaxBytes: 1 << 30, MinFreeBytes: 64 << 20}
}

// Validate names the first setting that cannot work.
func (c Config) Validate() error {
	switch c.Sync {
	case SyncAlways, SyncInterval, SyncNever:
	default:
		return weir.Errorf(weir.Invalid, "bus.sync is %q: use always, interval or never", c.Sync)
	}
	if c.Sync == SyncInterval && c.SyncInterval < 10*time.Millisecond {
		return weir.Errorf(weir.Invalid, "bus.sync_interval is %s: use 10ms or more, or bus.sync: always", c.SyncInterval)
	}
	if c.MaxBytes < 8*maxMessage {
		return weir.Errorf(weir.Invalid, "bus.max_bytes is %d: use %d or more", c.MaxBytes, 8*maxMessage)
	}
	if c.MinFreeBytes < 0 {
		return weir.Errorf(weir.Invalid, "bus.min_free_bytes is %d: use 0 or more", c.MinFreeBytes)
	}
	return nil
}
