package variable

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

const chunkPoints = 8 << 10

// Flush writes what is pending. The tape goes over to the new extent at the end only, so after a failure it is as it
// was, and the next Flush writes the same bytes again.
func (t *tape) Flush() error {
	t.files.Lock()
	defer t.files.Unlock()
	if len(t.pending.tail)+len(t.pending.late) == 0 {
		return nil
	}
	err := t.mend()
	if err == nil {
		err = t.write()
	}
	if err != nil {
		return fmt.Errorf("write feed %d: %w", t.id, err)
	}
	return nil
}

// write puts pending into the file. Held: files, which keeps readers of pending out too.
func (t *tape) write() error {
	v, err := t.viewHeld()
	if err != nil {
		return err
	}
	defer v.closeFile()
	first := t.count // of the points that have to be written anew
	for _, p := range v.late {
		if p.added {
			first = p.index
			break
		}
	}
	if err := t.replace(v, first); err != nil {
		return err
	}
	if first < t.count {
		if err := t.insert(v, first); err != nil { // which loads the tape again
			return err
		}
		t.reset()
		return nil
	}
	if err := t.add(v); err != nil {
		return err
	}
	head, tail, err := v.ends()
	if err != nil {
		return err
	}
	t.head, t.tail, t.count = head, tail, v.total
	t.reset()
	return nil
}

// ends are the first and the last point of a row that has points.
func (v *view) ends() (head, tail point, err error) {
	var p [1]point
	if err = v.read(0, p[:]); err != nil {
		return head, tail, err
	}
	head = p[0]
	err = v.read(v.total-1, p[:])
	return head, p[0], err
}

// replace overwrites the points before index first that are there already.
func (t *tape) replace(v *view, first int64) error {
	for _, p := range v.late {
		if p.added || p.index >= first {
			break
		}
		if _, err := v.f.WriteAt(appendPoint(nil, p.point), p.file*pointSize); err != nil {
			return err
		}
	}
	return nil
}

// add appends the tail to the file.
func (t *tape) add(v *view) error {
	if len(v.tail) == 0 {
		return nil
	}
	f, err := t.myd()
	if err != nil {
		return err
	}
	defer f.Close()
	buf := make([]byte, 0, min(len(v.tail), chunkPoints)*pointSize)
	off := t.count * pointSize
	for i, p := range v.tail {
		buf = appendPoint(buf, p)
		if i+1 < len(v.tail) && len(buf) < chunkPoints*pointSize {
			continue
		}
		if _, err := f.WriteAt(buf, off); err != nil {
			return err
		}
		off += int64(len(buf))
		buf = buf[:0]
	}
	return nil
}

// Points between others need the end of the file written anew, all of it or nothing. A short end is noted first:
//
//  1. feed_12.tail says where the end begins and what it is to be     killed before: nothing has happened
//  2. the end is written into feed_12.MYD                             killed from 1 on: recover does 2 and 3
//  3. feed_12.tail is removed
//
// A long one is cheaper as a new file that takes the old one's name.
const (
	noteMagic   = "WTAL"
	noteVersion = 1
	noteHead    = 8       // offset in the .MYD
	noteLimit   = 4 << 20 // bytes of an end that is still short
)

// insert writes the points from index first on.
func (t *tape) insert(v *view, first int64) error {
	if (v.total-first)*pointSize > noteLimit {
		return t.rewrite(v)
	}
	note := binary.LittleEndian.AppendUint64(nil, uint64(first*pointSize))
	points := make([]point, v.total-first)
	if err := v.read(first, points); err != nil {
		return err
	}
	for _, p := range points {
		note = appendPoint(note, p)
	}
	// Whether the note stands after an error is not known, so the files decide.
	t.broken = true
	if err := durable.WriteFile(t.engine.fs, path(t.id, ".tail"), durable.Seal(noteMagic, noteVersion, note)); err != nil {
		return err
	}
	return t.mend()
}

// rewrite makes a new file and lets it take the place of the old.
func (t *tape) rewrite(v *view) error {
	f, err := t.engine.fs.OpenFile(path(t.id, ".MYD.new"), os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	err = copyPoints(f, v)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	t.broken = true
	if err := t.engine.fs.Rename(path(t.id, ".MYD.new"), path(t.id, ".MYD")); err != nil {
		return err
	}
	return t.mend()
}

// copyPoints writes a whole row of points into a file.
func copyPoints(f durable.File, v *view) error {
	points := make([]point, chunkPoints)
	var buf []byte
	for at := int64(0); at < v.total; at += chunkPoints {
		points = points[:min(chunkPoints, v.total-at)]
		if err := v.read(at, points); err != nil {
			return err
		}
		buf = buf[:0]
		for _, p := range points {
			buf = appendPoint(buf, p)
		}
		if _, err := f.WriteAt(buf, at*pointSize); err != nil {
			return err
		}
	}
	return nil
}

// recover finishes or takes back an insertion. It may be called at any time and any number of times.
func (e *engine) recover(id weir.FeedID) error {
	if err := e.finish(id); err != nil {
		return fmt.Errorf("recover feed %d: %w", id, err)
	}
	for _, suffix := range []string{".tail.new", ".MYD.new"} {
		if err := e.fs.Remove(path(id, suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("recover feed %d: %w", id, err)
		}
	}
	return nil
}

// finish does the steps after the note was written, if it was.
func (e *engine) finish(id weir.FeedID) error {
	data, err := durable.ReadFile(e.fs, path(id, ".tail"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	version, note, err := durable.Open(noteMagic, data)
	if err != nil || version != noteVersion || len(note) < noteHead {
		e.log.Warn("left out a damaged note about a feed's file", slog.String("file", path(id, ".tail")), slog.Any("error", err))
		return e.fs.Remove(path(id, ".tail"))
	}
	off := int64(binary.LittleEndian.Uint64(note))
	f, err := e.fs.OpenFile(path(id, ".MYD"), os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && (off < 0 || off > info.Size()) {
		e.log.Warn("left out a note about a feed's file that does not fit it", slog.String("file", path(id, ".tail")))
		return errors.Join(f.Close(), e.fs.Remove(path(id, ".tail")))
	}
	if err == nil {
		_, err = f.WriteAt(note[noteHead:], off)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return e.fs.Remove(path(id, ".tail"))
}

// Clear throws all points away.
func (t *tape) Clear() error {
	t.files.Lock()
	defer t.files.Unlock()
	err := t.mend()
	if err == nil {
		err = t.cut(0)
	}
	if err != nil {
		return fmt.Errorf("clear feed %d: %w", t.id, err)
	}
	return nil
}

// cut leaves the first n points of the file, and nothing pending.
func (t *tape) cut(n int64) error {
	f, err := t.myd()
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(n * pointSize); err != nil {
		return err
	}
	head, tail, err := readEnds(f, n)
	if err != nil {
		return err
	}
	t.count, t.head, t.tail = n, head, tail
	t.reset()
	return nil
}

// Rewind cuts away the points after an extent. Points before it stay: writing them again changes nothing.
func (t *tape) Rewind(to feed.Extent) error {
	t.files.Lock()
	defer t.files.Unlock()
	err := t.mend()
	if err == nil {
		err = t.rewind(to)
	}
	if err != nil {
		return fmt.Errorf("take feed %d back: %w", t.id, err)
	}
	return nil
}

// rewind is Rewind with the files held. It needs no more than the time of the last point: inserting is the only way in
// which points come before it, and inserting them again gives the same file.
func (t *tape) rewind(to feed.Extent) error {
	t.reset()
	if to.Points == 0 || t.count == 0 {
		return t.cut(0)
	}
	v, err := t.viewHeld()
	if err != nil {
		return err
	}
	defer v.closeFile()
	c := cursor{v: v}
	keep, err := c.seek(0, to.End+1)
	if err != nil {
		return err
	}
	return t.cut(keep)
}
