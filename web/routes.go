package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/weirhq/weir"
)

// Claimant answers the requests that it claims by their target alone.
type Claimant interface {
	http.Handler
	Claims(r *http.Request) bool
}

// Routes says who answers what. Nil parts answer 404.
type Routes struct {
	Compatible Claimant                        // the API that devices know
	V1         http.Handler                    // /api/v1/…
	Pages      http.Handler                    // everything else
	Metrics    http.Handler                    // /metrics
	Ready      func(ctx context.Context) error // why the server cannot do its work now
	Log        *slog.Logger
}

// ServeHTTP hands r to the first part that it fits.
func (t *Routes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/healthz":
		writeText(w, http.StatusOK, "ok\n")
	case path == "/readyz":
		t.ready(w, r)
	case path == "/metrics":
		t.to(t.Metrics, w, r)
	case t.Compatible != nil && t.Compatible.Claims(r):
		t.Compatible.ServeHTTP(w, r)
	case strings.HasPrefix(path, "/api/v1/"):
		t.to(t.V1, w, r)
	default:
		t.to(t.Pages, w, r)
	}
}

func (t *Routes) to(h http.Handler, w http.ResponseWriter, r *http.Request) {
	if h == nil {
		Problem(w, r, t.Log, weir.Errorf(weir.NotFound, "nothing is at %s", r.URL.Path))
		return
	}
	h.ServeHTTP(w, r)
}

func (t *Routes) ready(w http.ResponseWriter, r *http.Request) {
	if t.Ready != nil {
		if err := t.Ready(r.Context()); err != nil {
			w.Header().Set("Retry-After", RetryAfter)
			writeText(w, http.StatusServiceUnavailable, "not ready: "+weir.Message(err)+"\n")
			return
		}
	}
	writeText(w, http.StatusOK, "ready\n")
}

func writeText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
