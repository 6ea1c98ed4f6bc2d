package account

import (
	"context"
	"crypto/rand"
	"strings"
	"sync/atomic"

	"github.com/weirhq/weir"
)

// maxWaiting bounds the requests that wait for a hasher; the rest are told to come again.
const maxWaiting = 64

// hasher computes argon2 hashes, only so many at one time.
type hasher struct {
	cost    Argon2
	slots   chan struct{}
	waiting atomic.Int64
}

func newHasher(cost Argon2, slots int) *hasher {
	return &hasher{cost: cost, slots: make(chan struct{}, slots)}
}

// acquire waits for a slot. The caller gives it back with release.
func (h *hasher) acquire(ctx context.Context) error {
	if h.waiting.Add(1) > maxWaiting {
		h.waiting.Add(-1)
		return weir.Errorf(weir.Unavailable, "too many people are logging in at the moment: try again")
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hasher) release() { <-h.slots }

// hash makes the form in which a password is stored.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.acquire(ctx); err != nil {
		return "", err
	}
	defer h.release()
	p := phc{cost: h.cost, salt: make([]byte, saltLen), sum: make([]byte, sumLen)}
	_, _ = rand.Read(p.salt) // never fails
	p.sum = p.compute(password)
	return p.String(), nil
}

// verify compares a password with its stored form; stale says that the form should be made anew. An empty form, for a
// user that is not there, matches nothing and takes as long as a wrong password.
func (h *hasher) verify(ctx context.Context, stored, password string) (ok, stale bool, err error) {
	if err := h.acquire(ctx); err != nil {
		return false, false, err
	}
	defer h.release()
	switch {
	case stored == "":
		h.spend(password)
		return false, false, nil
	case strings.HasPrefix(stored, legacyPrefix):
		l, err := parseLegacy(stored)
		if err != nil {
			return false, false, err
		}
		if !l.matches(password) {
			h.spend(password) // or the answer would come sooner than for a name that is not there
			return false, false, nil
		}
		return true, true, nil
	}
	p, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	return p.matches(password), p.cost != h.cost, nil
}

// spend takes the time of one comparison.
func (h *hasher) spend(password string) {
	phc{cost: h.cost, salt: make([]byte, saltLen), sum: make([]byte, sumLen)}.compute(password)
}
