package feed

import (
	"encoding/binary"
	"math"

	"github.com/weirhq/weir"
)

const stateVersion = 1

// state is what a writer keeps in the checkpoint of its block.
type state struct {
	writer uint64        // tells its frames in the ahead file from those of others
	mark   uint64        // the newest frame of the ahead file
	drops  []weir.FeedID // dropped, but their files not removed yet
	feeds  []record      // ascending by feed
}

// record is what is kept of one feed.
type record struct {
	feed   weir.FeedID
	engine weir.EngineID
	last   newest
	extent Extent // of its files
}

// The flags of a record; the engine stands between them.
const (
	flagKnown   = 1
	engineShift = 1
	flagCleared = 1 << 7
)

func appendState(b []byte, s state) []byte {
	b = append(b, stateVersion)
	b = binary.AppendUvarint(b, s.writer)
	b = binary.AppendUvarint(b, s.mark)
	b = binary.AppendUvarint(b, uint64(len(s.drops)))
	for _, id := range s.drops {
		b = binary.AppendUvarint(b, uint64(id))
	}
	b = binary.AppendUvarint(b, uint64(len(s.feeds)))
	var previous weir.FeedID
	for _, r := range s.feeds {
		b = binary.AppendUvarint(b, uint64(r.feed-previous))
		previous = r.feed
		flags := byte(r.engine) << engineShift
		if r.last.known {
			flags |= flagKnown
		}
		if r.last.cleared {
			flags |= flagCleared
		}
		b = append(b, flags)
		if r.last.known || r.last.cleared {
			b = binary.AppendUvarint(b, uint64(r.last.Time))
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(r.last.Value))
		}
		b = appendExtent(b, r.extent)
	}
	return b
}

func decodeState(b []byte) (state, error) {
	var s state
	if len(b) == 0 {
		return s, nil
	}
	if b[0] != stateVersion {
		return s, weir.Errorf(weir.Invalid, "the state of feeds has version %d, this weir knows %d: use the version that wrote it, or a later one", b[0], stateVersion)
	}
	d := decoder{rest: b[1:]}
	s.writer = d.uvarint()
	s.mark = d.uvarint()
	for range d.count(1) {
		s.drops = append(s.drops, weir.FeedID(d.uvarint()))
	}
	var previous weir.FeedID
	for range d.count(3) {
		r := record{feed: previous + weir.FeedID(d.uvarint())}
		if r.feed <= previous {
			d.bad = true
			break
		}
		previous = r.feed
		flags := d.byte()
		r.engine = weir.EngineID(flags &^ flagCleared >> engineShift)
		r.last.known, r.last.cleared = flags&flagKnown != 0, flags&flagCleared != 0
		if r.last.known || r.last.cleared {
			r.last.Sample = weir.Sample{Time: int64(d.uvarint()), Value: math.Float64frombits(d.uint64())}
		}
		r.extent = d.extent()
		s.feeds = append(s.feeds, r)
	}
	if d.bad || len(d.rest) > 0 {
		return state{}, weir.Errorf(weir.Invalid, "the state of feeds is damaged")
	}
	return s, nil
}

// decoder reads what the append functions wrote. After something unreadable it gives zeros and stays bad.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) fail() {
	d.bad = true
	d.rest = nil
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// count reads how many things of at least size bytes follow.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.rest)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) take(n int) []byte {
	if len(d.rest) < n {
		d.fail()
		return make([]byte, n)
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) byte() byte     { return d.take(1)[0] }
func (d *decoder) uint64() uint64 { return binary.LittleEndian.Uint64(d.take(8)) }

func (d *decoder) extent() Extent {
	e := Extent{Points: int64(d.uvarint())}
	if e.Points == 0 {
		return e
	}
	e.Start, e.End = int64(d.uvarint()), int64(d.uvarint())
	e.Tail = binary.LittleEndian.Uint32(d.take(4))
	if e.Points < 0 || e.Start < 0 || e.End < e.Start {
		d.fail()
	}
	return e
}
