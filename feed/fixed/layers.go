package fixed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"sync"

	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/durable"
)

// The layers: what is known of every 2^6, 2^12 and 2^18 slots, counted from slot 0 in 1970, so that a block stays the
// same block when earlier points come in. Years at 10 s are then drawn from a few thousand records. Measured with a year
// at 10 s in 800 windows: lowest layers of 2^4 to 2^7 slots differ by a fifth in time (the windows' ragged ends and the
// reading of pages outweigh each other), while 2^4 takes a third of the data's size and 2^6 a twelfth.
const (
	low, mid, high = 6, 12, 18 // log2 of the slots in a block of each layer

	layersMagic   = "WLYR"
	layersVersion = 1

	perPage     = 1 << (mid - low) // records of a layer in one block of the next
	recordSize  = 4 + 8 + 4 + 4    // count, sum, min, max
	checkSize   = 4
	headerSize  = 44
	detailSize  = perPage*recordSize + checkSize     // 64 low records
	summarySize = (perPage+1)*recordSize + checkSize // 64 mid records and the high one they make
	groupSize   = summarySize + perPage*detailSize   // all that belongs to one high record
)

// layers is the side file of a tape. It may be lost, stale or damaged: then blocks are computed from the data.
type layers struct {
	tape *tape

	mu      sync.RWMutex // for those who read the tape at the same time; who writes the tape is alone anyway
	checked bool         // the file has been looked at
	covered int64        // slots below this are in the file, from the block of the first slot on; a multiple of 2^12
	sealed  bool         // the file's header says so too
	failing bool         // the last try to write it failed, which was logged
}

func (l *layers) name() string { return path(l.tape.id, ".layers") }

// invalidate forgets all layers.
func (l *layers) invalidate() { l.checked, l.covered, l.sealed = true, 0, false }

func (l *layers) remove() error {
	if err := l.tape.engine.fs.Remove(l.name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// stamp identifies the data file's content from outside.
func (l *layers) stamp() (size, mtime int64, err error) {
	info, err := l.tape.engine.fs.Stat(path(l.tape.id, ".dat"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	return info.Size(), info.ModTime().UnixNano(), nil
}

// header says up to where the file covers the data, and which data.
func (l *layers) header(size, mtime int64) []byte {
	b := make([]byte, 8, headerSize)
	copy(b, layersMagic)
	b[4] = layersVersion
	b = binary.LittleEndian.AppendUint32(b, uint32(l.tape.interval))
	b = binary.LittleEndian.AppendUint32(b, uint32(l.tape.start))
	b = binary.LittleEndian.AppendUint64(b, uint64(l.covered))
	b = binary.LittleEndian.AppendUint64(b, uint64(size))
	b = binary.LittleEndian.AppendUint64(b, uint64(mtime))
	return binary.LittleEndian.AppendUint32(b, checksum(b))
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// check looks once whether the file belongs to the data as it is. It must happen before weir's first change of the
// data, which cannot be told from a change behind its back later.
func (l *layers) check() error {
	if l.checked {
		return nil
	}
	data, err := l.readHeader()
	if err != nil {
		return err
	}
	l.invalidate()
	if len(data) < headerSize {
		return nil
	}
	size, mtime, err := l.stamp()
	if err != nil {
		return err
	}
	covered := int64(binary.LittleEndian.Uint64(data[16:]))
	if covered < 0 || covered&(1<<mid-1) != 0 || covered > l.tape.end() {
		return nil
	}
	l.covered = covered
	if string(l.header(size, mtime)) != string(data) {
		l.covered = 0
		return nil
	}
	l.sealed = true
	return nil
}

// readHeader gives nothing when there is no file, or one too short to be of use.
func (l *layers) readHeader() ([]byte, error) {
	f, err := l.tape.engine.fs.OpenFile(l.name(), os.O_RDWR, fileMode)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, headerSize)
	n, err := f.ReadAt(b, 0)
	if n < headerSize {
		return nil, nil // too short or unreadable is as good as none
	}
	return b, err
}

// seal writes the header if the file is worth more than its header says.
func (l *layers) seal() error {
	if !l.checked || l.sealed || l.covered == 0 {
		return nil
	}
	f, err := l.open()
	if err != nil {
		return err
	}
	return errors.Join(l.writeHeader(f), f.Close())
}

func (l *layers) open() (durable.File, error) {
	return l.tape.engine.fs.OpenFile(l.name(), os.O_RDWR|os.O_CREATE, fileMode)
}

// writeHeader vouches for what is covered, against the data file as it is now.
func (l *layers) writeHeader(f durable.File) error {
	size, mtime, err := l.stamp()
	if err == nil {
		_, err = f.WriteAt(l.header(size, mtime), 0)
	}
	if err != nil {
		return fmt.Errorf("write layers of feed %d: %w", l.tape.id, err)
	}
	l.sealed = true
	return nil
}

// lower takes back what is covered, on disk too, before data from a slot on is overwritten.
func (l *layers) lower(slot int64) error {
	if slot >= l.covered {
		return nil
	}
	l.covered = slot &^ (1<<mid - 1)
	if !l.sealed {
		return nil
	}
	f, err := l.open()
	if err != nil {
		return err
	}
	return errors.Join(l.writeHeader(f), f.Close())
}

// group is where the pages of a high block lie.
func (l *layers) group(slot int64) int64 {
	return headerSize + (slot>>high-l.tape.first>>high)*groupSize
}

// detail is where the page of low records lies that a slot belongs to.
func (l *layers) detail(slot int64) int64 {
	return l.group(slot) + summarySize + (slot>>mid&(perPage-1))*detailSize
}

func putRecord(b []byte, s feed.Stat) {
	binary.LittleEndian.PutUint32(b, uint32(s.Count))
	binary.LittleEndian.PutUint64(b[4:], math.Float64bits(s.Sum))
	binary.LittleEndian.PutUint32(b[12:], math.Float32bits(float32(s.Min)))
	binary.LittleEndian.PutUint32(b[16:], math.Float32bits(float32(s.Max)))
}

func record(b []byte) feed.Stat {
	return feed.Stat{
		Count: int64(binary.LittleEndian.Uint32(b)),
		Sum:   math.Float64frombits(binary.LittleEndian.Uint64(b[4:])),
		Min:   float64(math.Float32frombits(binary.LittleEndian.Uint32(b[12:]))),
		Max:   float64(math.Float32frombits(binary.LittleEndian.Uint32(b[16:]))),
	}
}

// sealPage puts the checksum behind a page.
func sealPage(b []byte) {
	binary.LittleEndian.PutUint32(b[len(b)-checkSize:], checksum(b[:len(b)-checkSize]))
}

// goodPage tells that a page is as it was written.
func goodPage(b []byte) bool {
	return binary.LittleEndian.Uint32(b[len(b)-checkSize:]) == checksum(b[:len(b)-checkSize])
}

// extend covers all whole pages below a slot of the file, reading the data between. A failure to write is logged and
// costs only time: what is not covered is computed.
func (l *layers) extend(v *view, to int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.check()
	to &^= 1<<mid - 1
	if err == nil && to > max(l.covered, v.t.first&^(1<<mid-1)) {
		err = l.build(v, to)
	}
	if err != nil && !l.failing {
		l.tape.engine.log.Warn("cannot keep the layers of a feed; queries over long times take longer",
			slog.Int64("feed", int64(l.tape.id)), slog.Any("error", err))
	}
	l.failing = err != nil
}

// build writes the pages from covered up to a slot, group by group.
func (l *layers) build(v *view, to int64) error {
	f, err := l.open()
	if err != nil {
		return err
	}
	defer f.Close()
	from := max(l.covered, v.t.first&^(1<<mid-1))
	data := make([]float32, 1<<mid)
	for from < to {
		next := min(to, (from>>high+1)<<high)
		if err := l.buildGroup(f, v, data, [2]int64{from, next}); err != nil {
			return err
		}
		from = next
		l.covered = from
	}
	return l.writeHeader(f)
}

// buildGroup writes the detail pages of a part of a group, then the group's summary.
func (l *layers) buildGroup(f durable.File, v *view, data []float32, part [2]int64) error {
	summary := make([]byte, summarySize)
	if begin := part[0] >> high << high; begin < part[0] && l.covered > begin {
		if _, err := f.ReadAt(summary, l.group(begin)); err != nil || !goodPage(summary) {
			part[0] = max(begin, v.t.first&^(1<<mid-1)) // damaged: make the whole group anew
		}
	}
	var pages []byte
	for slot := part[0]; slot < part[1]; slot += 1 << mid {
		page := make([]byte, detailSize)
		whole, err := l.foldPage(v, data, slot, page)
		if err != nil {
			return err
		}
		putRecord(summary[slot>>mid&(perPage-1)*recordSize:], whole)
		pages = append(pages, page...)
	}
	if part[1]&(1<<high-1) == 0 {
		var all feed.Stat
		for i := range perPage {
			all.Merge(record(summary[i*recordSize:]))
		}
		putRecord(summary[perPage*recordSize:], all)
	}
	sealPage(summary)
	if _, err := f.WriteAt(pages, l.detail(part[0])); err != nil {
		return err
	}
	_, err := f.WriteAt(summary, l.group(part[0]))
	return err
}

// foldPage fills a detail page from the file, without what is pending, and gives the sum of its records.
func (l *layers) foldPage(v *view, data []float32, slot int64, page []byte) (feed.Stat, error) {
	for i := range data {
		data[i] = nan32()
	}
	from := max(slot, v.t.first)
	if err := v.readFile(from, data[from-slot:]); err != nil {
		return feed.Stat{}, err
	}
	var whole feed.Stat
	for i := range perPage {
		var s feed.Stat
		foldSlots(&s, data[i<<low:(i+1)<<low])
		putRecord(page[i*recordSize:], s)
		whole.Merge(s)
	}
	sealPage(page)
	return whole, nil
}
