package bench_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/bench"
)

// moody keeps numbers, but refuses, or cuts the connection before or after keeping, as a server does that is killed.
type moody struct {
	mu   sync.Mutex
	n    int
	kept map[string]map[int64]float64 // input → time → value
}

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var values map[string]float64
	at, err := strconv.ParseInt(r.FormValue("time"), 10, 64)
	if err != nil || json.Unmarshal([]byte(r.FormValue("fulljson")), &values) != nil || r.FormValue("node") != "crash test" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	if m.n%7 == 3 {
		panic(http.ErrAbortHandler)
	}
	if m.n%11 == 5 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	for name, v := range values {
		if m.kept[name] == nil {
			m.kept[name] = make(map[int64]float64)
		}
		m.kept[name][at] = v
	}
	if m.n%13 == 7 {
		panic(http.ErrAbortHandler)
	}
	_, _ = io.WriteString(w, "ok")
}

func (m *moody) check(t *testing.T, ledger *bench.Ledger) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, lane := range ledger.Lanes {
		for n := int64(1); n <= lane.Acked; n++ {
			if got, ok := m.kept[lane.Name][ledger.Time(n)]; !ok || got != float64(n) {
				t.Errorf("%s: number %d was acknowledged, kept is %v", lane.Name, n, got)
			}
		}
		if kept := int64(len(m.kept[lane.Name])); kept > lane.Sent || lane.Sent > lane.Acked+1 {
			t.Errorf("%s: %d kept, %d sent, %d acknowledged", lane.Name, kept, lane.Sent, lane.Acked)
		}
	}
}

func TestNumbered(t *testing.T) {
	m := &moody{kept: make(map[string]map[int64]float64)}
	server := serve(t, m.ServeHTTP)
	var mu sync.Mutex
	last := make(map[int]int64)
	cfg := bench.NumberedConfig{
		URL: server.URL, Key: "k", Lanes: 3, Count: 30, Node: "crash test", Start: 1700000000, Step: 10,
		Acked: func(lane int, n int64) {
			mu.Lock()
			defer mu.Unlock()
			if n != last[lane]+1 {
				t.Errorf("lane %d: %d after %d", lane, n, last[lane])
			}
			last[lane] = n
		},
	}
	ledger, err := bench.Numbered(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	m.check(t, ledger)
	attempts, mishaps := int64(0), int64(0)
	for _, lane := range ledger.Lanes {
		if lane.Acked != 30 || lane.Sent != 30 {
			t.Errorf("%+v", lane)
		}
		attempts += lane.Attempts
		for _, n := range lane.Mishaps {
			mishaps += n
		}
	}
	if attempts != 90+mishaps || mishaps == 0 {
		t.Errorf("%d attempts, %d mishaps", attempts, mishaps)
	}
}

func TestNumberedUntilStopped(t *testing.T) {
	m := &moody{kept: make(map[string]map[int64]float64)}
	server := serve(t, m.ServeHTTP)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ledger, err := bench.Numbered(ctx, bench.NumberedConfig{
		URL: server.URL, Key: "k", Lanes: 2, Node: "crash test", Step: 1,
		Acked: func(_ int, n int64) {
			if n == 20 {
				cancel()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	m.check(t, ledger)
	if max(ledger.Lanes[0].Acked, ledger.Lanes[1].Acked) < 20 {
		t.Errorf("%+v", ledger)
	}
}

func TestNumberedRefused(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "Invalid API key")
	})
	cfg := bench.NumberedConfig{URL: server.URL, Key: "k", Lanes: 2, Node: "n", Step: 1}
	if _, err := bench.Numbered(t.Context(), cfg); weir.KindOf(err) != weir.Unauthenticated {
		t.Errorf("got %v", err)
	}
	cfg.Lanes = 0
	if _, err := bench.Numbered(t.Context(), cfg); weir.KindOf(err) != weir.Invalid {
		t.Errorf("no lanes: %v", err)
	}
}
