package process_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir/process"
)

// The table of steps in the documentation is that of the registry.
func TestDocumentedSteps(t *testing.T) {
	const name = "../docs/processes.md"
	const begin, end = "<!-- steps: written by go test ./process -update -->\n", "<!-- end of steps -->"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), begin)
	got, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has lost the marks around its table", name)
	}
	want := stepTable()
	if *update {
		if err := os.WriteFile(name, []byte(head+begin+want+end+tail), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("run go test ./process -update (-want +got):\n%s", diff)
	}
}

func stepTable() string {
	args := map[process.ArgType]string{process.ArgValue: "number", process.ArgInput: "input", process.ArgFeed: "feed", process.ArgNone: "–"}
	var b strings.Builder
	b.WriteString("| number | key | name | argument | where | what it does |\n|---|---|---|---|---|---|\n")
	for _, s := range process.All() {
		where := "i"
		if s.Virtual {
			where = "i v"
		}
		mark := strings.NewReplacer("*", `\*`, "|", `\|`)
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s |\n", s.ID, strings.TrimPrefix(s.Key, "process__"), mark.Replace(s.Name),
			args[s.Arg().Type], where, mark.Replace(s.Description))
	}
	return b.String()
}
