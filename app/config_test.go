package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/app"
)

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "weir.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestLaterSourcesWin(t *testing.T) {
	file := write(t, "data: fromfile\nbus:\n  sync: never\n  max_bytes: 999999999\nweb:\n  trusted_proxies: [10.0.0.1]\n")
	environ := []string{"WEIR_BUS_SYNC=always", "WEIR_WATCH_EVERY=30s", "WEIR_LOG_LEVEL=debug", "WEIR_COLLECT_KEY=not ours", "HOME=/x", "WEIR_DATA="}
	flags := []app.Setting{{Name: "watch.every", Value: "1m", From: "--set"}, {Name: "web.trusted_proxies", Value: "10.0.0.2,10.0.0.3", From: "--set"}}
	cfg, err := app.Load(file, environ, flags)
	if err != nil {
		t.Fatal(err)
	}
	want := app.Default()
	want.Data, want.Bus.Sync, want.Bus.MaxBytes, want.Watch.Every, want.Log.Level = "fromfile", "always", 999999999, time.Minute, "debug"
	want.Web.TrustedProxies = []string{"10.0.0.2", "10.0.0.3"}
	if diff := cmp.Diff(want, cfg); diff != "" {
		t.Error(diff)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		environ []string
		flags   []app.Setting
		want    []string
	}{
		"unknown key":       {file: "data: x\nbus:\n  synch: always\n", want: []string{"[3:3]", `"synch"`}},
		"wrong type":        {file: "bus:\n  max_bytes: many\n", want: []string{"[2:", "many"}},
		"no YAML":           {file: "data: [\n", want: []string{"[1:"}},
		"level in the file": {file: "log:\n  level: loud\n", want: []string{"log.level", "loud", "debug, info"}},
		"wrong value":       {file: "web:\n  body_limit: 0\n", want: []string{"body_limit"}},
		"unknown variable":  {environ: []string{"WEIR_DATTA=x"}, want: []string{"WEIR_DATTA", "weir config print"}},
		"variable's value":  {environ: []string{"WEIR_WATCH_SELF=perhaps"}, want: []string{"WEIR_WATCH_SELF", "watch.self", "true or false"}},
		"unknown flag":      {flags: []app.Setting{{Name: "bus", Value: "x", From: "--set"}}, want: []string{"--set", `"bus"`}},
		"number":            {flags: []app.Setting{{Name: "feed.max_points", Value: "1e3", From: "--set"}}, want: []string{"feed.max_points", "whole number"}},
		"log level":         {flags: []app.Setting{{Name: "log.level", Value: "loud", From: "--log-level"}}, want: []string{"log.level", "loud", "debug, info"}},
		"no address":        {environ: []string{"WEIR_WEB_LISTEN=8080"}, want: []string{"listen", `"8080"`, "host:port"}},
		"no port":           {environ: []string{"WEIR_WEB_LISTEN=127.0.0.1:99999"}, want: []string{"listen", "host:port"}},
		"no data folder":    {flags: []app.Setting{{Name: "data", Value: "", From: "--data"}}, want: []string{"data is empty"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := ""
			if c.file != "" {
				file = write(t, c.file)
			}
			_, err := app.Load(file, c.environ, c.flags)
			if weir.KindOf(err) != weir.Invalid {
				t.Fatalf("Load = %v, want an invalid setting", err)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not in: %v", w, err)
				}
			}
		})
	}
}

func TestPrintedConfigReadsBack(t *testing.T) {
	cfg := app.Default()
	cfg.Data, cfg.Bus.Sync, cfg.Watch.Every, cfg.Web.TrustedProxies = "some where", "always", 90*time.Second, []string{"10.0.0.0/8"}
	text, err := cfg.Print()
	if err != nil {
		t.Fatal(err)
	}
	got, err := app.Load(write(t, text), nil, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(cfg, got); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(text) {
		if setting := strings.TrimSpace(line); strings.Contains(setting, ":") && !strings.HasPrefix(setting, "#") && !strings.HasSuffix(setting, ":") {
			before, _, _ := strings.Cut(text, line)
			lines := strings.Split(strings.TrimRight(before, "\n"), "\n")
			if !strings.HasPrefix(strings.TrimSpace(lines[len(lines)-1]), "#") {
				t.Errorf("%s has no help", setting)
			}
		}
	}
}
