package fixed

import (
	"encoding/binary"
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
	folder   = "phpfina"
	metaSize = 16
	slotSize = 4

	fileMode = 0o600
)

// engine keeps all feeds of a folder.
type engine struct {
	fs  durable.FS
	log *slog.Logger

	writers sync.Pool // of *slotWriter

	mu    sync.Mutex
	tapes map[weir.FeedID]*tape
}

// New opens the folder and finishes what a killed process left half done.
func New(env feed.Env) (feed.Engine, error) {
	e := &engine{fs: env.FS, log: env.Logger, tapes: map[weir.FeedID]*tape{}}
	if err := e.fs.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make folder for fixed feeds: %w", err)
	}
	entries, err := e.fs.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("look through fixed feeds: %w", err)
	}
	for _, entry := range entries {
		number, suffix, _ := strings.Cut(entry.Name(), ".")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || suffix != "move" && suffix != "dat.new" && suffix != "meta.new" && suffix != "move.new" {
			continue
		}
		if err := e.recover(weir.FeedID(id)); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (e *engine) ID() weir.EngineID { return weir.EngineFixed }

// path is the name of one of a feed's files.
func path(id weir.FeedID, suffix string) string {
	return folder + "/" + strconv.FormatInt(int64(id), 10) + suffix
}

// Create makes the files of an empty feed. Files copied in before are left as they are. The interval stands nowhere but
// in the .meta, so that is on the disk when Create returns.
func (e *engine) Create(id weir.FeedID, o feed.Options) error {
	if o.Interval < 1 || o.Interval > feed.MaxTime {
		return weir.Errorf(weir.Invalid, "an interval of %d seconds cannot be kept: choose 1 or more", o.Interval)
	}
	_, err := e.fs.Stat(path(id, ".meta"))
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("create feed %d: %w", id, err)
	}
	for _, file := range []struct {
		suffix string
		data   []byte
	}{{".dat", nil}, {".meta", encodeMeta(o.Interval, 0)}} {
		if err := e.put(path(id, file.suffix), file.data, durable.File.Sync); err != nil {
			return fmt.Errorf("create feed %d: %w", id, err)
		}
	}
	if err := e.fs.SyncDir(folder); err != nil {
		return fmt.Errorf("create feed %d: %w", id, err)
	}
	return nil
}

// put writes the beginning of a file, making the file if need be, and does then with it what is asked.
func (e *engine) put(name string, data []byte, then ...func(durable.File) error) error {
	f, err := e.fs.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return err
	}
	if len(data) > 0 {
		_, err = f.WriteAt(data, 0)
	}
	for _, do := range then {
		err = errors.Join(err, do(f))
	}
	return errors.Join(err, f.Close())
}

// Open loads a feed.
func (e *engine) Open(id weir.FeedID) (feed.Tape, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.tapes[id]; t != nil {
		return t, nil
	}
	t := &tape{id: id, engine: e}
	t.layers.tape = t
	if err := t.load(); err != nil {
		return nil, err
	}
	t.reset()
	e.tapes[id] = t
	return t, nil
}

// Remove takes away all files of a feed. The .meta goes first: without it the others mean nothing.
func (e *engine) Remove(id weir.FeedID) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.tapes[id]; t != nil {
		t.files.Lock()
		defer t.files.Unlock()
		delete(e.tapes, id)
	}
	found := false
	for _, suffix := range []string{".meta", ".dat", ".layers", ".move", ".dat.new"} {
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

// Close marks the layers that are up to date as such.
func (e *engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	for _, t := range e.tapes {
		t.files.Lock()
		errs = append(errs, t.layers.seal())
		t.files.Unlock()
	}
	e.tapes = map[weir.FeedID]*tape{}
	return errors.Join(errs...)
}

// encodeMeta makes a .meta. Its first two numbers were an id and a count once; emoncms writes 0 and looks at neither.
func encodeMeta(interval, start int64) []byte {
	b := make([]byte, metaSize)
	binary.LittleEndian.PutUint32(b[8:], uint32(interval))
	binary.LittleEndian.PutUint32(b[12:], uint32(start))
	return b
}

func decodeMeta(b []byte) (interval, start int64) {
	return int64(binary.LittleEndian.Uint32(b[8:])), int64(binary.LittleEndian.Uint32(b[12:]))
}
