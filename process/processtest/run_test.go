package processtest

import (
	"strings"
	"testing"

	"github.com/weirhq/weir/internal/durable"
)

// A case that does not hold says so, with the line, what came and what was wanted.
func TestMismatchIsTold(t *testing.T) {
	c, err := Parse("case", `list a 1:raw
input a: 5 at 0s, null at 10s
expect feed raw 5 at 0s
expect feed raw 6 at 0s, null at 10s
expect feed raw has 5 at 5s
expect feed raw nothing
expect input a 5 at 0s
expect feed raw 5.1 at 0s, null at 10s (±0.2)
clear raw
expect feed raw nothing`)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := durable.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dir.Close() }()
	r := &runner{c: c, store: NewModel(), log: NewLog(), inputs: NewInputs(), fs: dir}
	got := strings.Split(r.run(t.Context(), send).Error(), "\n")
	want := []string{
		"case, line 3: feed raw", "\tgot  5 at 0s, null at 10s", "\twant 5 at 0s",
		"case, line 4: feed raw", "\tgot  5 at 0s, null at 10s", "\twant 6 at 0s, null at 10s",
		"case, line 5: feed raw", "\tgot  nothing", "\twant 5 at 5s",
		"case, line 6: feed raw", "\tgot  5 at 0s, null at 10s", "\twant nothing",
		"case, line 7: input a", "\tgot  null at 10s", "\twant 5 at 0s",
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}
