package fixed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// Points before the first one need a new .dat and a new start in the .meta at the same moment. The order:
//
//  1. 12.dat.new is written and synced             killed here: recover removes it
//  2. 12.move says start and slots of 12.dat.new   from here on the change has happened
//  3. 12.dat.new becomes 12.dat                    killed from 2 on: recover does 3 to 5
//  4. 12.meta gets the new start
//  5. 12.move is removed
const (
	moveMagic   = "WMOV"
	moveVersion = 1
	moveSize    = 4 + 4 + 8 // interval, start, slots
)

// move gives the file another first slot: slots before the present one are missing, those before the new one are left
// out. Held: files.
func (t *tape) move(first int64) error {
	start := t.start + (first-t.first)*t.interval
	if err := t.writeMoved(first); err != nil {
		return err
	}
	note := binary.LittleEndian.AppendUint32(nil, uint32(t.interval))
	note = binary.LittleEndian.AppendUint32(note, uint32(start))
	note = binary.LittleEndian.AppendUint64(note, uint64(t.end()-first))
	// Whether it stands after an error is not known, so the files decide.
	t.broken = true
	t.tail.Store(0)
	if err := durable.WriteFile(t.engine.fs, path(t.id, ".move"), durable.Seal(moveMagic, moveVersion, note)); err != nil {
		return err
	}
	return t.mend()
}

// writeMoved makes the .dat.new.
func (t *tape) writeMoved(first int64) (err error) {
	old, err := t.dat()
	if err != nil {
		return err
	}
	defer old.Close()
	f, err := t.create(path(t.id, ".dat.new"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := t.engine.writer(f, 0)
	defer t.engine.release(w)
	for range t.first - first {
		w.put(nan32())
	}
	if err := w.flush(); err != nil {
		return err
	}
	skip := max(0, first-t.first) * slotSize
	if err := copyFile(f, old, w.off, skip, t.slots*slotSize-skip); err != nil {
		return err
	}
	return f.Sync()
}

// recover finishes or takes back a move. It may be called at any time and any number of times.
func (e *engine) recover(id weir.FeedID) error {
	if err := e.finish(id); err != nil {
		return fmt.Errorf("recover feed %d: %w", id, err)
	}
	for _, suffix := range []string{".dat.new", ".meta.new", ".move.new"} {
		if err := e.fs.Remove(path(id, suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("recover feed %d: %w", id, err)
		}
	}
	return nil
}

// finish does the steps after the note was written, if it was.
func (e *engine) finish(id weir.FeedID) error {
	data, err := durable.ReadFile(e.fs, path(id, ".move"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	version, note, err := durable.Open(moveMagic, data)
	if err != nil || version != moveVersion || len(note) != moveSize {
		e.log.Warn("left out a damaged note about a feed's files", slog.String("file", path(id, ".move")), slog.Any("error", err))
		return e.fs.Remove(path(id, ".move"))
	}
	interval, start := binary.LittleEndian.Uint32(note), binary.LittleEndian.Uint32(note[4:])
	size := int64(binary.LittleEndian.Uint64(note[8:])) * slotSize
	info, err := e.fs.Stat(path(id, ".dat.new"))
	switch {
	case errors.Is(err, fs.ErrNotExist): // already in place
	case err != nil:
		return err
	case info.Size() != size:
		e.log.Warn("left out a file of the wrong size", slog.String("file", path(id, ".dat.new")), slog.Int64("bytes", info.Size()))
		return e.fs.Remove(path(id, ".move"))
	default:
		if err := e.fs.Rename(path(id, ".dat.new"), path(id, ".dat")); err != nil {
			return err
		}
	}
	if err := durable.WriteFile(e.fs, path(id, ".meta"), encodeMeta(int64(interval), int64(start))); err != nil {
		return err
	}
	return e.fs.Remove(path(id, ".move"))
}
