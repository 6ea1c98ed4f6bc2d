package account

import (
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/weirhq/weir"
)

// ErrTooManyAttempts is in the chain of errors that mean: this address has tried too often. Their kind is weir.Denied.
var ErrTooManyAttempts = errors.New("Too many attempts, please try again later") //nolint:staticcheck // clients match on the words

// limits has one limiter for each thing that can be guessed at.
type limits struct {
	login, auth, register, password *limiter
}

func newLimits() limits {
	const quarter = 15 * time.Minute
	return limits{
		login:    &limiter{most: 10, window: quarter},
		auth:     &limiter{most: 10, window: quarter},
		register: &limiter{most: 5, window: 10 * time.Minute},
		password: &limiter{most: 5, window: quarter},
	}
}

// maxAddresses bounds a limiter's memory to a few megabytes.
const maxAddresses = 1 << 14

// limiter lets each address have so many attempts in any window of time. Attempts that were refused do not count.
type limiter struct {
	most   int
	window time.Duration

	mu       sync.Mutex
	attempts map[netip.Addr][]time.Time // oldest first, at most most
}

// allow counts an attempt. The zero address is one like any other.
func (l *limiter) allow(from netip.Addr) error {
	from = client(from)
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	list, known := l.attempts[from]
	for len(list) > 0 && now.Sub(list[0]) >= l.window {
		list = list[1:]
	}
	if len(list) >= l.most {
		return weir.Errorf(weir.Denied, "%w", ErrTooManyAttempts)
	}
	if !known {
		l.makeRoom(now)
	}
	l.attempts[from] = append(list, now)
	return nil
}

// makeRoom forgets addresses when there are too many: those that have waited long enough, and if there are few such,
// any others until an eighth is free, so that it is not called for every new address.
func (l *limiter) makeRoom(now time.Time) {
	if l.attempts == nil {
		l.attempts = make(map[netip.Addr][]time.Time)
	}
	if len(l.attempts) < maxAddresses {
		return
	}
	for addr, list := range l.attempts {
		if now.Sub(list[len(list)-1]) >= l.window {
			delete(l.attempts, addr)
		}
	}
	for addr := range l.attempts {
		if len(l.attempts) <= maxAddresses-maxAddresses/8 {
			return
		}
		delete(l.attempts, addr)
	}
}

// client is what one party is likely to hold: an IPv4 address, or an IPv6 network of 64 bits.
func client(from netip.Addr) netip.Addr {
	from = from.Unmap().WithZone("")
	if from.Is6() {
		if network, err := from.Prefix(64); err == nil {
			return network.Addr()
		}
	}
	return from
}
