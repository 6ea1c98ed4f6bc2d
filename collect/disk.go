package collect

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

const (
	sentFile    = "sent"
	sentMagic   = "WSNT"
	sentVersion = 1
	// reuse is how long a segment whose rows are all acknowledged is written on before a new one is begun: as long as
	// the receiver answers, one small file is all there is.
	reuse = 64 << 10
)

// disk is the buffer's folder. The caller keeps two goroutines apart.
type disk struct {
	fs       durable.FS
	log      *slog.Logger
	maxBytes int64
	perFile  int64

	segments []segment    // oldest first; the last is open for writing if active is set
	active   durable.File // nil until the first row of this run
	next     uint64       // number of the next segment
	pos      int64        // up to where the oldest segment is acknowledged
	sent     durable.File
	dropped  int64 // rows that went unsent since open

	record  []byte
	window  []byte
	decoder rowDecoder
}

// openDisk finds what an earlier run left.
func openDisk(fsys durable.FS, maxBytes int64, log *slog.Logger) (*disk, error) {
	d := &disk{fs: fsys, log: log, maxBytes: maxBytes, perFile: min(256<<10, maxBytes/8)}
	entries, err := fsys.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("read buffer folder: %w", err)
	}
	var numbers []uint64
	for _, e := range entries {
		if n, ok := segmentNumber(e.Name()); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	at := d.readSent()
	d.next = at.segment + 1
	for _, n := range numbers {
		if err := d.take(n, at); err != nil {
			return nil, err
		}
		d.next = max(d.next, n+1)
	}
	d.pos = segmentHeader
	if len(d.segments) > 0 && d.segments[0].number == at.segment {
		d.pos = min(max(at.pos, segmentHeader), d.segments[0].size)
	}
	if d.sent, err = fsys.OpenFile(sentFile, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("open buffer: %w", err)
	}
	return d, nil
}

// take adds a segment of an earlier run, or removes it when nothing in it is wanted any more.
func (d *disk) take(number uint64, at position) error {
	from := int64(0)
	if number == at.segment {
		from = at.pos
	}
	var s segment
	if number >= at.segment {
		var damaged, err error
		if s, damaged, err = scanSegment(d.fs, number, from); err != nil {
			return err
		}
		if damaged != nil {
			d.log.Warn("the end of a buffer file is lost", "file", segmentName(number), "kept_rows", s.rows, "reason", damaged)
		}
	}
	if s.rows == 0 {
		return d.fs.Remove(segmentName(number))
	}
	d.segments = append(d.segments, s)
	return nil
}

// position is a place in the sequence of rows.
type position struct {
	segment uint64
	pos     int64
}

// readSent gives the acknowledged position, or the zero position: everything there is sent again.
func (d *disk) readSent() position {
	data, err := durable.ReadFile(d.fs, sentFile)
	if err != nil || len(data) == 0 {
		return position{}
	}
	version, payload, err := durable.Open(sentMagic, data)
	if err != nil || version != sentVersion || len(payload) != 16 {
		d.log.Warn("the note of what was sent cannot be read: all buffered rows are sent again", "error", err)
		return position{}
	}
	return position{binary.LittleEndian.Uint64(payload), int64(binary.LittleEndian.Uint64(payload[8:]))}
}

func (d *disk) writeSent(p position) error {
	payload := binary.LittleEndian.AppendUint64(nil, p.segment)
	payload = binary.LittleEndian.AppendUint64(payload, uint64(p.pos))
	_, err := d.sent.WriteAt(durable.Seal(sentMagic, sentVersion, payload), 0)
	return err
}

// write appends a row. When it fails nothing has changed that a reader sees.
func (d *disk) write(r *Row) error {
	d.record = appendRecord(d.record[:0], r)
	length := int64(len(d.record))
	if length > maxRecord {
		return weir.Errorf(weir.TooLarge, "a row of %d bytes is too long to be buffered", length)
	}
	if d.active != nil && d.last().size+length > d.perFile && d.last().size > segmentHeader {
		d.leave()
	}
	for d.bytes()+length > d.maxBytes && len(d.segments) > 0 && (d.active == nil || len(d.segments) > 1) {
		d.dropOldest()
	}
	if d.active == nil {
		if err := d.begin(); err != nil {
			return err
		}
	}
	s := d.last()
	// A failed write leaves bytes beyond size; the next one goes over them.
	if _, err := d.active.WriteAt(d.record, s.size); err != nil {
		return err
	}
	s.size += length
	s.rows++
	return nil
}

func (d *disk) last() *segment { return &d.segments[len(d.segments)-1] }

func (d *disk) begin() error {
	f, err := d.fs.OpenFile(segmentName(d.next), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(appendSegmentHeader(nil), 0); err != nil {
		return errors.Join(err, f.Close())
	}
	d.active = f
	d.segments = append(d.segments, segment{number: d.next, size: segmentHeader})
	if len(d.segments) == 1 {
		d.pos = segmentHeader
	}
	d.next++
	return nil
}

// leave ends the writing of the newest segment, and removes it when all its rows have been acknowledged.
func (d *disk) leave() {
	if len(d.segments) == 1 && d.last().rows == 0 {
		d.removeOldest()
		return
	}
	d.finish()
}

// finish closes the segment that is written. It is synced then, so that a power cut costs the newest rows only.
func (d *disk) finish() {
	if err := errors.Join(d.active.Sync(), d.active.Close()); err != nil {
		d.log.Warn("a buffer file may not survive a power cut", "file", segmentName(d.last().number), "error", err)
	}
	d.active = nil
}

func (d *disk) bytes() (sum int64) {
	for i := range d.segments {
		sum += d.segments[i].size
	}
	return sum
}

func (d *disk) rows() (sum int) {
	for i := range d.segments {
		sum += d.segments[i].rows
	}
	return sum
}

// dropOldest makes room for newer rows.
func (d *disk) dropOldest() {
	s := d.segments[0]
	d.dropped += int64(s.rows)
	if s.rows > 0 {
		d.log.Warn("the buffer is full: the oldest rows are dropped", "rows", s.rows, "dropped_since_start", d.dropped, "max_bytes", d.maxBytes)
	}
	d.removeOldest()
}

func (d *disk) removeOldest() {
	s := d.segments[0]
	if d.active != nil && len(d.segments) == 1 {
		_ = d.active.Close() // nothing in it is wanted
		d.active = nil
	}
	d.segments = slices.Delete(d.segments, 0, 1)
	d.pos = segmentHeader
	if err := d.fs.Remove(segmentName(s.number)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.log.Warn("a buffer file cannot be removed", "file", segmentName(s.number), "error", err)
	}
}

// read adds the oldest rows that are not acknowledged, up to maxRows or about maxBytes, and gives the position after
// them. Rows that cannot be read any more are given up, counted and logged; the next ones are given.
func (d *disk) read(rows []Row, maxRows, maxBytes int) ([]Row, position) {
	for len(d.segments) > 0 {
		s := &d.segments[0]
		if s.rows == 0 && len(d.segments) == 1 {
			return rows, position{}
		}
		d.window = slices.Grow(d.window[:0], maxBytes)[:min(int64(maxBytes), s.size-d.pos)]
		n, err := readAt(d.fs, segmentName(s.number), d.window, d.pos)
		if err == nil {
			var used int
			used, err = readRecords(d.window[:n], func(payload []byte) (bool, error) {
				r, err := d.decoder.decode(payload)
				if err == nil {
					rows = append(rows, r)
				}
				return len(rows) < maxRows, err
			})
			if len(rows) > 0 {
				return rows, position{s.number, d.pos + int64(used)}
			}
			if err == nil && maxBytes < recordHeader+maxRecord {
				maxBytes = recordHeader + maxRecord // the first row alone is longer than that
				continue
			}
		}
		d.dropped += int64(s.rows)
		d.log.Error("buffered rows cannot be read and are given up", "file", segmentName(s.number), "rows", s.rows, "error", err)
		d.removeOldest()
	}
	return rows, position{}
}

// let lets n rows go, which end at p. Rows that were dropped in between are not there any more.
func (d *disk) let(n int, p position) error {
	if len(d.segments) == 0 || d.segments[0].number != p.segment {
		return nil
	}
	s := &d.segments[0]
	s.rows -= n
	d.pos = p.pos
	if s.rows == 0 && (d.active == nil || len(d.segments) > 1 || s.size >= reuse) {
		d.removeOldest()
	}
	return d.writeSent(p)
}

func (d *disk) close() error {
	if d.active != nil {
		d.leave()
	}
	return d.sent.Close()
}
