package input

import (
	"math"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/journal"
)

// Config says what senders may bring and how their samples are handed on.
type Config struct {
	MaxNodes    int           `yaml:"max_nodes" help:"most nodes a user may have"`
	MaxInputs   int           `yaml:"max_inputs" help:"most inputs a user may have"`
	MaxValues   int           `yaml:"max_values" help:"most values one request may bring"`
	MaxInflated int           `yaml:"max_inflated" help:"largest compressed bulk, in bytes after decompression"`
	BatchBytes  int           `yaml:"batch_bytes" help:"size at which posts that were joined are handed on at once"`
	MaxPending  int           `yaml:"max_pending" help:"bytes of accepted posts that may wait for the disk; beyond it senders are told to come back"`
	MaxWait     time.Duration `yaml:"max_wait" help:"longest time a post may wait for others to join it while the disk is free"`
}

// Default is a fresh install.
func Default() Config {
	return Config{
		MaxNodes:    32,
		MaxInputs:   5000,
		MaxValues:   200_000,
		MaxInflated: 8 << 20,
		BatchBytes:  512 << 10,
		MaxPending:  64 << 20,
		MaxWait:     2 * time.Millisecond,
	}
}

// Validate names the first setting that cannot work.
func (c Config) Validate() error {
	numbers := [...]struct {
		name               string
		value, least, most int
	}{
		{"max_nodes", c.MaxNodes, 1, math.MaxInt32},
		{"max_inputs", c.MaxInputs, 1, math.MaxInt32},
		{"max_values", c.MaxValues, 1, 400_000}, // with max_inflated: what the journal can write before it is split
		{"max_inflated", c.MaxInflated, 1 << 10, 8 << 20},
		{"batch_bytes", c.BatchBytes, 1 << 10, journal.MaxEntry},
		{"max_pending", c.MaxPending, 2 * journal.MaxEntry, math.MaxInt32},
	}
	for _, n := range numbers {
		if n.value < n.least || n.value > n.most {
			return weir.Errorf(weir.Invalid, "input.%s is %d: use %d to %d", n.name, n.value, n.least, n.most)
		}
	}
	if c.MaxWait < 0 || c.MaxWait > time.Second {
		return weir.Errorf(weir.Invalid, "input.max_wait is %s: use 0s to 1s", c.MaxWait)
	}
	return nil
}
