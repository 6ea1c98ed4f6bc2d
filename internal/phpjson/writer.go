package phpjson

import (
	"io"
	"strconv"
)

// Writer appends values to a buffer and puts the commas between them. The zero Writer is ready.
type Writer struct {
	buf  []byte
	last byte // of what has been flushed, 0 when nothing has
}

// On makes a Writer that appends to buf.
func On(buf []byte) Writer { return Writer{buf: buf} }

// Bytes is what has been written. It is valid until the next write.
func (w *Writer) Bytes() []byte { return w.buf }

// Reset forgets what has been written and keeps the memory.
func (w *Writer) Reset() { w.buf, w.last = w.buf[:0], 0 }

// Flush moves what has been written to out. Writing goes on behind it.
func (w *Writer) Flush(out io.Writer) error {
	if len(w.buf) == 0 {
		return nil
	}
	_, err := out.Write(w.buf)
	w.last = w.buf[len(w.buf)-1]
	w.buf = w.buf[:0]
	return err
}

// next puts a comma unless the value to come is the first of its object, array or text. What came before tells: no
// value ends in an opening bracket or a colon.
func (w *Writer) next() {
	last := w.last
	if n := len(w.buf); n > 0 {
		last = w.buf[n-1]
	}
	switch last {
	case 0, '{', '[', ':':
	default:
		w.buf = append(w.buf, ',')
	}
}

// Object begins an object.
func (w *Writer) Object() *Writer { return w.value("{") }

// EndObject ends the innermost object.
func (w *Writer) EndObject() *Writer { w.buf = append(w.buf, '}'); return w }

// Array begins an array.
func (w *Writer) Array() *Writer { return w.value("[") }

// EndArray ends the innermost array.
func (w *Writer) EndArray() *Writer { w.buf = append(w.buf, ']'); return w }

// Key names the value that follows.
func (w *Writer) Key(name string) *Writer {
	w.next()
	w.buf = append(AppendString(w.buf, name), ':')
	return w
}

// String writes a string.
func (w *Writer) String(s string) *Writer {
	w.next()
	w.buf = AppendString(w.buf, s)
	return w
}

// Int writes a whole number.
func (w *Writer) Int(i int64) *Writer {
	w.next()
	w.buf = strconv.AppendInt(w.buf, i, 10)
	return w
}

// IntString writes a whole number in quotes, as the compatible API gives most ids.
func (w *Writer) IntString(i int64) *Writer {
	w.next()
	w.buf = append(strconv.AppendInt(append(w.buf, '"'), i, 10), '"')
	return w
}

// Float writes a number, null when it is none.
func (w *Writer) Float(f float64) *Writer {
	w.next()
	w.buf = AppendFloat(w.buf, f)
	return w
}

// Bool writes true or false.
func (w *Writer) Bool(b bool) *Writer {
	w.next()
	w.buf = strconv.AppendBool(w.buf, b)
	return w
}

// Null writes null.
func (w *Writer) Null() *Writer { return w.value("null") }

// Pair writes [time,value], the shape of a point in feed data.
func (w *Writer) Pair(time int64, value float64) *Writer {
	w.next()
	w.buf = append(w.buf, '[')
	w.buf = append(strconv.AppendInt(w.buf, time, 10), ',')
	w.buf = append(AppendFloat(w.buf, value), ']')
	return w
}

// Raw appends text as it is, without a comma: for answers that are not JSON.
func (w *Writer) Raw(text string) *Writer {
	w.buf = append(w.buf, text...)
	return w
}

func (w *Writer) value(token string) *Writer {
	w.next()
	w.buf = append(w.buf, token...)
	return w
}
