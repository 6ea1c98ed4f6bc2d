package variable

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"

	"github.com/weirhq/weir/internal/durable"
)

// view is a feed at one moment, file and pending as one row of points. While it is open its tape's file stays as it is.
type view struct {
	t     *tape
	f     durable.File // nil when there is nothing in the file
	late  []placed     // points among those of the file
	tail  []point      // points after those of the file
	total int64
	buf   []byte
}

// placed is a pending point whose place in the row is known.
type placed struct {
	point

	file  int64 // the file's first point that is not older
	index int64 // its own place in the row
	added bool  // it does not replace that point but comes before it
}

// view takes a picture of what is pending and holds the files. Close it soon: flushes wait for it.
func (t *tape) view() (*view, error) {
	if err := t.hold(); err != nil {
		return nil, err
	}
	v, err := t.viewHeld()
	if err != nil {
		t.files.RUnlock()
		return nil, fmt.Errorf("read feed %d: %w", t.id, err)
	}
	return v, nil
}

// viewHeld is view with files held already, for reading or writing.
func (t *tape) viewHeld() (*view, error) {
	v := &view{t: t}
	t.mu.Lock()
	v.tail = slices.Clone(t.pending.tail)
	late := slices.Clone(t.pending.late)
	t.mu.Unlock()
	if t.count > 0 {
		var err error
		if v.f, err = t.myd(); err != nil {
			return nil, err
		}
	}
	if n := t.alreadyThere(v.tail); n > 0 {
		late = slices.Concat(v.tail[:n], late)
		v.tail = v.tail[n:]
	}
	slices.SortStableFunc(late, byTime)
	late = lastOfEach(late)
	split := len(late)
	if v.f == nil {
		split = 0
	} else if i := sort.Search(len(late), func(i int) bool { return late[i].time > t.tail.time }); i < split {
		split = i
	}
	v.tail = lastOfEach(merge(v.tail, late[split:]))
	if err := v.place(late[:split]); err != nil {
		v.closeFile()
		return nil, err
	}
	v.total = v.fileEnd() + int64(len(v.tail))
	return v, nil
}

// alreadyThere counts the points of the tail that are not newer than the file: it was loaded again after a write that
// failed half way.
func (t *tape) alreadyThere(tail []point) int {
	if t.count == 0 {
		return 0
	}
	return sort.Search(len(tail), func(i int) bool { return tail[i].time > t.tail.time })
}

func byTime(a, b point) int { return cmp.Compare(a.time, b.time) }

// lastOfEach leaves the last one of points with the same time.
func lastOfEach(points []point) []point {
	out := points[:0]
	for i, p := range points {
		if i+1 < len(points) && points[i+1].time == p.time {
			continue
		}
		out = append(out, p)
	}
	return out
}

// merge puts later ones among points; of the same time they come after.
func merge(points, later []point) []point {
	if len(later) == 0 {
		return points
	}
	out := slices.Concat(points, later)
	slices.SortStableFunc(out, byTime)
	return out
}

// place finds the places of late points among those of the file.
func (v *view) place(late []point) error {
	var added int64
	for _, p := range late {
		at, err := v.searchFile(int64(p.time))
		if err != nil {
			return err
		}
		var there [1]point
		if err := v.readFile(at, there[:]); err != nil {
			return err
		}
		v.late = append(v.late, placed{p, at, at + added, there[0].time != p.time})
		if there[0].time != p.time {
			added++
		}
	}
	return nil
}

// searchFile is the file's first point at or after a time, which is not after its last one.
func (v *view) searchFile(at int64) (int64, error) {
	var failed error
	n := sort.Search(int(v.t.count), func(i int) bool {
		var p [1]point
		if err := v.readFile(int64(i), p[:]); err != nil {
			failed = err
		}
		return int64(p[0].time) >= at
	})
	return min(int64(n), v.t.count-1), failed
}

// fileEnd is the number of points up to the file's last one.
func (v *view) fileEnd() int64 { return v.t.count + v.addedBefore(len(v.late)) }

// addedBefore counts the points added by the first n late ones.
func (v *view) addedBefore(n int) int64 {
	if n == 0 {
		return 0
	}
	last := v.late[n-1]
	added := last.index - last.file
	if last.added {
		added++
	}
	return added
}

func (v *view) close() {
	v.closeFile()
	v.t.files.RUnlock()
}

func (v *view) closeFile() {
	if v.f != nil {
		_ = v.f.Close()
	}
}

// readFile reads points of the file.
func (v *view) readFile(from int64, dst []point) error {
	n := len(dst) * pointSize
	if cap(v.buf) < n {
		v.buf = make([]byte, n)
	}
	b := v.buf[:n]
	if _, err := v.f.ReadAt(b, from*pointSize); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // shorter than when it was opened
		}
		return err
	}
	for i := range dst {
		dst[i] = decodePoint(b[i*pointSize:])
	}
	return nil
}

// read fills dst with points from index on, all of which are in the row.
func (v *view) read(from int64, dst []point) error {
	next, _ := slices.BinarySearchFunc(v.late, from, func(p placed, index int64) int { return cmp.Compare(p.index, index) })
	for len(dst) > 0 {
		n := int64(len(dst))
		switch end := v.fileEnd(); {
		case from >= end:
			n = int64(copy(dst, v.tail[from-end:]))
		case next < len(v.late) && v.late[next].index == from:
			dst[0] = v.late[next].point
			next++
			n = 1
		default:
			n = min(n, end-from)
			if next < len(v.late) {
				n = min(n, v.late[next].index-from)
			}
			if err := v.readFile(from-v.addedBefore(next), dst[:n]); err != nil {
				return fmt.Errorf("read feed %d: %w", v.t.id, err)
			}
		}
		from += n
		dst = dst[n:]
	}
	return nil
}
