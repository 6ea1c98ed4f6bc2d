package durable

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/weirhq/weir"
)

const (
	magicLen  = 4
	headerLen = magicLen + 1 + 8
	sumLen    = 4
)

// Seal wraps payload so that Open can tell it whole. magic has four bytes and names the format.
func Seal(magic string, version uint8, payload []byte) []byte {
	out := make([]byte, 0, headerLen+len(payload)+sumLen)
	out = append(out, magic[:magicLen]...)
	out = append(out, version)
	out = binary.LittleEndian.AppendUint64(out, uint64(len(payload)))
	out = append(out, payload...)
	return binary.LittleEndian.AppendUint32(out, checksum(out))
}

// Open unwraps what Seal made. The payload shares data's memory.
func Open(magic string, data []byte) (version uint8, payload []byte, err error) {
	if len(data) < headerLen+sumLen {
		return 0, nil, weir.Errorf(weir.Invalid, "%s record is cut short: %d bytes", magic, len(data))
	}
	if string(data[:magicLen]) != magic[:magicLen] {
		return 0, nil, weir.Errorf(weir.Invalid, "not a %s record: begins with %q", magic, data[:magicLen])
	}
	length := binary.LittleEndian.Uint64(data[magicLen+1:])
	if length != uint64(len(data)-headerLen-sumLen) {
		return 0, nil, weir.Errorf(weir.Invalid, "%s record is torn: says %d bytes, has %d", magic, length, len(data)-headerLen-sumLen)
	}
	body := data[:len(data)-sumLen]
	if sum := binary.LittleEndian.Uint32(data[len(body):]); sum != checksum(body) {
		return 0, nil, weir.Errorf(weir.Invalid, "%s record is damaged: checksum %08x, computed %08x", magic, sum, checksum(body))
	}
	return data[magicLen], body[headerLen:], nil
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }
