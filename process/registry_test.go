package process_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir/process"
)

func TestRegistry(t *testing.T) {
	// What the emoncms.org service offers, and 65.
	want := map[int]bool{65: true}
	for _, id := range []int{1, 2, 3, 4, 5, 6, 11, 12, 14, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34} {
		want[id] = true
	}
	got := make(map[int]bool)
	for _, s := range process.All() {
		if got[s.ID] {
			t.Errorf("number %d is given twice", s.ID)
		}
		got[s.ID] = true
		bare := strings.TrimPrefix(s.Key, "process__")
		for _, key := range []string{strconv.Itoa(s.ID), s.Key, bare} {
			if process.Find(key) != s {
				t.Errorf("%s is not found as %q", s.Key, key)
			}
		}
		if process.ByID(s.ID) != s || s.Name == "" || s.Short == "" || s.Group == "" || s.Description == "" {
			t.Errorf("%s is not whole", s.Key)
		}
		if !s.Input && !s.Virtual || s.In(process.ForInput) != s.Input || s.In(process.ForVirtual) != s.Virtual {
			t.Errorf("%s: contexts", s.Key)
		}
		if (s.Arg().Type == process.ArgFeed) != (len(s.Arg().Engines) > 0) {
			t.Errorf("%s: engines %v", s.Key, s.Arg().Engines)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, key := range []string{"", "0", "67", "schedule__scale", "process__", "Scale"} {
		if s := process.Find(key); s != nil {
			t.Errorf("%q is %s", key, s.Key)
		}
	}
}

func TestListJSON(t *testing.T) {
	got, err := process.ListJSON(func(s *process.Step) bool { return s.ID == 1 || s.ID == 2 || s.ID == 24 })
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("testdata", "list.json")
	if *update {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
	all, err := process.ListJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	var list map[string]any
	if err := json.Unmarshal(all, &list); err != nil || len(list) != len(process.All()) {
		t.Errorf("%d steps, %v", len(list), err)
	}
	var keys map[string]string
	if err := json.Unmarshal(process.MapJSON(), &keys); err != nil || len(keys) != len(process.All()) || keys["1"] != "process__log_to_feed" {
		t.Errorf("%v, %v", keys, err)
	}
}
