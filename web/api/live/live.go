package live

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web"
)

const (
	// MaxStreams is how many streams one user may have open.
	MaxStreams = 16

	period    = time.Second
	heartbeat = 15 * time.Second // below the idle timeout of common proxies
)

// Source knows newest values.
type Source interface {
	LastInputs(user weir.UserID) map[weir.InputID]weir.Sample
	LastFeeds(ctx context.Context, user weir.UserID) (map[weir.FeedID]weir.Sample, error)
}

// Streams are the connected pages.
type Streams struct {
	source Source

	mu   sync.Mutex
	open map[weir.UserID]int
}

// New makes Streams without pages.
func New(source Source) *Streams { return &Streams{source: source, open: map[weir.UserID]int{}} }

// Serve sends the values of user until the page goes away, the server stops, or may says that whoever asked has lost
// the right: a key was replaced, a session ended. An error is returned only before anything has been sent.
func (s *Streams) Serve(w http.ResponseWriter, r *http.Request, user weir.UserID, may func() bool) error {
	if !s.enter(user) {
		return weir.Errorf(weir.Unavailable, "you have %d live streams open: close one", MaxStreams)
	}
	defer s.leave(user)
	first, err := s.source.LastFeeds(r.Context(), user)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would keep events back
	st := &stream{source: s.source, user: user, may: may, out: web.Extending(w)}
	if st.send(s.source.LastInputs(user), first, true) == nil {
		st.run(r.Context())
	}
	return nil
}

func (s *Streams) enter(user weir.UserID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user] >= MaxStreams {
		return false
	}
	s.open[user]++
	return true
}

func (s *Streams) leave(user weir.UserID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[user]--; s.open[user] == 0 {
		delete(s.open, user)
	}
}

// stream is one connected page and what it has been sent.
type stream struct {
	source Source
	user   weir.UserID
	may    func() bool
	out    io.Writer
	inputs map[weir.InputID]weir.Sample
	feeds  map[weir.FeedID]weir.Sample
	events []byte
}

func (st *stream) run(ctx context.Context) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	silent := time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-web.Draining(ctx):
			return
		case <-ticker.C:
		}
		if !st.may() {
			return
		}
		feeds, err := st.source.LastFeeds(ctx, st.user)
		if err != nil {
			return // the page connects again and is told why
		}
		silent += period
		if st.collect(st.source.LastInputs(st.user), feeds, false) || silent >= heartbeat {
			silent = 0
			if st.flush() != nil {
				return
			}
		}
	}
}

func (st *stream) send(inputs map[weir.InputID]weir.Sample, feeds map[weir.FeedID]weir.Sample, all bool) error {
	st.collect(inputs, feeds, all)
	return st.flush()
}

// collect prepares the events for what differs from what the page has, and tells whether there are any.
func (st *stream) collect(inputs map[weir.InputID]weir.Sample, feeds map[weir.FeedID]weir.Sample, all bool) bool {
	st.events = appendEvent(st.events, "inputs", changed(inputs, st.inputs), inputs, all)
	st.events = appendEvent(st.events, "feeds", changed(feeds, st.feeds), feeds, all)
	st.inputs, st.feeds = inputs, feeds
	return len(st.events) > 0
}

// flush sends the events, or a comment when there are none.
func (st *stream) flush() error {
	text := st.events
	if len(text) == 0 {
		text = []byte(":\n\n")
	}
	_, err := st.out.Write(text)
	st.events = st.events[:0]
	return err
}

func changed[ID ~int64](now, before map[ID]weir.Sample) []ID {
	var ids []ID
	for id, s := range now {
		if old, ok := before[id]; !ok || !same(s, old) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// same compares samples; a missing value is the same as another missing one.
func same(a, b weir.Sample) bool {
	return a.Time == b.Time && (a.Value == b.Value || a.Missing() && b.Missing())
}

// row is a sample as it is sent.
type row struct {
	ID    int64    `json:"id"`
	Time  int64    `json:"time"`
	Value *float64 `json:"value"` // nil: missing
}

func appendEvent[ID ~int64](dst []byte, name string, ids []ID, samples map[ID]weir.Sample, all bool) []byte {
	if len(ids) == 0 && !all {
		return dst
	}
	rows := make([]row, len(ids))
	for i, id := range ids {
		s := samples[id]
		rows[i] = row{ID: int64(id), Time: s.Time}
		if !math.IsNaN(s.Value) && !math.IsInf(s.Value, 0) {
			rows[i].Value = &s.Value
		}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return dst // cannot be: these are numbers that JSON has
	}
	return fmt.Appendf(dst, "event: %s\ndata: %s\n\n", name, text)
}
