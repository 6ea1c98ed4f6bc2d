package httpin

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zlib"
)

// zipper holds what one decompression needs; making it costs more than most bodies.
type zipper struct {
	stream io.ReadCloser
	chunk  [32 << 10]byte
}

// inflate reads a zlib stream to its end. A stream that is damaged is the fault named by damaged.
func (d *Decoder) inflate(packed io.Reader, damaged string) (text, fault string) {
	z, ok := d.zippers.Get().(*zipper)
	if !ok {
		z = &zipper{}
	}
	defer d.zippers.Put(z)
	if !z.open(packed) {
		return "", damaged
	}
	var out strings.Builder
	for {
		n, err := z.stream.Read(z.chunk[:])
		if out.Len()+n > d.cfg.MaxInflated {
			return "", fmt.Sprintf("Format error, data is larger than %d bytes when decompressed", d.cfg.MaxInflated)
		}
		out.Write(z.chunk[:n])
		if errors.Is(err, io.EOF) {
			return out.String(), ""
		}
		if err != nil {
			return "", damaged
		}
	}
}

func (z *zipper) open(packed io.Reader) bool {
	if old, ok := z.stream.(zlib.Resetter); ok {
		return old.Reset(packed, nil) == nil
	}
	stream, err := zlib.NewReader(packed)
	if err != nil {
		return false
	}
	z.stream = stream
	return true
}
