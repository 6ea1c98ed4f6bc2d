package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"github.com/weirhq/weir"
)

// errPanicked stands for a fault that has been logged with its stack.
var errPanicked = errors.New("panic")

// RetryAfter is what clients are told to wait, in seconds, when weir is Unavailable.
const RetryAfter = "5"

// Status is the HTTP status of a kind of error.
func Status(kind weir.Kind) int {
	switch kind {
	case weir.Invalid:
		return http.StatusBadRequest
	case weir.Denied:
		return http.StatusForbidden
	case weir.Unauthenticated:
		return http.StatusUnauthorized
	case weir.NotFound:
		return http.StatusNotFound
	case weir.Conflict:
		return http.StatusConflict
	case weir.TooLarge:
		return http.StatusRequestEntityTooLarge
	case weir.Unavailable:
		return http.StatusServiceUnavailable
	default: // weir.Internal
		return http.StatusInternalServerError
	}
}

type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Status int    `json:"status"`
	ID     string `json:"id,omitempty"` // where to look in the log, for internal errors
}

// Problem answers err as application/problem+json. An internal error is logged under the request's id, and the client
// is told only that id.
func Problem(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	kind := weir.KindOf(err)
	p := problem{Status: Status(kind), Detail: weir.Message(err)}
	p.Title = http.StatusText(p.Status)
	if kind == weir.Internal {
		p.ID = RequestID(r.Context())
		LogInternal(r, log, err)
	}
	body, err := json.Marshal(p)
	if err != nil {
		body = nil
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	if kind == weir.Unavailable {
		h.Set("Retry-After", RetryAfter)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(body)
}

// LogInternal logs a fault that the client hears of only by the request's id.
func LogInternal(r *http.Request, log *slog.Logger, err error) {
	if errors.Is(err, errPanicked) || r.Context().Err() != nil {
		return
	}
	log.ErrorContext(r.Context(), "request failed", "id", RequestID(r.Context()), "method", r.Method,
		"path", r.URL.Path, "err", err)
}
