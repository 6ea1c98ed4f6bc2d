package collect

import (
	"context"
	"encoding/binary"
	"math"

	"github.com/weirhq/weir"
)

// Value is one named figure.
type Value struct {
	Name  string
	Value float64
}

// Row is what was sampled at one time: one row of a bulk post.
type Row struct {
	Time   int64 // unix seconds
	Node   string
	Values []Value
}

// Sampler takes the figures of one moment. The collector copies what it is given before it asks again.
type Sampler interface {
	Sample(ctx context.Context) ([]Value, error)
}

// SampleFunc is a function as a Sampler.
type SampleFunc func(ctx context.Context) ([]Value, error)

// Sample calls f.
func (f SampleFunc) Sample(ctx context.Context) ([]Value, error) { return f(ctx) }

// Sender brings rows to whoever keeps them; nil means that they are safe there. The kind of its error says what to
// do: weir.TooLarge: fewer rows; weir.Unavailable or no kind: again soon, with Later not before its time; any other:
// the receiver refuses, again when someone may have mended it.
type Sender interface {
	Send(ctx context.Context, rows []Row) error
}

// SendFunc is a function as a Sender, for a receiver in the same process.
type SendFunc func(ctx context.Context, rows []Row) error

// Send calls f.
func (f SendFunc) Send(ctx context.Context, rows []Row) error { return f(ctx, rows) }

// appendRow encodes a row as a record's payload.
func appendRow(dst []byte, r *Row) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, uint64(r.Time))
	dst = appendText(dst, r.Node)
	dst = binary.AppendUvarint(dst, uint64(len(r.Values)))
	for _, v := range r.Values {
		dst = appendText(dst, v.Name)
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.Value))
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// rowDecoder reads payloads. Names repeat from row to row, so it keeps each once.
type rowDecoder struct {
	names map[string]string
	rest  []byte
}

// decode reads exactly what appendRow wrote.
func (d *rowDecoder) decode(payload []byte) (Row, error) {
	torn := func() (Row, error) { return Row{}, weir.Errorf(weir.Invalid, "a buffered row is cut short") }
	if len(payload) < 8 {
		return torn()
	}
	r := Row{Time: int64(binary.LittleEndian.Uint64(payload))}
	d.rest = payload[8:]
	var ok bool
	if r.Node, ok = d.text(); !ok {
		return torn()
	}
	count, ok := d.uvarint()
	if !ok || count > uint64(len(d.rest)) { // a value takes nine bytes at least
		return torn()
	}
	r.Values = make([]Value, count)
	for i := range r.Values {
		v := &r.Values[i]
		if v.Name, ok = d.text(); !ok || len(d.rest) < 8 {
			return torn()
		}
		v.Value = math.Float64frombits(binary.LittleEndian.Uint64(d.rest))
		d.rest = d.rest[8:]
	}
	if len(d.rest) > 0 {
		return Row{}, weir.Errorf(weir.Invalid, "a buffered row has %d bytes too many", len(d.rest))
	}
	return r, nil
}

func (d *rowDecoder) uvarint() (uint64, bool) {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 {
		return 0, false
	}
	d.rest = d.rest[size:]
	return n, true
}

func (d *rowDecoder) text() (string, bool) {
	n, ok := d.uvarint()
	if !ok || n > uint64(len(d.rest)) {
		return "", false
	}
	raw := d.rest[:n]
	d.rest = d.rest[n:]
	s, known := d.names[string(raw)]
	if !known {
		s = string(raw)
		if d.names == nil || len(d.names) > 1000 {
			d.names = make(map[string]string)
		}
		d.names[s] = s
	}
	return s, true
}
