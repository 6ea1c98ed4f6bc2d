package httpin

import (
	"fmt"
	"math"
	"strconv"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/journal"
)

const (
	maxName  = 255 // bytes
	maxTime  = math.MaxUint32
	keepRows = 1 << 14 // a larger batch gives its memory back
)

// Batch is what one request brought. Release hands its memory to the next request.
type Batch struct {
	Post journal.Post

	decoder   *Decoder
	cells     []journal.Cell
	ends      []int          // for each row, where its cells end in cells
	places    map[string]int // of a name in Post.Names
	seen      []int          // for each name, where in cells it was put last
	positions []int          // for the position n+1 in a bulk's row, the place of its name plus one
}

// Release makes the batch's memory free for another request. The batch must not be used after it.
func (b *Batch) Release() {
	if len(b.Post.Rows) > keepRows || cap(b.cells) > 8*keepRows {
		return
	}
	clear(b.Post.Names) // lets the request's text go
	clear(b.places)
	b.Post.Names, b.Post.Rows = b.Post.Names[:0], b.Post.Rows[:0]
	b.cells, b.ends, b.seen, b.positions = b.cells[:0], b.ends[:0], b.seen[:0], b.positions[:0]
	b.decoder.batches.Put(b)
}

func (d *Decoder) take(user weir.UserID) *Batch {
	b, ok := d.batches.Get().(*Batch)
	if !ok {
		b = &Batch{decoder: d, places: make(map[string]int)}
	}
	b.Post.User = user
	return b
}

// finish gives the rows their cells. Without rows there is no batch.
func (b *Batch) finish(a Answer) (*Batch, Answer) {
	if len(b.Post.Rows) == 0 {
		b.Release()
		return nil, a
	}
	start := 0
	for i, end := range b.ends[:len(b.Post.Rows)] {
		b.Post.Rows[i].Cells = b.cells[start:end:end]
		start = end
	}
	return b, a
}

// intern is the place of a name.
func (b *Batch) intern(name string) int {
	place, ok := b.places[name]
	if !ok {
		place = len(b.Post.Names)
		b.places[name] = place
		b.Post.Names = append(b.Post.Names, name)
		b.seen = append(b.seen, 0)
	}
	return place
}

// position is the place of the name that the n-th value of a bulk's row has, n from 1.
func (b *Batch) position(n int) int {
	for len(b.positions) < n {
		b.positions = append(b.positions, 0)
	}
	if b.positions[n-1] == 0 {
		b.positions[n-1] = b.intern(strconv.Itoa(n)) + 1
	}
	return b.positions[n-1] - 1
}

// start is where the cells of the row in hand begin.
func (b *Batch) start() int {
	if n := len(b.ends); n > 0 {
		return b.ends[n-1]
	}
	return 0
}

// put sets a value in the row in hand, which begins at start. The last value under a name stays, in the first's place.
func (b *Batch) put(start, name int, value float64) {
	at := b.seen[name]
	if at >= start && at < len(b.cells) && b.cells[at].Name == name {
		b.cells[at].Value = value
		return
	}
	b.seen[name] = len(b.cells)
	b.cells = append(b.cells, journal.Cell{Name: name, Value: value})
}

// endRow closes the row in hand. A row without values is none.
func (b *Batch) endRow(time int64, node int) {
	if len(b.cells) == b.start() {
		return
	}
	b.ends = append(b.ends, len(b.cells))
	b.Post.Rows = append(b.Post.Rows, journal.Row{Time: time, Node: node})
}

// addTime moves all rows by base. It cuts off the first row with an impossible time and those after it.
func (b *Batch) addTime(base int64) (fault string) {
	for i := range b.Post.Rows {
		row := &b.Post.Rows[i]
		row.Time += base
		if fault := checkTime(row.Time); fault != "" {
			b.Post.Rows = b.Post.Rows[:i]
			return fault
		}
	}
	return ""
}

func checkTime(t int64) (fault string) {
	if t < 0 || t > maxTime {
		return fmt.Sprintf("Format error, time %d is not between 0 and %d (unix seconds)", t, maxTime)
	}
	return ""
}

func tooMany(limit int) (fault string) {
	return fmt.Sprintf("Format error, more than %d values in one request", limit)
}
