package journal

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/weirhq/weir"
)

// The bounds of what a Decoder remembers between messages.
const (
	maxInterned     = 1 << 16 // names
	maxInternedName = 256     // bytes; longer names are rare and not worth keeping
	keptRows        = 1 << 14 // of the largest post; a larger one's memory is given back
	keptCells       = 1 << 17
)

// ErrVersion tells that a newer program wrote the message: it must not be taken for a damaged one and left.
var ErrVersion = errors.New("journal message has version")

// Decoder reads messages. It uses its memory again and hands out each name as one string, so that after a while it
// allocates nothing. The zero value is ready; a Decoder is for one goroutine.
type Decoder struct {
	names  map[string]string
	post   Post
	cells  []Cell
	points Points
	clear  Clear
	drop   Drop
}

// Decode hands the entries of msg to h in order. An error of h ends it and is returned as it is. An entry that cannot
// be read is stepped over: the others are handed out, then the first such fault is returned with kind Invalid.
func (d *Decoder) Decode(msg []byte, h Handler) error {
	if len(msg) < headerLen || msg[0] != magic {
		return weir.Errorf(weir.Invalid, "not a journal message: %d bytes beginning with % x", len(msg), msg[:min(len(msg), headerLen)])
	}
	if msg[1] != version {
		return weir.Errorf(weir.Conflict, "%w %d, this program reads %d: run the version that wrote it", ErrVersion, msg[1], version)
	}
	var fault error
	for n, rest := 1, msg[headerLen:]; len(rest) > 0; n++ {
		k, body, after, ok := cut(rest)
		if !ok {
			return weir.Errorf(weir.Invalid, "entry %d is cut short", n)
		}
		rest = after
		read, err := d.entry(k, body, h)
		if err != nil {
			return err
		}
		if !read && fault == nil {
			fault = weir.Errorf(weir.Invalid, "entry %d (kind %d, %d bytes) is damaged", n, k, len(body))
		}
	}
	return fault
}

func cut(b []byte) (k kind, body, after []byte, ok bool) {
	if len(b) < prefixLen {
		return 0, nil, nil, false
	}
	n := int(b[1]) | int(b[2])<<8 | int(b[3])<<16
	if n > len(b)-prefixLen {
		return 0, nil, nil, false
	}
	return kind(b[0]), b[prefixLen : prefixLen+n], b[prefixLen+n:], true
}

// entry reads a body whole before it hands it out: half an entry is none.
func (d *Decoder) entry(k kind, body []byte, h Handler) (read bool, err error) {
	in := input{rest: body}
	switch k {
	case kindPost:
		if !d.readPost(&in) {
			return false, nil
		}
		return true, h.Post(&d.post)
	case kindPoints:
		if !d.readPoints(&in) {
			return false, nil
		}
		return true, h.Points(&d.points)
	case kindClear, kindDrop:
		user, feed := weir.UserID(in.uvarint()), weir.FeedID(in.uvarint())
		if !in.finished() {
			return false, nil
		}
		if k == kindClear {
			d.clear = Clear{User: user, Feed: feed}
			return true, h.Clear(&d.clear)
		}
		d.drop = Drop{User: user, Feed: feed}
		return true, h.Drop(&d.drop)
	default:
		return false, nil
	}
}

func (d *Decoder) readPost(in *input) bool {
	p := &d.post
	p.User = weir.UserID(in.uvarint())
	n := in.count(1)
	p.Names = p.Names[:0]
	for range n {
		p.Names = append(p.Names, d.intern(in.bytes(in.count(1))))
	}
	n = in.count(2) // a row takes two bytes at least
	if cap(p.Rows) > keptRows && n <= keptRows {
		p.Rows = nil
	}
	if cap(d.cells) > keptCells {
		d.cells = nil
	}
	p.Rows, d.cells = p.Rows[:0], d.cells[:0]
	before := Row{}
	for range n {
		before.Time += in.varint()
		before.Cells = d.shape(in, &before, len(p.Names))
		for i := range before.Cells {
			before.Cells[i].Value = in.float()
		}
		if in.bad {
			return false
		}
		p.Rows = append(p.Rows, before)
	}
	return in.finished()
}

// shape makes room for a row's cells and fills in their names. Rows keep the part of d.cells they were given, also
// when a later row makes d.cells move.
func (d *Decoder) shape(in *input, row *Row, names int) []Cell {
	shape := in.uvarint()
	if shape == 0 {
		if len(row.Cells)*8 > len(in.rest) {
			in.bad = true
			return nil
		}
		d.cells = append(d.cells, row.Cells...)
		return tail(d.cells, len(row.Cells))
	}
	n := shape - 1
	row.Node = in.place(names)
	if n > uint64(len(in.rest))/9 { // a new cell takes nine bytes at least
		in.bad = true
		return nil
	}
	for range n {
		d.cells = append(d.cells, Cell{Name: in.place(names)})
	}
	return tail(d.cells, int(n))
}

// tail is the last n cells, closed against appending.
func tail(cells []Cell, n int) []Cell { return cells[len(cells)-n : len(cells) : len(cells)] }

func (d *Decoder) readPoints(in *input) bool {
	p := &d.points
	p.User, p.Feed = weir.UserID(in.uvarint()), weir.FeedID(in.uvarint())
	join := in.bytes(1)
	p.Join = len(join) == 1 && join[0] == 1
	n := in.count(9)
	if cap(p.Samples) > keptCells && n <= keptCells {
		p.Samples = nil
	}
	p.Samples = p.Samples[:0]
	at := int64(0)
	for range n {
		at += in.varint()
		p.Samples = append(p.Samples, weir.Sample{Time: at, Value: in.float()})
	}
	return in.finished()
}

// intern gives the one string for a name. When the table is full it starts again: names in use come back at once.
func (d *Decoder) intern(b []byte) string {
	if s, ok := d.names[string(b)]; ok { // the compiler looks this up without making a string
		return s
	}
	s := string(b)
	if len(b) > maxInternedName {
		return s
	}
	if d.names == nil {
		d.names = make(map[string]string)
	}
	if len(d.names) >= maxInterned {
		clear(d.names)
	}
	d.names[s] = s
	return s
}

// input is what is left of a body. After a fault it gives zeros and stays bad.
type input struct {
	rest []byte
	bad  bool
}

func (in *input) finished() bool { return !in.bad && len(in.rest) == 0 }

func (in *input) uvarint() uint64 {
	if len(in.rest) > 0 && in.rest[0] < 0x80 {
		v := in.rest[0]
		in.rest = in.rest[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(in.rest)
	if n <= 0 {
		in.bad, in.rest = true, nil
		return 0
	}
	in.rest = in.rest[n:]
	return v
}

func (in *input) varint() int64 {
	u := in.uvarint()
	return int64(u>>1) ^ -int64(u&1) // zigzag
}

// count reads how many things of at least size bytes follow; more than can follow is a fault, so that a few bytes
// cannot ask for much memory.
func (in *input) count(size int) int {
	n := in.uvarint()
	if n > uint64(len(in.rest)/size) {
		in.bad, in.rest = true, nil
		return 0
	}
	return int(n)
}

func (in *input) place(names int) int {
	n := in.uvarint()
	if n >= uint64(names) {
		in.bad = true
		return 0
	}
	return int(n)
}

func (in *input) bytes(n int) []byte {
	if n > len(in.rest) {
		in.bad, in.rest = true, nil
		return nil
	}
	b := in.rest[:n]
	in.rest = in.rest[n:]
	return b
}

func (in *input) float() float64 {
	b := in.bytes(8)
	if b == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}
