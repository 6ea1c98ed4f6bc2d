package variable

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

const (
	folder   = "phptimeseries"
	fileMode = 0o600
)

// engine keeps all feeds of a folder.
type engine struct {
	fs  durable.FS
	log *slog.Logger

	mu    sync.Mutex
	tapes map[weir.FeedID]*tape
}

// New opens the folder and finishes what a killed process left half done.
func New(env feed.Env) (feed.Engine, error) {
	e := &engine{fs: env.FS, log: env.Logger, tapes: map[weir.FeedID]*tape{}}
	if err := e.fs.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make folder for variable feeds: %w", err)
	}
	entries, err := e.fs.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("look through variable feeds: %w", err)
	}
	for _, entry := range entries {
		name, ok := strings.CutPrefix(entry.Name(), "feed_")
		number, suffix, _ := strings.Cut(name, ".")
		id, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil || suffix != "tail" && suffix != "tail.new" && suffix != "MYD.new" {
			continue
		}
		if err := e.recover(weir.FeedID(id)); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (e *engine) ID() weir.EngineID { return weir.EngineVariable }

// path is the name of one of a feed's files.
func path(id weir.FeedID, suffix string) string {
	return folder + "/feed_" + strconv.FormatInt(int64(id), 10) + suffix
}

// Create makes the empty file of a feed. A file copied in before is left as it is.
func (e *engine) Create(id weir.FeedID, _ feed.Options) error {
	f, err := e.fs.OpenFile(path(id, ".MYD"), os.O_RDWR|os.O_CREATE, fileMode)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("create feed %d: %w", id, err)
	}
	return nil
}

// Open loads a feed.
func (e *engine) Open(id weir.FeedID) (feed.Tape, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.tapes[id]; t != nil {
		return t, nil
	}
	t := &tape{id: id, engine: e}
	if err := t.load(); err != nil {
		return nil, err
	}
	t.reset()
	e.tapes[id] = t
	return t, nil
}

// Remove takes away all files of a feed.
func (e *engine) Remove(id weir.FeedID) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.tapes[id]; t != nil {
		t.files.Lock()
		defer t.files.Unlock()
		delete(e.tapes, id)
	}
	found := false
	for _, suffix := range []string{".MYD", ".tail", ".MYD.new"} {
		err := e.fs.Remove(path(id, suffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove feed %d: %w", id, err)
		}
		found = found || err == nil
	}
	if !found {
		return weir.Errorf(weir.NotFound, "feed %d has no files", id)
	}
	return nil
}

// Close forgets all feeds.
func (e *engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tapes = map[weir.FeedID]*tape{}
	return nil
}
