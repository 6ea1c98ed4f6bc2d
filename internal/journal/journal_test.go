package journal_test

import (
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/journal"
)

var update = flag.Bool("update", false, "rewrite golden files")

// keep copies what it is handed, because the decoder uses its memory again.
type keep struct {
	got  []any
	fail error
}

func (k *keep) Post(p *journal.Post) error {
	c := journal.Post{User: p.User, Names: slices.Clone(p.Names)}
	for _, r := range p.Rows {
		c.Rows = append(c.Rows, journal.Row{Time: r.Time, Node: r.Node, Cells: slices.Clone(r.Cells)})
	}
	return k.add(c)
}

func (k *keep) Points(p *journal.Points) error {
	c := *p
	c.Samples = slices.Clone(p.Samples)
	return k.add(c)
}

func (k *keep) Clear(c *journal.Clear) error { return k.add(*c) }
func (k *keep) Drop(d *journal.Drop) error   { return k.add(*d) }

func (k *keep) add(v any) error {
	k.got = append(k.got, v)
	return k.fail
}

// sameBits compares floats by their bits: a missing value keeps its own.
var sameBits = cmp.Options{
	cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }),
	cmpopts.EquateEmpty(),
}

func encode(entries ...any) []byte {
	msg := journal.AppendHeader(nil)
	for _, e := range entries {
		switch e := e.(type) {
		case journal.Post:
			msg = journal.AppendPost(msg, &e)
		case journal.Points:
			msg = journal.AppendPoints(msg, &e)
		case journal.Clear:
			msg = journal.AppendClear(msg, &e)
		case journal.Drop:
			msg = journal.AppendDrop(msg, &e)
		}
	}
	return msg
}

func examples() []any {
	return []any{
		journal.Post{User: 7, Names: []string{"emontx", "power1", "power2"}, Rows: []journal.Row{
			{Time: 1700000000, Node: 0, Cells: []journal.Cell{{1, 100}, {2, -2.5}}},
			{Time: 1700000010, Node: 0, Cells: []journal.Cell{{1, 101}, {2, math.NaN()}}},
			{Time: 1699999990, Node: 1, Cells: []journal.Cell{{0, 1e300}}},
		}},
		journal.Points{User: 7, Feed: 300, Join: true, Samples: []weir.Sample{{Time: 1700000000, Value: 1}, {Time: 0, Value: math.Inf(1)}}},
		journal.Clear{User: 7, Feed: 300},
		journal.Drop{User: 1 << 40, Feed: 1 << 41},
	}
}

// The golden file holds what version 1 writes. It is never changed: later versions get files of their own.
func TestGolden(t *testing.T) {
	name := filepath.Join("testdata", "v1.bin")
	msg := encode(examples()...)
	if *update {
		if err := os.WriteFile(name, msg, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, msg); diff != "" {
		t.Errorf("encoding changed (-want +got):\n%s", diff)
	}
	var d journal.Decoder
	var k keep
	if err := d.Decode(want, &k); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(examples(), k.got, sameBits); diff != "" {
		t.Errorf("decoding changed (-want +got):\n%s", diff)
	}
}

func TestRoundTrip(t *testing.T) {
	var d journal.Decoder // one for all: what an earlier message left in its memory must not show
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(entry), 0, 4).Draw(t, "entries")
		var k keep
		if err := d.Decode(encode(want...), &k); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, k.got, sameBits); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
	})
}

func entry(t *rapid.T) any {
	user := weir.UserID(rapid.Int64Range(0, math.MaxInt64).Draw(t, "user"))
	feed := weir.FeedID(rapid.Int64Range(0, math.MaxInt64).Draw(t, "feed"))
	value := rapid.Map(rapid.Uint64(), math.Float64frombits)
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return post(t, user, value)
	case 1:
		p := journal.Points{User: user, Feed: feed, Join: rapid.Bool().Draw(t, "join")}
		for range rapid.IntRange(0, 5).Draw(t, "samples") {
			p.Samples = append(p.Samples, weir.Sample{Time: rapid.Int64().Draw(t, "time"), Value: value.Draw(t, "value")})
		}
		return p
	case 2:
		return journal.Clear{User: user, Feed: feed}
	default:
		return journal.Drop{User: user, Feed: feed}
	}
}

func post(t *rapid.T, user weir.UserID, value *rapid.Generator[float64]) journal.Post {
	p := journal.Post{User: user, Names: rapid.SliceOfN(rapid.String(), 1, 6).Draw(t, "names")}
	place := rapid.IntRange(0, len(p.Names)-1)
	for range rapid.IntRange(0, 6).Draw(t, "rows") {
		row := journal.Row{Time: rapid.Int64().Draw(t, "time"), Node: place.Draw(t, "node")}
		if n := len(p.Rows); n > 0 && rapid.Bool().Draw(t, "same shape") {
			row.Node = p.Rows[n-1].Node
			for _, c := range p.Rows[n-1].Cells {
				row.Cells = append(row.Cells, journal.Cell{Name: c.Name, Value: value.Draw(t, "value")})
			}
		} else {
			for range rapid.IntRange(0, 5).Draw(t, "cells") {
				row.Cells = append(row.Cells, journal.Cell{Name: place.Draw(t, "name"), Value: value.Draw(t, "value")})
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func TestDamagedEntryIsSteppedOver(t *testing.T) {
	first := encode(journal.Clear{User: 1, Feed: 2})
	msg := encode(journal.Clear{User: 1, Feed: 2}, journal.Drop{User: 3, Feed: 4})
	msg[len(first)-1] = 0x80 // the first entry's last varint does not end
	var d journal.Decoder
	var k keep
	err := d.Decode(msg, &k)
	if weir.KindOf(err) != weir.Invalid || !strings.Contains(err.Error(), "entry 1 (kind 3, 2 bytes) is damaged") {
		t.Errorf("got error %v", err)
	}
	if diff := cmp.Diff([]any{journal.Drop{User: 3, Feed: 4}}, k.got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestUnreadableMessages(t *testing.T) {
	whole := encode(examples()...)
	for name, c := range map[string]struct {
		msg  []byte
		want string
	}{
		"empty":        {nil, "not a journal message"},
		"other magic":  {[]byte{1, 1}, "not a journal message"},
		"cut prefix":   {whole[:3], "entry 1 is cut short"},
		"cut body":     {whole[:len(whole)-1], "entry 4 is cut short"},
		"unknown kind": {[]byte{0xDB, 1, 99, 0, 0, 0}, "entry 1 (kind 99"},
		"many names":   {[]byte{0xDB, 1, 1, 4, 0, 0, 1, 0xFF, 0xFF, 0x03}, "is damaged"},
		"rest in body": {[]byte{0xDB, 1, 3, 3, 0, 0, 1, 2, 3}, "is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			var d journal.Decoder
			err := d.Decode(c.msg, &keep{})
			if weir.KindOf(err) != weir.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want Invalid with %q", err, c.want)
			}
		})
	}
}

func TestNewerVersionIsNotDamage(t *testing.T) {
	var d journal.Decoder
	err := d.Decode([]byte{0xDB, 9}, &keep{})
	if !errors.Is(err, journal.ErrVersion) || !strings.Contains(err.Error(), "has version 9, this program reads 1") {
		t.Errorf("got %v", err)
	}
}

func TestHandlerErrorEndsDecode(t *testing.T) {
	stop := errors.New("stop")
	k := keep{fail: stop}
	var d journal.Decoder
	if err := d.Decode(encode(examples()...), &k); !errors.Is(err, stop) || len(k.got) != 1 {
		t.Errorf("got %v after %d entries, want stop after 1", err, len(k.got))
	}
}

func TestSplit(t *testing.T) {
	p := bulk(40000, 4)
	parts, err := journal.Split(&p)
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) < 2 {
		t.Fatalf("%d parts", len(parts))
	}
	var rows []journal.Row
	for i := range parts {
		if n := len(journal.AppendPost(nil, &parts[i])); n > journal.MaxEntry {
			t.Errorf("part %d has %d bytes", i, n)
		}
		rows = append(rows, parts[i].Rows...)
	}
	if diff := cmp.Diff(p.Rows, rows); diff != "" {
		t.Error("the parts together are not the post")
	}

	small := bulk(1, 1)
	if parts, err := journal.Split(&small); err != nil || len(parts) != 1 {
		t.Errorf("small post: %d parts, %v", len(parts), err)
	}
	wide := bulk(1, 60000)
	if _, err := journal.Split(&wide); weir.KindOf(err) != weir.TooLarge {
		t.Errorf("a row that fits nowhere: %v", err)
	}
}

func bulk(rows, cells int) journal.Post {
	p := journal.Post{User: 1, Names: []string{"node"}}
	for c := range cells {
		p.Names = append(p.Names, strings.Repeat("n", c%50))
	}
	for r := range rows {
		row := journal.Row{Time: 1700000000 + int64(r)*10, Cells: make([]journal.Cell, cells)}
		for c := range cells {
			row.Cells[c] = journal.Cell{Name: c + 1, Value: float64(r * c)}
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(examples()...))
	f.Add(encode(bulk(3, 2)))
	f.Add([]byte{0xDB, 1, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, msg []byte) {
		var d journal.Decoder
		var k keep
		_ = d.Decode(msg, &k)
		// What could be read can be written and read again.
		var again keep
		if err := d.Decode(encode(k.got...), &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(k.got, again.got, sameBits); diff != "" {
			t.Fatalf("-first +second:\n%s", diff)
		}
	})
}

type ignore struct{}

func (ignore) Post(*journal.Post) error     { return nil }
func (ignore) Points(*journal.Points) error { return nil }
func (ignore) Clear(*journal.Clear) error   { return nil }
func (ignore) Drop(*journal.Drop) error     { return nil }

func TestSteadyStateAllocatesNothing(t *testing.T) {
	msg := encode(bulk(100, 4), examples()[0], examples()[1])
	var d journal.Decoder
	if n := testing.AllocsPerRun(100, func() { _ = d.Decode(msg, ignore{}) }); n > 0 {
		t.Errorf("%v allocations a message", n)
	}
}

func benchmark(b *testing.B, p journal.Post) {
	msg := encode(p)
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(msg)))
		var buf []byte
		for b.Loop() {
			buf = journal.AppendPost(buf[:0], &p)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(msg)))
		var d journal.Decoder
		for b.Loop() {
			if err := d.Decode(msg, ignore{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPost3(b *testing.B)    { benchmark(b, bulk(1, 3)) }
func BenchmarkBulk1000(b *testing.B) { benchmark(b, bulk(1000, 4)) }
