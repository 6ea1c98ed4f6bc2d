package bus

import (
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// freeSpace tells whether the disk has room. It asks the system at most a few times a second, because it is asked
// before every message.
type freeSpace struct {
	dir string
	min uint64

	mu    sync.Mutex
	asked time.Time
	free  uint64
	err   error
}

const spaceInterval = 250 * time.Millisecond

func (s *freeSpace) check() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.asked) >= spaceInterval {
		s.asked = now
		s.free, s.err = durable.FreeBytes(s.dir)
	}
	if s.err != nil {
		return s.err
	}
	if s.free < s.min {
		return weir.Errorf(weir.Unavailable, "the disk is full: %d MiB are free, weir keeps %d MiB in reserve; nothing was stored, send again later",
			s.free>>20, s.min>>20)
	}
	return nil
}
