package process_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
)

func TestTextForm(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "",
		"1:12,2:0.1":                             "1:12,2:0.1",
		" 1:12 , 2:0.1 ":                         "1:12,2:0.1",
		"24:0":                                   "24:0",
		"24:":                                    "24:",
		"24":                                     "24:0",
		"process__scale:0.1":                     "2:0.1",
		"log_to_feed:12":                         "1:12",
		"67:5,1:2":                               "67:5,1:2",
		"process__error_found:0,1:2":             "process__error_found:0,1:2",
		"eventp__ifrategtequalskip:5,71:15:9,99": "eventp__ifrategtequalskip:5,71:15:9,99",
		"schedule__if_not_schedule_zero:3":       "schedule__if_not_schedule_zero:3",
	} {
		list, err := process.ParseText(in)
		if err != nil || list.String() != want {
			t.Errorf("%q: %q, %v; want %q", in, list, err, want)
		}
	}
	for _, in := range []string{",", "1:2,", ":5", "1:2,:3"} {
		if _, err := process.ParseText(in); weir.KindOf(err) != weir.Invalid {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestTextFormKeepsWhatItReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Za-z0-9_./ {}-]*[a-z0-9]`)
		var parts []string
		for range rapid.IntRange(0, 5).Draw(t, "entries") {
			key := rapid.StringMatching(`[7-9][0-9]|[a-z]+__[a-z]+`).Draw(t, "key") // none that is known by another name
			parts = append(parts, strings.Join(append([]string{key}, rapid.SliceOfN(word, 0, 3).Draw(t, "args")...), ":"))
		}
		text := strings.Join(parts, ",")
		list, err := process.ParseText(text)
		if err != nil || strings.ReplaceAll(list.String(), " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Fatalf("%q became %q (%v)", text, list, err)
		}
	})
}

func TestJSONForm(t *testing.T) {
	for in, want := range map[string]string{
		`[{"fn":"process__log_to_feed","args":[12]},{"fn":"process__scale","args":[0.1]}]`: "1:12,2:0.1",
		`[{"fn":"log_to_feed","args":["12"]}]`:                                             "1:12",
		`[{"fn":"process__allowpositive","args":[0]}]`:                                     "24:0",
		`[{"fn":"process__allowpositive","args":[""]}]`:                                    "24:",
		`[{"fn":"process__allowpositive","args":[]}]`:                                      "24:0",
		` [] `:                    "",
		`1:12,process__scale:0.1`: "1:12,2:0.1",
		``:                        "",
	} {
		list, err := process.Parse([]byte(in))
		if err != nil || list.String() != want {
			t.Errorf("%s: %q, %v; want %q", in, list, err, want)
		}
	}
}

func TestJSONFormRefused(t *testing.T) {
	for in, want := range map[string]string{
		`1:12,2:0.1`:                "Invalid process list format: ",
		`[{"fn":`:                   "Invalid process list format: ",
		``:                          "Invalid process list format: ",
		`5`:                         "Process list must be an array",
		`"1:12"`:                    "Process list must be an array",
		`{"fn":"process__scale"}`:   "Process list must be an array",
		`null`:                      "Process list must be an array",
		`[5]`:                       "Missing process key in process list at index 0",
		`[null]`:                    "Missing process key in process list at index 0",
		`[{"args":[1]}]`:            "Missing process key in process list at index 0",
		`[{"fn":"process__scale"}]`: "Invalid or missing args in process list at index 0",
		`[{"fn":"process__scale","args":[1]},{"fn":"process__scale","args":1}]`: "Invalid or missing args in process list at index 1",
		`[{"fn":"process__nothing","args":[1]}]`:                                "Invalid process process key:process__nothing",
		`[{"fn":"2","args":[1]}]`:                                               "Invalid process process key:2",
		`[{"fn":2,"args":[1]}]`:                                                 "Invalid process process key:2",
	} {
		if _, err := process.ParseJSON([]byte(in)); weir.KindOf(err) != weir.Invalid || weir.Message(err) != want {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

// owner has feed 12 and input 3.
type owner struct{}

func (owner) HasFeed(id weir.FeedID) bool   { return id == 12 }
func (owner) HasInput(id weir.InputID) bool { return id == 3 }

func TestValidate(t *testing.T) {
	for text, want := range map[string]string{
		"1:12,2:0.1,11:3,24:0,24:,24": "",
		"2:-1.5e-3":                   "",
		"1:13":                        "Invalid feed",
		"1:x":                         "Invalid feed",
		"1:-12":                       "Invalid feed",
		"1:":                          "Invalid feed",
		"11:4":                        "Invalid input",
		"2:abc":                       "Value is not numeric",
		"2:":                          "Value is not numeric",
		"2:NaN":                       "Value is not numeric",
		"2:0x10":                      "Value is not numeric",
		"2:1:2":                       "Invalid number of arguments for process: process__scale",
		"2":                           "Invalid number of arguments for process: process__scale",
		"24:0:0":                      "Invalid number of arguments for process: process__allowpositive",
		"24:hello":                    "Invalid characters in arg",
		"67:5":                        "Invalid process process key:67",
		"process__error_found:0":      "Invalid process process key:process__error_found",
	} {
		list, err := process.ParseText(text)
		if err != nil {
			t.Fatal(err)
		}
		err = process.Validate(list, process.ForInput, owner{})
		if want == "" && err != nil || want != "" && weir.Message(err) != want {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	long, _ := process.ParseText(strings.Repeat("2:1,", 200) + "2:1")
	if err := process.Validate(long[1:], process.ForInput, owner{}); err != nil {
		t.Errorf("200 steps: %v", err)
	}
	if err := process.Validate(long, process.ForInput, owner{}); weir.Message(err) != "A process list may have at most 200 steps, this one has 201" {
		t.Errorf("201 steps: %v", err)
	}
	list, _ := process.ParseText("1:12")
	if err := process.Validate(list, process.ForVirtual, owner{}); weir.Message(err) != "Invalid process process key:1" {
		t.Errorf("log to feed in a virtual feed: %v", err)
	}
	list, _ = process.ParseText("2:3,24:")
	if err := process.Validate(list, process.ForVirtual, owner{}); err != nil {
		t.Error(err)
	}
}

func TestRefsAndNormal(t *testing.T) {
	list, _ := process.ParseText("1:12,4:13,11:3,1:12,2:0.10,67:9,3:1e30,24:")
	if diff := cmp.Diff([]weir.FeedID{12, 13}, list.Feeds()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]weir.InputID{3}, list.Inputs()); diff != "" {
		t.Error(diff)
	}
	if got := list.Normal().String(); got != "1:12,4:13,11:3,1:12,2:0.1,67:9,3:1e+30,24:" {
		t.Error(got)
	}
}

func TestFault(t *testing.T) {
	for text, want := range map[string]struct {
		at     int
		reason string
	}{
		"":                            {0, ""},
		"1:12,2:0.1":                  {2, ""},
		"1:12,67:5,1:12":              {1, `unknown process "67"`},
		"process__error_found:0,1:12": {0, `unknown process "process__error_found"`},
		"2:x":                         {0, "process__scale needs a number"},
		"1:12,4:":                     {1, "process__power_to_kwh needs the id of a feed"},
		"11:0":                        {0, "process__add_input needs the id of an input"},
	} {
		list, err := process.ParseText(text)
		if err != nil {
			t.Fatal(err)
		}
		if at, reason := list.Fault(); at != want.at || reason != want.reason {
			t.Errorf("%q: %d %q", text, at, reason)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1:12,2:0.1", `[{"fn":"process__scale","args":[0.1]}]`, "[]", ",", "24:", `[{"fn":"scale","args":[{"a":1}]}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := process.Parse(data)
		if err != nil {
			return
		}
		_ = process.Validate(list, process.ForInput, owner{})
		_, _ = list.Fault()
		process.Preview(list, weir.Sample{Value: 1}, process.Env{})
		again, err := process.ParseText(list.String())
		if _, ok := process.ParseJSON(data); ok == nil {
			return // an argument from JSON may hold what the text form uses as a mark: Validate refuses it
		}
		if err != nil || cmp.Diff(list.String(), again.String(), cmpopts.EquateEmpty()) != "" {
			t.Fatalf("%q became %q, then %q (%v)", data, list, again, err)
		}
	})
}
