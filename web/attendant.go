package web

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"runtime/debug"
	"time"
)

// nosniff keeps a browser from guessing types: what a device has sent is never a page. What pages need beside it, they
// set themselves. The slice is shared by all answers and never changed.
var nosniff = []string{"nosniff"}

// attendant looks after every request: it says who asks, gives the request an id, bounds its body, sets the headers
// that every answer has, turns a panic into an answer, and writes the access log.
type attendant struct {
	next     http.Handler
	proxies  []netip.Prefix
	limit    int64
	bodies   *bodies
	draining <-chan struct{}
	log      *slog.Logger
}

func (a *attendant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begin := time.Now()
	about := &info{id: newID(), draining: a.draining}
	about.client, about.secure = client(r, a.proxies)
	ctx := context.WithValue(r.Context(), infoKey{}, about)
	r = r.WithContext(ctx)
	answer := &recorder{ResponseWriter: w}
	w.Header()["X-Content-Type-Options"] = nosniff
	if r.ContentLength != 0 {
		b := &body{ReadCloser: http.MaxBytesReader(w, r.Body, a.limit), of: a.bodies}
		defer b.release()
		r.Body = b
	}
	defer func() {
		if p := recover(); p != nil {
			a.panicked(answer, r, p)
		}
		if a.log.Enabled(ctx, slog.LevelDebug) {
			a.log.DebugContext(ctx, "request", "id", about.name(), "client", about.client.String(), "method", r.Method,
				"path", r.URL.Path, "status", answer.status, "bytes", answer.bytes, "took", time.Since(begin))
		}
	}()
	a.next.ServeHTTP(answer, r)
}

// panicked logs what happened. When the answer had begun it is cut short, so that the client does not take it for whole.
func (a *attendant) panicked(answer *recorder, r *http.Request, p any) {
	if p == http.ErrAbortHandler { //nolint:errorlint // the sentinel is compared as net/http does
		panic(p)
	}
	a.log.ErrorContext(r.Context(), "panic", "id", RequestID(r.Context()), "method", r.Method, "path", r.URL.Path,
		"panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	if answer.status != 0 {
		panic(http.ErrAbortHandler)
	}
	Problem(answer, r, a.log, errPanicked)
}

// newID is unique enough to find one request in the log.
func newID() uint64 { return rand.Uint64() | 1<<63 } //nolint:gosec // nobody gains by guessing it

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter

	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
