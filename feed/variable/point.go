package variable

import (
	"encoding/binary"
	"math"

	"github.com/weirhq/weir"
)

const (
	pointSize = 9
	lead      = 0xF9 // what MySQL's MyISAM put before each row of this table, and emoncms kept

	missing = 0x7FC00000 // the NaN that emoncms writes
)

// point is one record of a file, its value as bits so that copies are exact.
type point struct {
	time uint32
	bits uint32
}

func (p point) sample() weir.Sample {
	return weir.Sample{Time: int64(p.time), Value: float64(math.Float32frombits(p.bits))}
}

// toPoint rounds to what a file keeps, with one NaN for all.
func toPoint(s weir.Sample) point {
	if s.Missing() {
		return point{uint32(s.Time), missing}
	}
	return point{uint32(s.Time), math.Float32bits(float32(s.Value))}
}

// decodePoint reads a record. Its first byte is not looked at, as the original does not either.
func decodePoint(b []byte) point {
	return point{binary.LittleEndian.Uint32(b[1:]), binary.LittleEndian.Uint32(b[5:])}
}

func appendPoint(b []byte, p point) []byte {
	b = append(b, lead)
	b = binary.LittleEndian.AppendUint32(b, p.time)
	return binary.LittleEndian.AppendUint32(b, p.bits)
}
