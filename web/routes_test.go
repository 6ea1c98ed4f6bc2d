package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web"
)

type claimant struct{ http.Handler }

func (claimant) Claims(r *http.Request) bool {
	return strings.HasPrefix(strings.TrimLeft(r.URL.Path, "/"), "input/")
}

func named(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, name) })
}

func TestRoutes(t *testing.T) {
	ready := error(nil)
	routes := &web.Routes{
		Compatible: claimant{named("compatible")}, V1: named("v1"), Pages: named("pages"),
		Ready: func(context.Context) error { return ready }, Log: quiet(),
	}
	f := func(target string, status int, want string) {
		t.Helper()
		w := httptest.NewRecorder()
		routes.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
		if w.Code != status || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %d %q, want %d %q", target, w.Code, w.Body, status, want)
		}
	}
	f("/healthz", 200, "ok\n")
	f("/readyz", 200, "ready\n")
	f("/metrics", 404, "nothing is at /metrics")
	f("//input/post", 200, "compatible")
	f("/api/v1/session", 200, "v1")
	f("/", 200, "pages")
	f("/inputs", 200, "pages")
	ready = weir.Errorf(weir.Unavailable, "the stream is full")
	f("/readyz", 503, "not ready: the stream is full\n")
	ready = errors.New("/secret/path")
	f("/readyz", 503, "not ready: internal error\n")
	f("/healthz", 200, "ok\n")
}

func TestProblem(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	f := func(err error, status int, want string) {
		t.Helper()
		w := httptest.NewRecorder()
		web.Problem(w, httptest.NewRequest(http.MethodGet, "/", nil), logger, err)
		if w.Code != status || w.Body.String() != want || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%v: got %d %s", err, w.Code, w.Body)
		}
		if retry := w.Header().Get("Retry-After"); (retry != "") != (status == 503) {
			t.Errorf("%v: Retry-After %q", err, retry)
		}
	}
	f(weir.Errorf(weir.Invalid, "a"), 400, `{"title":"Bad Request","detail":"a","status":400}`)
	f(weir.Errorf(weir.Unauthenticated, "a"), 401, `{"title":"Unauthorized","detail":"a","status":401}`)
	f(weir.Errorf(weir.Denied, "a"), 403, `{"title":"Forbidden","detail":"a","status":403}`)
	f(fmt.Errorf("b: %w", weir.Errorf(weir.NotFound, "a")), 404, `{"title":"Not Found","detail":"a","status":404}`)
	f(weir.Errorf(weir.Conflict, "a"), 409, `{"title":"Conflict","detail":"a","status":409}`)
	f(weir.Errorf(weir.TooLarge, "a"), 413, `{"title":"Request Entity Too Large","detail":"a","status":413}`)
	f(weir.Errorf(weir.Unavailable, "a"), 503, `{"title":"Service Unavailable","detail":"a","status":503}`)
	if log.Len() != 0 {
		t.Errorf("logged: %s", &log)
	}
	f(errors.New("disk on fire"), 500, `{"title":"Internal Server Error","detail":"internal error","status":500}`)
	if !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("log: %s", &log)
	}
}

func TestGuard(t *testing.T) {
	guard, err := web.NewGuard("https://weir.example.org/")
	if err != nil {
		t.Fatal(err)
	}
	f := func(method, header, value string, allowed bool) {
		t.Helper()
		r := httptest.NewRequest(method, "http://10.0.0.5/user/set.json", nil)
		if header != "" {
			r.Header.Set(header, value)
		}
		if err := guard.Check(r); (err == nil) != allowed || err != nil && weir.KindOf(err) != weir.Denied {
			t.Errorf("%s %s %s: %v", method, header, value, err)
		}
	}
	f("GET", "Sec-Fetch-Site", "cross-site", true)
	f("POST", "Sec-Fetch-Site", "cross-site", false)
	f("POST", "Sec-Fetch-Site", "same-site", false)
	f("POST", "Sec-Fetch-Site", "same-origin", true)
	f("POST", "Origin", "https://evil.example", false)
	f("POST", "Origin", "http://10.0.0.5", true)
	f("POST", "Origin", "https://weir.example.org", true)
	f("POST", "", "", true)
	if _, err := web.NewGuard("nonsense"); err == nil {
		t.Error("took nonsense for a base URL")
	}
}
