package account

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// recheck is how long memory is believed. A change made on another server counts here after at most this time.
	recheck = time.Minute

	// maxCached bounds a cache (or a shard of one). Only what the store knows gets in, so it is rarely reached.
	maxCached = 4096

	shards = 16 // a power of two; keeps cores from waiting for each other
)

// cache remembers answers of the store for a while, and forgets them at once when told. An answer that was asked for
// before a change and arrives after it does not get in:
//
//	asker:    get ── no; generation 7 ── ask store ──────────────────── put(generation 7) ── refused: is 8
//	changer:                               change store ── drop: generation 8
type cache[K comparable, V any] struct {
	mu         sync.RWMutex
	entries    map[K]entry[V]
	generation uint64
}

type entry[V any] struct {
	value V
	until time.Time
}

// get returns the generation to hand to put when the value has to be asked for.
func (c *cache[K, V]) get(k K) (v V, generation uint64, ok bool) {
	c.mu.RLock()
	e, ok := c.entries[k]
	generation = c.generation
	c.mu.RUnlock()
	if !ok || time.Now().After(e.until) {
		return v, generation, false
	}
	return e.value, generation, true
}

func (c *cache[K, V]) put(k K, v V, generation uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if generation != c.generation {
		return
	}
	if c.entries == nil || len(c.entries) >= maxCached {
		c.entries = make(map[K]entry[V])
	}
	c.entries[k] = entry[V]{value: v, until: time.Now().Add(recheck)}
}

func (c *cache[K, V]) drop(match func(K, V) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	for k, e := range c.entries {
		if match(k, e.value) {
			delete(c.entries, k)
		}
	}
}

// digest stands for a key or token. It is computed from a secret or from something that cannot be guessed, so how long
// a look-up takes tells nothing about what is stored.
type digest [sha256.Size]byte

// digests is a cache by digest, in shards.
type digests[V any] [shards]cache[digest, V]

func (d *digests[V]) shard(k digest) *cache[digest, V] { return &d[k[0]%shards] }

func (d *digests[V]) drop(match func(V) bool) {
	for i := range d {
		d[i].drop(func(_ digest, v V) bool { return match(v) })
	}
}
