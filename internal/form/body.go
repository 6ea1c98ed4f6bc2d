package form

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"

	"github.com/weirhq/weir"
)

// trusted is how much memory a Content-Length gets before any of the body has arrived.
const trusted = 256 << 10

func (q *Request) readBody(r *http.Request, limit int64) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	if r.ContentLength > limit {
		return tooLarge(limit)
	}
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	kind = strings.TrimSpace(kind)
	if strings.EqualFold(kind, "multipart/form-data") {
		return q.readParts(r, limit)
	}
	raw, err := readAll(r.Body, r.ContentLength, limit)
	if err != nil {
		return err
	}
	q.Raw = raw
	if strings.EqualFold(kind, "application/x-www-form-urlencoded") {
		return q.Body.add(raw)
	}
	return nil
}

// chunks are shared between requests: a body is read through one into its string, which then needs no copy.
var chunks = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func readAll(body io.Reader, length, limit int64) (string, error) {
	chunk, ok := chunks.Get().(*[32 << 10]byte)
	if !ok {
		chunk = new([32 << 10]byte)
	}
	defer chunks.Put(chunk)
	var text strings.Builder
	text.Grow(int(max(0, min(length, trusted))))
	for {
		n, err := body.Read(chunk[:])
		if int64(text.Len()+n) > limit {
			return "", tooLarge(limit)
		}
		text.Write(chunk[:n])
		if errors.Is(err, io.EOF) {
			return text.String(), nil
		}
		if err != nil {
			return "", broken(err, limit)
		}
	}
}

// readParts takes the fields of a multipart form. Files in it are read over.
func (q *Request) readParts(r *http.Request, limit int64) error {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return weir.Errorf(weir.Invalid, "multipart form without a boundary: name it in the Content-Type header")
	}
	parts := multipart.NewReader(http.MaxBytesReader(nil, r.Body, limit), params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(err, limit)
		}
		if part.FileName() != "" {
			continue
		}
		value, err := readAll(part, 0, limit)
		if err != nil {
			return err
		}
		if err := q.Body.put(pair{name: part.FormName(), value: value}); err != nil {
			return err
		}
	}
}

func tooLarge(limit int64) error {
	return weir.Errorf(weir.TooLarge, "request body is larger than %d bytes: send less at once", limit)
}

func broken(err error, limit int64) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge(limit)
	}
	if weir.KindOf(err) == weir.Unavailable {
		return err
	}
	return weir.Errorf(weir.Invalid, "request body ends early: %w", err)
}
