package bus

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// healing starts the message server's storage anew. A stream that met one write error, of a full or failing disk, takes
// no message and lets go of none for as long as the storage runs, and answers nobody.
type healing struct {
	server *server.Server
	cfg    server.JetStreamConfig
	log    *slog.Logger

	mu    sync.Mutex
	tried time.Time
}

const healInterval = 2 * time.Second

// trouble is why a stream has stopped, empty when none has.
func (h *healing) trouble() string { return h.server.Healthz(&server.HealthzOptions{}).Error }

// heal does so if a stream needs it, unless that was tried a moment ago. What the streams hold is read back from disk,
// and readers go on where they were.
func (h *healing) heal() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if time.Since(h.tried) < healInterval {
		return
	}
	reason := h.trouble()
	if reason == "" {
		return
	}
	h.log.Warn("starting the storage of streams anew, because it has stopped working", slog.String("reason", reason))
	cfg := h.cfg // the server changes it
	if err := errors.Join(h.server.ShutdownJetStream(), h.server.EnableJetStream(&cfg)); err != nil {
		h.log.Error("the storage of streams cannot be started; trying again", slog.Any("error", err))
	}
	h.tried = time.Now()
}
