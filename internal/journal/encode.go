package journal

import (
	"encoding/binary"
	"math"

	"github.com/weirhq/weir"
)

// AppendHeader begins a message.
func AppendHeader(dst []byte) []byte { return append(dst, magic, version) }

// AppendPost adds a post as one entry.
func AppendPost(dst []byte, p *Post) []byte {
	dst, at := begin(dst, kindPost)
	dst = binary.AppendUvarint(dst, uint64(p.User))
	dst = binary.AppendUvarint(dst, uint64(len(p.Names)))
	for _, name := range p.Names {
		dst = binary.AppendUvarint(dst, uint64(len(name)))
		dst = append(dst, name...)
	}
	dst = binary.AppendUvarint(dst, uint64(len(p.Rows)))
	before := &Row{}
	for i := range p.Rows {
		row := &p.Rows[i]
		dst = binary.AppendVarint(dst, row.Time-before.Time)
		dst = appendShape(dst, row, before, i > 0)
		for _, cell := range row.Cells {
			dst = appendFloat(dst, cell.Value)
		}
		before = row
	}
	return end(dst, at)
}

func appendShape(dst []byte, row, before *Row, follows bool) []byte {
	if follows && sameShape(row, before) {
		return append(dst, 0)
	}
	dst = binary.AppendUvarint(dst, uint64(len(row.Cells))+1)
	dst = binary.AppendUvarint(dst, uint64(row.Node))
	for _, cell := range row.Cells {
		dst = binary.AppendUvarint(dst, uint64(cell.Name))
	}
	return dst
}

func sameShape(a, b *Row) bool {
	if a.Node != b.Node || len(a.Cells) != len(b.Cells) {
		return false
	}
	for i := range a.Cells {
		if a.Cells[i].Name != b.Cells[i].Name {
			return false
		}
	}
	return true
}

// AppendPoints adds samples for a feed as one entry.
func AppendPoints(dst []byte, p *Points) []byte {
	dst, at := begin(dst, kindPoints)
	dst = binary.AppendUvarint(dst, uint64(p.User))
	dst = binary.AppendUvarint(dst, uint64(p.Feed))
	join := byte(0)
	if p.Join {
		join = 1
	}
	dst = append(dst, join)
	dst = binary.AppendUvarint(dst, uint64(len(p.Samples)))
	before := int64(0)
	for _, s := range p.Samples {
		dst = binary.AppendVarint(dst, s.Time-before)
		dst = appendFloat(dst, s.Value)
		before = s.Time
	}
	return end(dst, at)
}

// AppendClear adds the order to empty a feed as one entry.
func AppendClear(dst []byte, c *Clear) []byte { return appendOrder(dst, kindClear, c.User, c.Feed) }

// AppendDrop adds the order to delete a feed as one entry.
func AppendDrop(dst []byte, d *Drop) []byte { return appendOrder(dst, kindDrop, d.User, d.Feed) }

func appendOrder(dst []byte, k kind, user weir.UserID, feed weir.FeedID) []byte {
	dst, at := begin(dst, k)
	dst = binary.AppendUvarint(dst, uint64(user))
	dst = binary.AppendUvarint(dst, uint64(feed))
	return end(dst, at)
}

func appendFloat(dst []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
}

func begin(dst []byte, k kind) (out []byte, at int) {
	return append(dst, byte(k), 0, 0, 0), len(dst)
}

// end writes the length into the prefix that begin left room for.
func end(dst []byte, at int) []byte {
	n := len(dst) - at - prefixLen
	if n > maxBody {
		panic("journal: entry does not fit its length field; callers keep to MaxEntry")
	}
	dst[at+1], dst[at+2], dst[at+3] = byte(n), byte(n>>8), byte(n>>16)
	return dst
}

// Split cuts a post by rows so that each part becomes an entry of at most MaxEntry bytes. A post that fits comes back
// alone. The parts share the post's memory. TooLarge when a single row does not fit.
func Split(p *Post) ([]Post, error) {
	base := prefixLen + 3*binary.MaxVarintLen64
	for _, name := range p.Names {
		base += binary.MaxVarintLen32 + len(name)
	}
	var parts []Post
	size, first := base, 0
	for i := range p.Rows {
		row := rowBound(&p.Rows[i])
		if base+row > MaxEntry {
			return nil, weir.Errorf(weir.TooLarge, "row %d with %d values is too large: send fewer values at once", i, len(p.Rows[i].Cells))
		}
		if size+row > MaxEntry {
			parts = append(parts, Post{User: p.User, Names: p.Names, Rows: p.Rows[first:i]})
			size, first = base, i
		}
		size += row
	}
	return append(parts, Post{User: p.User, Names: p.Names, Rows: p.Rows[first:]}), nil
}

// rowBound is the most that a row can take, whatever stands before it.
func rowBound(r *Row) int {
	const index = 3 // places in Names stay below 2^21: each name takes a byte at least, and MaxEntry is 2^19
	return 2*binary.MaxVarintLen64 + index + len(r.Cells)*(index+8)
}
