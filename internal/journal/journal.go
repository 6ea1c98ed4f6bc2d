package journal

import (
	"github.com/weirhq/weir"
)

// MaxEntry is the longest entry that may be put into a message. Split cuts a longer post by rows.
const MaxEntry = 512 << 10

const (
	magic   = 0xDB
	version = 1

	headerLen = 2
	prefixLen = 4
	maxBody   = 1<<24 - 1
)

type kind byte

const (
	kindPost kind = iota + 1
	kindPoints
	kindClear
	kindDrop
)

// Post is what one request or packet of a sender brought: rows of values for inputs.
type Post struct {
	User  weir.UserID
	Names []string // of nodes and inputs, each once
	Rows  []Row
}

// Row holds values of one node that belong to one time.
type Row struct {
	Time  int64
	Node  int // place in Names
	Cells []Cell
}

// Cell is one value. NaN: the sender had none.
type Cell struct {
	Name  int // place in Names
	Value float64
}

// Points are samples written to a feed without passing an input.
type Points struct {
	User    weir.UserID
	Feed    weir.FeedID
	Join    bool // fill the gap before each sample with a straight line
	Samples []weir.Sample
}

// Clear empties a feed.
type Clear struct {
	User weir.UserID
	Feed weir.FeedID
}

// Drop deletes a feed: its data, and what is known of it if that is still there.
type Drop struct {
	User weir.UserID
	Feed weir.FeedID
}

// Handler takes the entries of a message in their order. What it is given is only valid during the call; strings may
// be kept.
type Handler interface {
	Post(p *Post) error
	Points(p *Points) error
	Clear(c *Clear) error
	Drop(d *Drop) error
}
