package feed

import "github.com/weirhq/weir"

// Config is what an operator may set.
type Config struct {
	MaxPoints   int   `yaml:"max_points" help:"most points that a query with a fixed interval may ask for"`
	MaxOriginal int   `yaml:"max_original" help:"most points that a query at a feed's own interval may ask for"`
	MinInterval int   `yaml:"min_interval" help:"shortest interval in seconds that a new fixed feed may have; shorter ones are raised to it"`
	MaxFeeds    int   `yaml:"max_feeds" help:"most feeds a user may have"`
	OpenFiles   int   `yaml:"open_files" help:"feed files kept open"`
	BufferBytes int64 `yaml:"buffer_bytes" help:"memory for points not yet written to files"`
	NoSync      bool  `yaml:"no_sync" help:"leave it to the operating system when feed files reach the disk; a power cut may then cost more than the newest data"`
}

// Default is the configuration of a fresh install.
func Default() Config {
	return Config{MaxPoints: 20_000, MaxOriginal: 10_000_000, MinInterval: 10, MaxFeeds: 5000, OpenFiles: 256, BufferBytes: 64 << 20}
}

// Validate says what is wrong with a configuration.
func (c Config) Validate() error {
	for _, s := range []struct {
		name       string
		value, min int64
	}{
		{"max_points", int64(c.MaxPoints), 1},
		{"max_original", int64(c.MaxOriginal), 1},
		{"min_interval", int64(c.MinInterval), 1},
		{"max_feeds", int64(c.MaxFeeds), 1},
		{"open_files", int64(c.OpenFiles), 4},
		{"buffer_bytes", c.BufferBytes, 1 << 20},
	} {
		if s.value < s.min {
			return weir.Errorf(weir.Invalid, "feed.%s is %d: choose at least %d", s.name, s.value, s.min)
		}
	}
	return nil
}

func (c Config) withDefaults() Config {
	d := Default()
	if c.MaxPoints == 0 {
		c.MaxPoints = d.MaxPoints
	}
	if c.MaxOriginal == 0 {
		c.MaxOriginal = d.MaxOriginal
	}
	if c.MinInterval == 0 {
		c.MinInterval = d.MinInterval
	}
	if c.MaxFeeds == 0 {
		c.MaxFeeds = d.MaxFeeds
	}
	if c.OpenFiles == 0 {
		c.OpenFiles = d.OpenFiles
	}
	if c.BufferBytes == 0 {
		c.BufferBytes = d.BufferBytes
	}
	return c
}
