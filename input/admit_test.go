package input_test

import (
	"fmt"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/internal/journal"
)

// post is one row of value 1 under each name.
func post(user weir.UserID, node string, names ...string) *journal.Post {
	p := &journal.Post{User: user, Names: append([]string{node}, names...), Rows: []journal.Row{{Time: 1}}}
	for i := range names {
		p.Rows[0].Cells = append(p.Rows[0].Cells, journal.Cell{Name: i + 1, Value: 1})
	}
	return p
}

func TestAdmitNodes(t *testing.T) {
	c := input.NewCatalogue(input.Default(), &memory{})
	for i := range 32 {
		if rows, err := c.Admit(t.Context(), post(1, fmt.Sprint("n", i), "a")); rows != 1 || err != nil {
			t.Fatalf("node %d: %d rows, %v", i, rows, err)
		}
	}
	const text = "Error: Reached the maximal allowed number of different NodeIds, limit is 32. Node 'x' was ignored."
	rows, err := c.Admit(t.Context(), post(1, "x", "a"))
	wantKind(t, err, weir.TooLarge, text)
	if rows != 0 {
		t.Errorf("%d rows", rows)
	}
	bulk := &journal.Post{User: 1, Names: []string{"n1", "a", "b", "x"}, Rows: []journal.Row{
		{Node: 0, Cells: []journal.Cell{{Name: 1}}},
		{Node: 0, Cells: []journal.Cell{{Name: 2}}},
		{Node: 3, Cells: []journal.Cell{{Name: 1}}},
		{Node: 0, Cells: []journal.Cell{{Name: 1}}},
	}}
	rows, err = c.Admit(t.Context(), bulk)
	wantKind(t, err, weir.TooLarge, text)
	if rows != 2 {
		t.Errorf("%d rows, want the two before node x", rows)
	}
	if rows, err := c.Admit(t.Context(), post(2, "x", "a")); rows != 1 || err != nil {
		t.Errorf("another user: %d rows, %v", rows, err)
	}
}

func TestAdmitCountsWhatIsThere(t *testing.T) {
	store := &memory{}
	cfg := input.Default()
	cfg.MaxNodes, cfg.MaxInputs = 2, 3
	c := input.NewCatalogue(cfg, store)
	admit := func(node string, names ...string) error {
		_, err := c.Admit(t.Context(), post(1, node, names...))
		return err
	}
	for _, node := range []string{"a", "b"} {
		if _, err := c.Resolve(t.Context(), 1, node, "x"); err != nil {
			t.Fatal(err)
		}
	}
	if err := admit("c", "x"); err == nil {
		t.Error("a third node is admitted")
	}
	wantKind(t, admit("a", "x", "y", "z"), weir.TooLarge,
		"Error: Reached the maximal allowed number of inputs, limit is 3. Input 'z' of node 'a' was ignored.")
	if err := admit("a", "x", "y"); err != nil { // the refused row counted nothing
		t.Error(err)
	}
	if err := admit("b", "y"); err == nil {
		t.Error("a fourth input is admitted")
	}
	if _, err := c.Resolve(t.Context(), 1, "a", "y"); err != nil { // what was admitted comes into being, counted once
		t.Fatal(err)
	}
	if n, err := c.Delete(t.Context(), 1, []weir.InputID{1, 3}); n != 2 || err != nil {
		t.Fatalf("deleted %d, %v", n, err)
	}
	if err := admit("c", "x", "y"); err != nil { // node a is gone with its inputs
		t.Error(err)
	}
}

func TestAdmitWithCreationOff(t *testing.T) {
	store := &memory{closed: map[weir.UserID]bool{1: true}}
	cfg := input.Default()
	cfg.MaxNodes = 1
	c := input.NewCatalogue(cfg, store)
	for _, node := range []string{"a", "b", "c"} {
		if rows, err := c.Admit(t.Context(), post(1, node, "x")); rows != 1 || err != nil {
			t.Errorf("node %s: %d rows, %v", node, rows, err)
		}
	}
	store.closed = nil
	if _, err := c.Admit(t.Context(), post(1, "d", "x")); err != nil {
		t.Errorf("what was discarded is counted: %v", err)
	}
}

func TestConfig(t *testing.T) {
	if err := input.Default().Validate(); err != nil {
		t.Error(err)
	}
	for _, break1 := range []func(*input.Config){
		func(c *input.Config) { c.MaxNodes = 0 },
		func(c *input.Config) { c.MaxInputs = -1 },
		func(c *input.Config) { c.MaxValues = 1 << 20 },
		func(c *input.Config) { c.MaxInflated = 1 },
		func(c *input.Config) { c.BatchBytes = journal.MaxEntry + 1 },
		func(c *input.Config) { c.MaxPending = 1 },
		func(c *input.Config) { c.MaxWait = -1 },
	} {
		cfg := input.Default()
		break1(&cfg)
		if err := cfg.Validate(); weir.KindOf(err) != weir.Invalid || err == nil {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}

// BenchmarkAdmit is the hot path: all names are known.
func BenchmarkAdmit(b *testing.B) {
	c := input.NewCatalogue(input.Default(), &memory{})
	bulk := &journal.Post{User: 1}
	for n := range 4 {
		bulk.Names = append(bulk.Names, fmt.Sprint("node", n))
	}
	for n := range 4 {
		bulk.Names = append(bulk.Names, fmt.Sprint("value", n))
	}
	for i := range 1000 {
		row := journal.Row{Time: int64(i), Node: i % 4}
		for n := range 4 {
			row.Cells = append(row.Cells, journal.Cell{Name: 4 + n})
		}
		bulk.Rows = append(bulk.Rows, row)
	}
	for name, p := range map[string]*journal.Post{"row": post(1, "node0", "value0", "value1"), "1000 rows of 4 nodes": bulk} {
		if _, err := c.Admit(b.Context(), p); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					_, _ = c.Admit(b.Context(), p)
				}
			})
		})
	}
}
