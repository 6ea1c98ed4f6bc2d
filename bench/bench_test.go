package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/bench"
)

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func config(server *httptest.Server, requests int64) bench.Config {
	cfg := bench.Default()
	cfg.URL, cfg.Key, cfg.Requests, cfg.Duration, cfg.Connections = server.URL, "secret", requests, time.Minute, 4
	return cfg
}

func TestIngest(t *testing.T) {
	var posts, nodes sync.Map
	var count atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			fmt.Fprintf(w, "# HELP x\nprocess_cpu_seconds_total %d\nprocess_resident_memory_bytes 5e+07\n", 3+count.Load()/100)
			return
		}
		count.Add(1)
		posts.Store(r.URL.RawQuery, true)
		nodes.Store(r.URL.Query().Get("node"), true)
		_, _ = io.WriteString(w, `{"success": true}`)
	})
	cfg := config(server, 500)
	cfg.Nodes = 3
	report, err := bench.Ingest(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if report.Requests != 500 || count.Load() != 500 || report.ValuesTotal != 5000 || report.Errors != 0 {
		t.Errorf("%+v, server saw %d", report, count.Load())
	}
	if l := report.Latency; l.P50 <= 0 || l.P50 > l.P99 || l.P99 > l.Max {
		t.Errorf("latency %+v", l)
	}
	if s := report.Server; s == nil || s.CPUSeconds != 5 || s.ValuesPerCPUSecond != 1000 || s.ResidentBytes != 5e7 {
		t.Errorf("server %+v", s)
	}
	for i := range 3 {
		if _, ok := nodes.Load("bench" + strconv.Itoa(i)); !ok {
			t.Errorf("nothing for node %d", i)
		}
	}
}

func TestBulk(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var rows []any
		if err := json.Unmarshal([]byte(r.FormValue("data")), &rows); err != nil || len(rows) != 100 {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, "ok")
	})
	report, err := bench.Bulk(t.Context(), config(server, 20))
	if err != nil || report.Requests != 20 || report.ValuesTotal != 20000 || report.Rows != 100 || report.Server != nil {
		t.Errorf("%v: %+v", err, report)
	}
}

func TestFailuresAreCounted(t *testing.T) {
	var n atomic.Int64
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		switch i := n.Add(1); {
		case i%10 == 0:
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, "the backlog is full")
		case i%10 == 1:
			_, _ = io.WriteString(w, `{"success": false, "message": "no"}`)
		case i%50 == 2:
			panic(http.ErrAbortHandler) // the connection is cut
		default:
			_, _ = io.WriteString(w, "ok")
		}
	})
	report, err := bench.Ingest(t.Context(), config(server, 200))
	if err != nil {
		t.Fatal(err)
	}
	if report.Requests+report.Errors != 200 || report.Errors < 40 {
		t.Errorf("%d accepted, %d failed", report.Requests, report.Errors)
	}
	text := fmt.Sprint(report.Failure)
	for _, want := range []string{"503 the backlog is full", `200 {"success": false`, "read: EOF"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
}

func TestManyDifferentFailures(t *testing.T) {
	var n atomic.Int64
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "request ", n.Add(1), strings.Repeat(" long", 1000))
	})
	cfg := config(server, 300)
	cfg.Connections = 1
	report, err := bench.Ingest(t.Context(), cfg)
	if err != nil || report.Errors != 300 || len(report.Failure) > 51 {
		t.Errorf("%v: %d errors, %d texts", err, report.Errors, len(report.Failure))
	}
}

func TestQuery(t *testing.T) {
	const start, interval, points = 1700000000, 10, 100000
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		number := func(name string) int64 {
			n, err := strconv.ParseInt(r.FormValue(name), 10, 64)
			if err != nil {
				t.Errorf("%s in %s: %v", name, r.URL, err)
			}
			return n
		}
		switch r.URL.Path {
		case "/feed/list.json":
			_, _ = io.WriteString(w, `[{"id":"7"},{"id":"8"}]`)
		case "/feed/getmeta.json":
			if number("id") == 8 {
				_, _ = io.WriteString(w, `{"start_time":0,"interval":0,"npoints":0}`)
				return
			}
			fmt.Fprintf(w, `{"start_time":%d,"interval":%d,"npoints":%d}`, start, interval, points)
		case "/feed/data.json":
			from, to, step := number("start")/1000, number("end")/1000, number("interval")
			if number("id") != 7 || from < start || to > start+(points-1)*interval || step < interval || (to-from)/step > 20000 {
				t.Errorf("asked for %s", r.URL)
			}
			_, _ = io.WriteString(w, "["+strings.Repeat("[1700000000000,1],", int((to-from)/step))+"[1700000000000,1]]")
		default:
			http.NotFound(w, r)
		}
	})
	for _, queries := range []string{bench.QueryAverage, bench.QueryRaw, bench.QueryMixed} {
		cfg := config(server, 40)
		cfg.Queries = queries
		report, err := bench.Query(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if report.Requests != 40 || report.Errors != 0 {
			t.Errorf("%s: %+v", queries, report)
		}
		kinds := 1
		if queries == bench.QueryMixed {
			kinds = 2
		}
		if len(report.Kinds) != kinds {
			t.Errorf("%s: kinds %+v", queries, report.Kinds)
		}
	}
	cfg := config(server, 40)
	cfg.Feeds = []weir.FeedID{8}
	if _, err := bench.Query(t.Context(), cfg); weir.KindOf(err) != weir.NotFound {
		t.Errorf("only an empty feed: %v", err)
	}
}

func TestRefusesToLoad(t *testing.T) {
	server := serve(t, http.NotFound)
	for name, test := range map[string]struct {
		change func(*bench.Config)
		kind   weir.Kind
	}{
		"another machine":  {func(c *bench.Config) { c.URL = "http://192.0.2.1:80" }, weir.Denied},
		"nobody there":     {func(c *bench.Config) { c.URL = "http://127.0.0.1:1" }, weir.Unavailable},
		"no address":       {func(c *bench.Config) { c.URL = "localhost" }, weir.Invalid},
		"no key":           {func(c *bench.Config) { c.Key = "" }, weir.Invalid},
		"strange key":      {func(c *bench.Config) { c.Key = "a\r\nHost: b" }, weir.Invalid},
		"no connections":   {func(c *bench.Config) { c.Connections = 0 }, weir.Invalid},
		"for ever":         {func(c *bench.Config) { c.Duration = 1000 * time.Hour }, weir.Invalid},
		"no time":          {func(c *bench.Config) { c.Duration = 0 }, weir.Invalid},
		"negative":         {func(c *bench.Config) { c.Requests = -1 }, weir.Invalid},
		"too large a post": {func(c *bench.Config) { c.Rows, c.Values = 1<<20, 2 }, weir.Invalid},
		"method":           {func(c *bench.Config) { c.Method = "PUT" }, weir.Invalid},
		"queries":          {func(c *bench.Config) { c.Queries = "all" }, weir.Invalid},
	} {
		cfg := config(server, 1)
		test.change(&cfg)
		if _, err := bench.Ingest(t.Context(), cfg); weir.KindOf(err) != test.kind {
			t.Errorf("%s: kind %v, %v", name, weir.KindOf(err), err)
		}
	}
}

func TestEndsWithContext(t *testing.T) {
	began := make(chan struct{}, 100)
	hold := make(chan struct{})
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			return
		}
		began <- struct{}{}
		<-hold
	})
	defer close(hold)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan *bench.Report)
	go func() {
		report, err := bench.Ingest(ctx, config(server, 0))
		if err != nil {
			t.Error(err)
		}
		done <- report
	}()
	select {
	case <-began:
	case report := <-done:
		t.Fatalf("ended by itself: %+v", report)
	}
	cancel()
	if report := <-done; report.Requests != 0 {
		t.Errorf("%+v", report)
	}
}

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		var out bytes.Buffer
		bench.ShowProgress(ctx, &out, 1500, 15000, 2)
		want := "   1 s  1,500 requests/s  15,000 values/s  2 errors\n" +
			"   2 s  0 requests/s  0 values/s  2 errors\n" +
			"   3 s  0 requests/s  0 values/s  2 errors\n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestReport(t *testing.T) {
	server := httptest.NewServer(bench.BaselineHandler())
	defer server.Close()
	report, err := bench.Ingest(t.Context(), config(server, 50))
	if err != nil {
		t.Fatal(err)
	}
	if report.Server == nil || report.Server.ResidentBytes == 0 || report.Requests == 0 {
		t.Errorf("%+v", report)
	}
	var text bytes.Buffer
	if err := report.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ingest", "values", "p99.9", "per CPU second", "generator"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, &text)
		}
	}
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"p99_ms":`, `"values_per_second":`, `"values_per_cpu_second":`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %s in %s", want, data)
		}
	}
}

func TestServeBaseline(t *testing.T) {
	if err := bench.ServeBaseline(t.Context(), "0.0.0.0:0", nil); weir.KindOf(err) != weir.Denied {
		t.Errorf("all interfaces: %v", err)
	}
	if err := bench.ServeBaseline(t.Context(), "8081", nil); weir.KindOf(err) != weir.Invalid {
		t.Errorf("no host: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- bench.ServeBaseline(ctx, "127.0.0.1:0", func(addr string) { ready <- addr }) }()
	cfg := bench.Default()
	cfg.URL, cfg.Key, cfg.Requests = "http://"+<-ready, "k", 100
	for _, load := range []func(context.Context, bench.Config) (*bench.Report, error){bench.Ingest, bench.Bulk} {
		if report, err := load(t.Context(), cfg); err != nil || report.Requests != 100 {
			t.Errorf("%v: %+v", err, report)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestGrouped(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 999: "999", 1000: "1,000", 1234567.6: "1,234,568", -1234: "-1,234", -123: "-123"} {
		if got := bench.Grouped(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}

func BenchmarkIngest(b *testing.B) {
	server := httptest.NewServer(bench.BaselineHandler())
	defer server.Close()
	cfg := bench.Default()
	cfg.URL, cfg.Key, cfg.Requests, cfg.Connections = server.URL, "k", 1000, 2
	for b.Loop() {
		if _, err := bench.Ingest(b.Context(), cfg); err != nil {
			b.Fatal(err)
		}
	}
}
