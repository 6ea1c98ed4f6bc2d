package web

import (
	"io"
	"net/http"
	"time"
)

// stallTimeout is how long one write of a stream or download may take before its client counts as gone.
const stallTimeout = 60 * time.Second

// Extending writes to w and gives every write its own time, because a download or a stream as a whole may take longer
// than any answer should. What is written goes out at once.
func Extending(w http.ResponseWriter) io.Writer {
	return &extending{w: w, control: http.NewResponseController(w)}
}

type extending struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (e *extending) Write(p []byte) (int, error) {
	_ = e.control.SetWriteDeadline(time.Now().Add(stallTimeout)) // not every writer has a deadline
	n, err := e.w.Write(p)
	if err != nil {
		return n, err
	}
	_ = e.control.Flush()
	return n, nil
}
