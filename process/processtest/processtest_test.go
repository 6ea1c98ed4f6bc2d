package processtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/process/processtest"
)

func newModel(*testing.T) processtest.Store { return processtest.NewModel() }

func TestCases(t *testing.T) { processtest.RunFiles(t, "testdata/*.txt", newModel) }

// Every kind of step stands in the list of some case.
func TestEveryStepHasACase(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txt")
	used := make(map[*process.Step]bool)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			words := strings.SplitN(strings.TrimSpace(line), " ", 3)
			if words[0] != "list" || len(words) < 3 {
				continue
			}
			list, err := process.ParseText(words[2])
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				used[e.Step()] = true
			}
		}
	}
	for _, s := range process.All() {
		if !used[s] {
			t.Errorf("no case uses %s", s.Key)
		}
	}
}

func TestParseErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"hello":                              `line 1: "hello" is no statement`,
		"\n\nresend twice":                   "line 3: resend takes nothing behind it",
		"zone Nowhere/Else":                  `line 1: zone "Nowhere/Else" is not known`,
		"start tomorrow":                     `line 1: start "tomorrow" is not a local time`,
		"feed kwh":                           "line 1: want: feed NAME fixed SECONDS",
		"feed kwh fixed 0":                   `line 1: the interval "0" is not a number of seconds`,
		"list a ,":                           "line 1: Missing process key in process list at index 0",
		"list a,b 1:x":                       "line 1: want: list INPUT STEPS",
		"input a 5 at 0s":                    "line 1: want: NAME: VALUE at TIME",
		"input a: 5":                         `line 1: want VALUE at TIME, not "5"`,
		"input a: x at 0s":                   `line 1: "x" is not a number`,
		"input a: 5 at noon":                 `line 1: "noon" is not a time`,
		"input a: 5 at 10":                   `line 1: "10" is not a time`,
		"post 0s a 5":                        "line 1: want: post TIME: INPUT VALUE",
		"post 0s: a":                         "line 1: want INPUT VALUE",
		"clear":                              "line 1: want: clear FEED",
		"expect feed":                        "line 1: want: expect feed|input NAME",
		"expect dog a 5 at 0s":               `line 1: expect what of a "dog"`,
		"expect input a 5 at 0s, 6 at 1s":    "line 1: an input has one newest sample",
		"expect feed a 5 at 0s (±x)":         "line 1: (±x) is not a number in brackets",
		"input a: 5 at 0s # fine\nexpect it": "line 2: want: expect",
	} {
		_, err := processtest.Parse("case", text)
		if weir.KindOf(err) != weir.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.txt")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = processtest.Parse("fuzz", text) // must not panic
	})
}
