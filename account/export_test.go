package account

import (
	"encoding/hex"
	"net/netip"
	"time"

	"github.com/weirhq/weir"
)

// What tests in account_test look at inside.

const (
	SecretFile   = secretFile
	MaxAddresses = maxAddresses
)

var (
	IsAPIKey = isAPIKey
	NewUUID  = newUUID
)

// ParsePassword tells which stored form of a password text has, and gives it back written anew.
func ParsePassword(text string) (form, again string) {
	if p, err := parsePHC(text); err == nil {
		return "argon2id", p.String()
	}
	if l, err := parseLegacy(text); err == nil {
		return "emoncms", legacyPrefix + l.salt + "$" + hex.EncodeToString(l.sum)
	}
	return "", ""
}

// Secret is a server's secret with fixed bytes.
type Secret struct{ s *secret }

func FixedSecret(raw []byte) (Secret, error) {
	s, err := newSecret(raw)
	return Secret{s}, err
}

func (s Secret) Check() string            { return s.s.check }
func (s Secret) Digest(key string) []byte { d := s.s.digest(key); return d[:] }

func (s Secret) Seal(nonce [12]byte, user weir.UserID, kind, key string) []byte {
	return s.s.seal(nonce, user, kind, key)
}

func (s Secret) Unseal(user weir.UserID, kind string, sealed []byte) (string, error) {
	return s.s.unseal(user, kind, sealed)
}

// Limiter lets addresses have so many attempts in any window.
type Limiter struct{ l limiter }

func NewLimiter(most int, window time.Duration) *Limiter {
	return &Limiter{l: limiter{most: most, window: window}}
}

func (l *Limiter) Allow(from netip.Addr) bool { return l.l.allow(from) == nil }
func (l *Limiter) Addresses() int             { return len(l.l.attempts) }

// CachedKeys is how many keys memory holds.
func (s *Service) CachedKeys() int {
	n := 0
	for i := range s.keys {
		n += len(s.keys[i].entries)
	}
	return n
}

// HoldHashers takes the only slot of a service with one, until release.
func (s *Service) HoldHashers() (release func()) {
	s.hasher.slots <- struct{}{}
	return s.hasher.release
}

const MaxWaiting = maxWaiting

// Cache is a cache of texts by number.
type Cache struct{ c cache[int, string] }

func (c *Cache) Get(k int) (string, uint64, bool)       { return c.c.get(k) }
func (c *Cache) Put(k int, v string, generation uint64) { c.c.put(k, v, generation) }
func (c *Cache) Drop(k int)                             { c.c.drop(func(i int, _ string) bool { return i == k }) }
func (c *Cache) Len() int                               { return len(c.c.entries) }
