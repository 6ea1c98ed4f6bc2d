package bench_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir/bench"
)

func TestReadAnswer(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, test := range []struct {
		name, text string
		want       bench.Answer
	}{
		{"length", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1", bench.Answer{200, "ok", 2, false}},
		{"bare line ends", "HTTP/1.1 200 OK\nContent-Length:2\n\nok", bench.Answer{200, "ok", 2, false}},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab\n\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", bench.Answer{200, "ab\n0123456789", 13, false}},
		{"close", "HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy", bench.Answer{503, "busy", 4, true}},
		{"old", "HTTP/1.0 200 OK\r\n\r\nuntil the end", bench.Answer{200, "until the end", 13, true}},
		{"until the end", "HTTP/1.1 200 OK\r\n\r\n" + long, bench.Answer{200, long[:256], 5000, true}},
		{"long", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + long, bench.Answer{200, long[:256], 5000, false}},
		{"nothing", "HTTP/1.1 204 No Content\r\n\r\n", bench.Answer{204, "", 0, false}},
	} {
		got, err := bench.ReadAnswer([]byte(test.text))
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.name, err, diff)
		}
	}
	for _, text := range []string{
		"", "HTTP/1.1 200", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100000),
	} {
		if got, err := bench.ReadAnswer([]byte(text)); err == nil {
			t.Errorf("%.40q gave %+v", text, got)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/1.0 200 OK\r\n\r\nok"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := bench.ReadAnswer(data)
		if err == nil && (got.Size > int64(len(data)) || len(got.Head) > 256 || int64(len(got.Head)) > got.Size) {
			t.Errorf("%+v from %d bytes", got, len(data))
		}
	})
}

// read parses a request with net/http, which is stricter than servers of devices.
func read(t *testing.T, request []byte) *http.Request {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil {
		t.Fatalf("%v in %q", err, request)
	}
	if err := r.ParseForm(); err != nil {
		t.Fatalf("%v in %q", err, request)
	}
	return r
}

func TestIngestRequests(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		cfg := bench.Default()
		cfg.URL, cfg.Key, cfg.Method, cfg.Values = "http://127.0.0.1:1/emoncms", "secret", method, 3
		next, err := bench.Requests(cfg, false)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for range 2 {
			request := next(nil)
			r := read(t, request)
			if r.Method != method || r.URL.Path != "/emoncms/input/post" || r.Host != "127.0.0.1:1" ||
				r.Header.Get("Authorization") != "Bearer secret" || r.Form.Get("node") != "bench0" {
				t.Errorf("request %q", request)
			}
			var values map[string]float64
			text := r.Form.Get("fulljson")
			if err := json.Unmarshal([]byte(text), &values); err != nil || len(values) != 3 || seen[text] {
				t.Errorf("%v: %s", err, text)
			}
			seen[text] = true
		}
	}
}

func TestBulkRequests(t *testing.T) {
	for _, bare := range []bool{false, true} {
		cfg := bench.Default()
		cfg.Key, cfg.Bare, cfg.Values, cfg.Rows = "secret", bare, 3, 4
		next, err := bench.Requests(cfg, true)
		if err != nil {
			t.Fatal(err)
		}
		last := 0.0
		for range 2 {
			request := next(nil)
			if bare != bytes.Contains(request, []byte(`,"bench0",{"v1":`)) {
				t.Errorf("bare %v: %q", bare, request)
			}
			r := read(t, request)
			var rows [][]any
			if err := json.Unmarshal([]byte(r.Form.Get("data")), &rows); err != nil {
				t.Fatal(err)
			}
			if r.URL.Path != "/input/bulk" || r.Form.Get("time") != "0" || len(rows) != 4 {
				t.Errorf("request %q", request)
			}
			for _, row := range rows {
				values, ok := row[2].(map[string]any)
				at, isNumber := row[0].(float64)
				if !ok || !isNumber || len(values) != 3 || row[1] != "bench0" || at <= last {
					t.Errorf("row %v", row)
				}
				last = at
			}
		}
	}
}

func TestEscape(t *testing.T) {
	cfg := bench.Default()
	cfg.Key = "k"
	next, err := bench.Requests(cfg, true)
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := bytes.Cut(next(nil), []byte("\r\n\r\n"))
	data := bytes.TrimPrefix(body, []byte("time=0&data="))
	plain, err := url.QueryUnescape(string(data))
	if err != nil || url.QueryEscape(plain) != string(data) {
		t.Errorf("%v: our encoding differs from the library's", err)
	}
}

func BenchmarkRequest(b *testing.B) {
	for name, bulk := range map[string]bool{"ingest": false, "bulk": true} {
		b.Run(name, func(b *testing.B) {
			cfg := bench.Default()
			cfg.Key = "k"
			next, err := bench.Requests(cfg, bulk)
			if err != nil {
				b.Fatal(err)
			}
			var request []byte
			b.ReportAllocs()
			for b.Loop() {
				request = next(request[:0])
			}
		})
	}
}
