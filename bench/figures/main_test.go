package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir/bench"
)

func TestReplaceIn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.md")
	page := func(inner string) string { return "# Page\n\n" + beginMark + inner + endMark + "\n\nmore\n" }
	for _, before := range []string{"\n", "\n\nold\n"} {
		if err := os.WriteFile(file, []byte(page(before)), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := replaceIn(file, "new\n")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(page("\n\nnew\n\n"), string(got)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	for _, without := range []string{"", beginMark, endMark + beginMark} {
		if err := os.WriteFile(file, []byte(without), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := replaceIn(file, "new"); err == nil {
			t.Errorf("%q was taken", without)
		}
	}
}

func TestChoose(t *testing.T) {
	all := measurements()
	if got, err := choose(all, ""); err != nil || len(got) != len(all) {
		t.Errorf("all: %d %v", len(got), err)
	}
	if got, err := choose(all, "rest,bulk"); err != nil || len(got) != 2 || got[0].name != "rest" || got[1].name != "bulk" {
		t.Errorf("two: %v %v", got, err)
	}
	if _, err := choose(all, "ingest,speed"); err == nil {
		t.Error("an unknown one was taken")
	}
}

func TestRefusesFlags(t *testing.T) {
	for _, args := range [][]string{{"-runs", "0"}, {"-feedtime", "1s"}, {"-only", "speed"}, {"-out", filepath.Join(t.TempDir(), "missing.md")}, {"-nothing"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}

func TestAddressIn(t *testing.T) {
	for line, want := range map[string]string{
		"weir 1.0 is ready: open http://127.0.0.1:4711 in a browser. Data: data": "http://127.0.0.1:4711",
		"baseline is ready: http://127.0.0.1:4711":                               "http://127.0.0.1:4711",
		"starting": "",
	} {
		if got, ok := addressIn(line); got != want || ok != (want != "") {
			t.Errorf("%s: %q %v", line, got, ok)
		}
	}
}

func TestTogether(t *testing.T) {
	broken := errors.New("broken")
	waits := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	fails := func(context.Context) error { return broken }
	if err := together(t.Context(), waits, fails, waits); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if err := together(t.Context(), func(context.Context) error { return nil }); err != nil {
		t.Errorf("%v", err)
	}
}

func TestClean(t *testing.T) {
	for name, r := range map[string]*bench.Report{"refused": {Requests: 5, Errors: 1}, "nothing": {}} {
		if _, err := clean(r, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := clean(&bench.Report{Requests: 5}, nil); err != nil {
		t.Error(err)
	}
}
