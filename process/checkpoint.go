package process

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

const (
	checkpointFile    = "checkpoint"
	checkpointMagic   = "WCKP"
	checkpointVersion = 1

	flagClean = 1 // the worker was closed: the files hold nothing beyond this state
)

// checkpoint is the content of the file. inputs and feeds are in their own forms.
type checkpoint struct {
	clean    bool
	position uint64
	inputs   []byte
	feeds    []byte
}

func (c *checkpoint) seal() []byte {
	var b []byte
	if c.clean {
		b = append(b, flagClean)
	} else {
		b = append(b, 0)
	}
	b = binary.LittleEndian.AppendUint64(b, c.position)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(c.inputs)))
	b = append(b, c.inputs...)
	b = append(b, c.feeds...)
	return durable.Seal(checkpointMagic, checkpointVersion, b)
}

func openCheckpoint(data []byte) (*checkpoint, error) {
	version, b, err := durable.Open(checkpointMagic, data)
	if err != nil {
		return nil, err
	}
	if version != checkpointVersion {
		return nil, weir.Errorf(weir.Conflict, "it has version %d, this program reads %d: run the version that wrote it", version, checkpointVersion)
	}
	const head = 1 + 8 + 8
	if len(b) < head {
		return nil, weir.Errorf(weir.Invalid, "its payload has %d bytes", len(b))
	}
	n := binary.LittleEndian.Uint64(b[9:])
	if n > uint64(len(b)-head) {
		return nil, weir.Errorf(weir.Invalid, "its inputs should take %d bytes of %d", n, len(b)-head)
	}
	return &checkpoint{
		clean:    b[0]&flagClean != 0,
		position: binary.LittleEndian.Uint64(b[1:]),
		inputs:   b[head : head+n],
		feeds:    b[head+n:],
	}, nil
}

// appendTo writes the state of users in order of ids: the same state gives the same bytes.
func (s *state) appendTo(b []byte) []byte {
	users := slices.SortedFunc(maps.Values(s.users), func(x, y *user) int { return cmp.Compare(x.id, y.id) })
	b = binary.AppendUvarint(b, uint64(len(users)))
	for _, u := range users {
		inputs := make([]*live, 0, len(u.inputs))
		for _, l := range u.inputs {
			if l.known || len(l.memories) > 0 {
				inputs = append(inputs, l)
			}
		}
		slices.SortFunc(inputs, func(x, y *live) int { return cmp.Compare(x.id, y.id) })
		b = binary.AppendUvarint(b, uint64(u.id))
		b = binary.AppendUvarint(b, uint64(len(inputs)))
		for _, l := range inputs {
			b = l.appendTo(b)
		}
	}
	return b
}

func (l *live) appendTo(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(l.id))
	b = appendSample(b, l.known, l.sample)
	b = binary.AppendUvarint(b, uint64(len(l.memories)))
	for _, m := range l.memories {
		b = binary.AppendUvarint(b, uint64(m.step))
		b = binary.AppendUvarint(b, uint64(m.feed))
		b = appendSample(b, m.set, m.last)
	}
	return b
}

func appendSample(b []byte, set bool, s weir.Sample) []byte {
	if !set {
		return append(b, 0)
	}
	b = append(b, 1)
	b = binary.AppendVarint(b, s.Time)
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(s.Value))
}

// readState is the reverse of appendTo.
func readState(b []byte) (*state, error) {
	r := reader{rest: b}
	s := newState()
	for range r.count() {
		u := s.user(weir.UserID(r.uvarint()))
		for range r.count() {
			l := u.input(weir.InputID(r.uvarint()))
			l.known, l.sample = r.sample()
			for range r.count() {
				m := &memory{step: int(r.uvarint()), feed: weir.FeedID(r.uvarint())}
				m.set, m.last = r.sample()
				l.memories = append(l.memories, m)
			}
		}
	}
	if r.bad || len(r.rest) > 0 {
		return nil, weir.Errorf(weir.Invalid, "its inputs cannot be read")
	}
	return s, nil
}

// reader takes numbers from bytes. After a fault it gives zeros and stays bad.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	return v * r.skip(n)
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.rest)
	return v * int64(r.skip(n))
}

// skip steps over n bytes and gives 1, or 0 after a fault.
func (r *reader) skip(n int) uint64 {
	if n <= 0 || n > len(r.rest) {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return 1
}

// count is a number of things that take a byte each at least.
func (r *reader) count() uint64 {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	return n
}

func (r *reader) sample() (set bool, s weir.Sample) {
	if len(r.rest) == 0 {
		r.bad = true
		return false, s
	}
	set = r.rest[0] == 1
	r.rest = r.rest[1:]
	if !set {
		return false, s
	}
	s.Time = r.varint()
	if len(r.rest) < 8 {
		r.bad, r.rest = true, nil
		return set, s
	}
	s.Value = math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
	r.rest = r.rest[8:]
	return set, s
}
