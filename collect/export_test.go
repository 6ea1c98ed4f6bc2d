package collect

import (
	"log/slog"

	"github.com/weirhq/weir/internal/durable"
)

// Buffer lets tests of the files work without a collector.
type Buffer struct{ b *buffer }

// Batch is what Next gave.
type Batch struct {
	Rows []Row
	mark mark
}

func OpenBuffer(fsys durable.FS, maxBytes int64) (*Buffer, error) {
	b, err := openBuffer(fsys, maxBytes, slog.New(slog.DiscardHandler))
	return &Buffer{b}, err
}

func (b *Buffer) Add(r Row) { b.b.add(r) }
func (b *Buffer) Next(rows int) Batch {
	r, m := b.b.next(rows, maxBatchBytes)
	return Batch{r, m}
}
func (b *Buffer) Done(batch Batch)               { b.b.done(batch.mark) }
func (b *Buffer) Counts() (waiting, dropped int) { w, d := b.b.counts(); return w, int(d) }
func (b *Buffer) Close() error                   { return b.b.close() }

// DecodeSegment reads a segment as the buffer does, up to its end or the first damage.
func DecodeSegment(data []byte) (rows []Row, used int) {
	if len(data) < segmentHeader {
		return nil, 0
	}
	var d rowDecoder
	used, _ = readRecords(data[segmentHeader:], func(payload []byte) (bool, error) {
		r, err := d.decode(payload)
		if err == nil {
			rows = append(rows, r)
		}
		return true, err
	})
	return rows, used
}

// EncodeSegment writes a segment.
func EncodeSegment(rows []Row) []byte {
	data := appendSegmentHeader(nil)
	for i := range rows {
		data = appendRecord(data, &rows[i])
	}
	return data
}

var (
	AppendForm = appendForm
	RetryAfter = retryAfter
)
