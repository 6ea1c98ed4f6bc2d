package feed

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// aheadFile notes, before files are changed, what they hold and what they will hold. After a kill it proves which data
// beyond the checkpoint is weir's own and may be taken back; what it does not prove is somebody's copy and stays.
const (
	aheadFile    = "ahead"
	aheadMagic   = "WAHD"
	aheadVersion = 1

	aheadHead  = 8       // magic, version, 3 zeros
	frameHead  = 8       // length, CRC-32C
	aheadLimit = 1 << 20 // bytes from which on old frames are dropped
	aheadMarks = 8       // checkpoints of a writer whose frames are kept, should an older one be put back
)

// ahead is the file. Frames are numbered; the number of the newest is what a checkpoint keeps.
type ahead struct {
	fs   durable.FS
	log  *slog.Logger
	sync bool

	mu     sync.Mutex
	size   int64
	limit  int64 // size from which on old frames are dropped
	number uint64
	frames []frame
	marks  map[uint64][]uint64 // by writer: numbers that its recent checkpoints kept
}

// frame is one note: the changes of one flush.
type frame struct {
	number  uint64
	writer  uint64
	off     int64
	changes []change // of frames that were there at the start only
}

// change is what a flush does to one feed.
type change struct {
	feed          weir.FeedID
	engine        weir.EngineID
	before, after Extent
}

// openAhead reads the file. What is torn at its end was noted but not done, or is damaged: it is cut off.
func openAhead(fsys durable.FS, log *slog.Logger, syncs bool) (*ahead, error) {
	a := &ahead{fs: fsys, log: log, sync: syncs, limit: aheadLimit, marks: map[uint64][]uint64{}}
	data, err := durable.ReadFile(fsys, aheadFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read %s: %w", aheadFile, err)
	}
	good := a.decode(data)
	a.size = int64(good)
	if good == len(data) && good > 0 {
		return a, nil
	}
	if len(data) > 0 {
		log.Warn("cut off the end of the note about feeds being written", slog.String("file", aheadFile), slog.Int("bytes", len(data)-good))
	}
	return a, a.restart(data[:good])
}

// decode fills frames and tells how many bytes of data are good.
func (a *ahead) decode(data []byte) int {
	if len(data) < aheadHead || string(data[:4]) != aheadMagic || data[4] != aheadVersion {
		return 0
	}
	at := aheadHead
	for at+frameHead <= len(data) {
		length := int64(binary.LittleEndian.Uint32(data[at:]))
		if length > int64(len(data)-at-frameHead) {
			break
		}
		payload := data[at+frameHead : at+frameHead+int(length)]
		f, ok := decodeFrame(payload)
		if !ok || binary.LittleEndian.Uint32(data[at+4:]) != checksum(payload) || f.number <= a.number {
			break
		}
		f.off = int64(at)
		a.frames = append(a.frames, f)
		a.number = f.number
		at += frameHead + int(length)
	}
	return at
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// restart replaces the file by one with the given content.
func (a *ahead) restart(content []byte) error {
	if len(content) == 0 {
		content = append([]byte(aheadMagic), aheadVersion, 0, 0, 0)
	}
	if err := durable.WriteFile(a.fs, aheadFile, content); err != nil {
		return err
	}
	a.size = int64(len(content))
	return nil
}

// write notes changes, and returns when the note is as safe as asked for.
func (a *ahead) write(writer uint64, changes []change) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.shorten(); err != nil {
		return err
	}
	payload := appendFrame(nil, frame{number: a.number + 1, writer: writer, changes: changes})
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(payload)))
	out = binary.LittleEndian.AppendUint32(out, checksum(payload))
	out = append(out, payload...)
	f, err := a.fs.OpenFile(aheadFile, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("note feeds to write: %w", err)
	}
	_, err = f.WriteAt(out, a.size)
	if err == nil && a.sync {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("note feeds to write: %w", err)
	}
	a.number++
	a.frames = append(a.frames, frame{number: a.number, writer: writer, off: a.size})
	a.size += int64(len(out))
	return nil
}

// shorten drops the frames that no checkpoint needs, once they are many.
func (a *ahead) shorten() error {
	if a.size < a.limit {
		return nil
	}
	data, err := durable.ReadFile(a.fs, aheadFile)
	if err == nil && int64(len(data)) < a.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("shorten %s: %w", aheadFile, err)
	}
	content := data[:aheadHead:aheadHead]
	var left []frame
	for i, f := range a.frames {
		end := a.size
		if i+1 < len(a.frames) {
			end = a.frames[i+1].off
		}
		if marks := a.marks[f.writer]; len(marks) == aheadMarks && f.number <= marks[0] {
			continue
		}
		left = append(left, frame{number: f.number, writer: f.writer, off: int64(len(content))})
		content = append(content, data[f.off:end]...)
	}
	if err := a.restart(content); err != nil {
		return err
	}
	a.frames = left
	a.limit = max(aheadLimit, 2*a.size)
	return nil
}

// newest gives the number of the newest frame, for a checkpoint to keep.
func (a *ahead) newest() uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.number
}

// mark notes that a writer's checkpoint with this number is on the disk.
func (a *ahead) mark(writer, number uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	marks := append(a.marks[writer], number)
	a.marks[writer] = marks[max(0, len(marks)-aheadMarks):]
}

// resume lets numbers go on after the one a checkpoint kept, should the file have been lost.
func (a *ahead) resume(mark uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.number = max(a.number, mark)
}

// since gives, for each feed a writer changed after a checkpoint, what its files held then and the most they hold now.
func (a *ahead) since(writer, mark uint64) map[weir.FeedID]change {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := map[weir.FeedID]change{}
	for _, f := range a.frames {
		if f.writer != writer || f.number <= mark {
			continue
		}
		for _, c := range f.changes {
			had, ok := all[c.feed]
			if !ok {
				all[c.feed] = c
				continue
			}
			had.after = had.after.union(c.after)
			all[c.feed] = had
		}
	}
	return all
}

// union is the extent that holds both.
func (e Extent) union(o Extent) Extent {
	switch {
	case o.Points == 0:
		return e
	case e.Points == 0:
		return o
	}
	return Extent{Points: max(e.Points, o.Points), Start: min(e.Start, o.Start), End: max(e.End, o.End)}
}

// holds tells that no point of o lies outside e.
func (e Extent) holds(o Extent) bool {
	return o.Points == 0 || e.Points > 0 && e.Start <= o.Start && o.End <= e.End
}

func appendFrame(b []byte, f frame) []byte {
	b = binary.AppendUvarint(b, f.number)
	b = binary.AppendUvarint(b, f.writer)
	b = binary.AppendUvarint(b, uint64(len(f.changes)))
	for _, c := range f.changes {
		b = binary.AppendUvarint(b, uint64(c.feed))
		b = append(b, byte(c.engine))
		b = appendExtent(b, c.before)
		b = appendExtent(b, c.after)
	}
	return b
}

func decodeFrame(b []byte) (frame, bool) {
	d := decoder{rest: b}
	f := frame{number: d.uvarint(), writer: d.uvarint()}
	for range d.count(4) {
		f.changes = append(f.changes, change{
			feed: weir.FeedID(d.uvarint()), engine: weir.EngineID(d.byte()), before: d.extent(), after: d.extent(),
		})
	}
	return f, !d.bad && len(d.rest) == 0
}

func appendExtent(b []byte, e Extent) []byte {
	b = binary.AppendUvarint(b, uint64(e.Points))
	if e.Points == 0 {
		return b
	}
	b = binary.AppendUvarint(b, uint64(e.Start))
	b = binary.AppendUvarint(b, uint64(e.End))
	return binary.LittleEndian.AppendUint32(b, e.Tail)
}
