package collect

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

const (
	segmentMagic   = "WROW"
	segmentVersion = 1
	segmentHeader  = 8
	recordHeader   = 8
	maxRecord      = 1 << 20 // no row is that long; a greater length is damage
	segmentSuffix  = ".rows"
)

// segment is one file of rows.
type segment struct {
	number uint64
	size   int64 // up to the end of the last whole record
	rows   int   // that are not acknowledged
}

func segmentName(number uint64) string { return fmt.Sprintf("%016x%s", number, segmentSuffix) }

// segmentNumber is the reverse of segmentName; false for files that are something else.
func segmentNumber(name string) (uint64, bool) {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	if !ok || len(digits) != 16 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 64)
	return n, err == nil && segmentName(n) == name
}

func appendSegmentHeader(dst []byte) []byte {
	dst = append(dst, segmentMagic...)
	return append(dst, segmentVersion, 0, 0, 0)
}

func appendRecord(dst []byte, r *Row) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, recordHeader)...)
	dst = appendRow(dst, r)
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-recordHeader))
	binary.LittleEndian.PutUint32(dst[at+4:], recordSum(dst[at:]))
	return dst
}

// recordSum covers length and payload, so that neither can be taken from a record that lay there before.
func recordSum(record []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(record[:4], table), table, record[recordHeader:])
}

// cutRecord gives the payload of the first record in data and the record's length. A length of 0: data ends inside
// the record, which at the end of a segment means that its writer was stopped.
func cutRecord(data []byte) (payload []byte, length int, err error) {
	if len(data) < recordHeader {
		return nil, 0, nil
	}
	n := binary.LittleEndian.Uint32(data)
	if n > maxRecord {
		return nil, 0, weir.Errorf(weir.Invalid, "a buffered record says it has %d bytes", n)
	}
	length = recordHeader + int(n)
	if len(data) < length {
		return nil, 0, nil
	}
	if binary.LittleEndian.Uint32(data[4:]) != recordSum(data[:length]) {
		return nil, 0, weir.Errorf(weir.Invalid, "a buffered record has a wrong checksum")
	}
	return data[recordHeader:length], length, nil
}

// readRecords calls fn for each whole record in data until fn says that it has enough, and gives the length of what it
// went through. An error tells of a record that is whole but not right; the records before it have been given.
func readRecords(data []byte, fn func(payload []byte) (more bool, err error)) (used int, err error) {
	for {
		payload, length, err := cutRecord(data[used:])
		if err != nil || length == 0 {
			return used, err
		}
		more, err := fn(payload)
		if err != nil {
			return used, err
		}
		used += length
		if !more {
			return used, nil
		}
	}
}

// scanSegment finds how far a segment from an earlier run can be read, and how many rows lie at or after from. damaged
// says what is wrong with the rest, if there is a rest.
func scanSegment(fsys durable.FS, number uint64, from int64) (s segment, damaged, err error) {
	s.number = number
	data, err := durable.ReadFile(fsys, segmentName(number))
	if err != nil {
		return s, nil, fmt.Errorf("read buffer: %w", err)
	}
	if len(data) < segmentHeader {
		return s, weir.Errorf(weir.Invalid, "its beginning is cut short"), nil
	}
	if string(data[:4]) != segmentMagic {
		return s, weir.Errorf(weir.Invalid, "it begins with %q", data[:4]), nil
	}
	if data[4] != segmentVersion {
		return s, nil, weir.Errorf(weir.Conflict,
			"buffer file %s has version %d, this weir knows %d: run the weir that wrote it, or move the file away", segmentName(number), data[4], segmentVersion)
	}
	s.size = segmentHeader
	var d rowDecoder
	used, damaged := readRecords(data[segmentHeader:], func(payload []byte) (bool, error) {
		if _, err := d.decode(payload); err != nil {
			return false, err
		}
		if s.size >= from {
			s.rows++
		}
		s.size += int64(recordHeader + len(payload))
		return true, nil
	})
	if rest := len(data) - segmentHeader - used; rest > 0 && damaged == nil {
		damaged = weir.Errorf(weir.Invalid, "its last record is cut short, %d bytes", rest)
	}
	return s, damaged, nil
}

// readAt fills b from pos, less at the end of the file.
func readAt(fsys durable.FS, name string, b []byte, pos int64) (n int, err error) {
	f, err := fsys.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err = f.ReadAt(b, pos)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}
