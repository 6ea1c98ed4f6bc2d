package web

import (
	"io"
	"sync/atomic"

	"github.com/weirhq/weir"
)

const (
	// smallBody is how much of every body is always read: what devices send has room though others fill the memory.
	smallBody = 64 << 10
	// manyBodies is how much all bodies together may hold beyond that, unless a single one may be larger.
	manyBodies = 64 << 20
)

// bodies bounds the memory that bodies take together. They are read before anybody knows whether their sender may send
// at all, so without a bound a few dozen connections could take all there is.
type bodies struct{ left atomic.Int64 }

func newBodies(limit int64) *bodies {
	b := &bodies{}
	b.left.Store(max(manyBodies, 2*limit))
	return b
}

func (b *bodies) take(n int64) bool {
	if b.left.Add(-n) < 0 {
		b.left.Add(n)
		return false
	}
	return true
}

// body is one request's. Release gives back what it took.
type body struct {
	io.ReadCloser

	of          *bodies
	read, taken int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if more := b.read - smallBody - b.taken; more > 0 {
		if !b.of.take(more) {
			return 0, weir.Errorf(weir.Unavailable, "the server is reading too many large requests at the moment: try again")
		}
		b.taken += more
	}
	return n, err
}

func (b *body) release() { b.of.left.Add(b.taken) }
