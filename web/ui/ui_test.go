package ui_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/weirhq/weir/web/ui"
)

var script = strings.Repeat("console.log('weir');\n", 200)

func pages(t *testing.T, files fstest.MapFS) *ui.Handler {
	t.Helper()
	h, err := ui.NewFrom(files, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func built(t *testing.T) *ui.Handler {
	t.Helper()
	return pages(t, fstest.MapFS{
		"index.html":           {Data: []byte("<!doctype html><title>weir</title>")},
		"favicon.svg":          {Data: []byte("<svg/>")},
		".gitkeep":             {},
		"assets/index-AbC1.js": {Data: []byte(script)},
	})
}

func get(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAddresses(t *testing.T) {
	h := built(t)
	for _, c := range []struct {
		target string
		status int
		kind   string
		cache  string
	}{
		{"/", 200, "text/html; charset=utf-8", "no-cache"},
		{"/index.html", 200, "text/html; charset=utf-8", "no-cache"},
		{"/feeds", 200, "text/html; charset=utf-8", "no-cache"},
		{"/graph?feeds=1,2.r&last=1d", 200, "text/html; charset=utf-8", "no-cache"},
		{"/favicon.svg", 200, "image/svg+xml", "no-cache"},
		{"/assets/index-AbC1.js", 200, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"/assets/index-old.js", 404, "text/plain; charset=utf-8", ""},
		{"/assets", 200, "text/html; charset=utf-8", "no-cache"},
		{"/feed/list", 404, "text/plain; charset=utf-8", ""},
		{"/.gitkeep", 404, "text/plain; charset=utf-8", ""},
		{"/../ui.go", 404, "text/plain; charset=utf-8", ""},
	} {
		w := get(h, c.target)
		got := fmt.Sprint(w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
		if want := fmt.Sprint(c.status, c.kind, c.cache); got != want {
			t.Errorf("%s: got %s, want %s", c.target, got, want)
		}
	}
}

func TestPolicy(t *testing.T) {
	policy := get(built(t), "/").Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("policy is %q", policy)
	}
}

func TestEncodings(t *testing.T) {
	h := built(t)
	const target = "/assets/index-AbC1.js"
	for _, c := range []struct {
		accept string
		gzip   bool
	}{
		{"", false}, {"gzip, br", true}, {"br;q=1, GZIP;q=0.5", true}, {"gzip;q=0", false}, {"gzip; q=0.0", false}, {"identity", false},
	} {
		w := get(h, target, "Accept-Encoding", c.accept)
		var body io.Reader = w.Body
		if zipped := w.Header().Get("Content-Encoding") == "gzip"; zipped != c.gzip {
			t.Fatalf("%q: gzip is %v", c.accept, zipped)
		}
		if c.gzip {
			unzipped, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = unzipped
		}
		text, err := io.ReadAll(body)
		if err != nil || string(text) != script {
			t.Errorf("%q: %d bytes, %v", c.accept, len(text), err)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: a cache could mix up the encodings", c.accept)
		}
	}
}

func TestNotModified(t *testing.T) {
	h := built(t)
	for _, encoding := range []string{"", "gzip"} {
		first := get(h, "/assets/index-AbC1.js", "Accept-Encoding", encoding)
		etag := first.Header().Get("ETag")
		again := get(h, "/assets/index-AbC1.js", "Accept-Encoding", encoding, "If-None-Match", `"other", W/`+etag)
		if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%q: %d with %d bytes", encoding, again.Code, again.Body.Len())
		}
		other := get(h, "/assets/index-AbC1.js", "Accept-Encoding", encoding, "If-None-Match", `"other"`)
		if other.Code != http.StatusOK {
			t.Errorf("%q: %d for another version", encoding, other.Code)
		}
	}
}

func TestMethods(t *testing.T) {
	h := built(t)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/", nil))
	if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d, %d bytes, length %s", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestWithoutPages(t *testing.T) {
	h := pages(t, fstest.MapFS{".gitkeep": {}})
	if h.Built() {
		t.Error("pages are said to be there")
	}
	for _, target := range []string{"/", "/inputs"} {
		if w := get(h, target); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "make ui") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// The embedded pages answer whether or not they were built before this test.
func TestEmbedded(t *testing.T) {
	h, err := ui.New(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if w := get(h, "/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "weir") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
