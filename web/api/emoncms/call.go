package emoncms

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/form"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web"
)

// The content types as the original sends them.
const (
	typeJSON   = "application/json"
	typeText   = "text/plain;charset=UTF-8"
	typeStream = "application/octet-stream"
)

// keptBuffer is the largest answer whose memory is kept for the next one.
const keptBuffer = 1 << 20

// Call is one request to the compatible API and the answer that is made for it: JSON into Out unless a handler chooses
// text or a stream.
type Call struct {
	*form.Request

	HTTP  *http.Request
	Reply http.ResponseWriter // for headers only; the answer is sent when the handler has returned
	Who   account.Principal   // the zero Principal when nobody is known
	Out   phpjson.Writer

	kind     string // content type
	status   int
	filename string
	stream   func(w io.Writer) error
	unknown  bool // the action does not exist for whoever asks
}

// Context ends when whoever asks has gone.
func (c *Call) Context() context.Context { return c.HTTP.Context() }

// known tells that a key or a session says who asks.
func (c *Call) known() bool { return c.Who.User != 0 }

// Param is the value of a parameter, empty when it was not sent.
func (c *Call) Param(name string) string {
	value, _ := c.Get(name)
	return value
}

// Number reads a parameter the way PHP casts to int: what is no number is 0, what follows one is not looked at.
func (c *Call) Number(name string) int64 { return Int(c.Param(name)) }

// Flag reads a parameter that is a number other than 0 for yes.
func (c *Call) Flag(name string) bool { return c.Number(name) != 0 }

// Int reads text the way PHP casts to int.
func Int(s string) int64 {
	s = strings.TrimLeft(s, " \t\r\n")
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[end] == '-' || s[end] == '+')) {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Text answers s as plain text.
func (c *Call) Text(s string) error {
	c.kind = typeText
	c.Out.Reset()
	c.Out.Raw(s)
	return nil
}

// Answer answers body with a status and content type of its own.
func (c *Call) Answer(status int, kind, body string) error {
	c.status, c.kind = status, kind
	c.Out.Reset()
	c.Out.Raw(body)
	return nil
}

// Stream answers JSON that write gives piece by piece.
func (c *Call) Stream(write func(w io.Writer) error) error {
	c.stream = write
	return nil
}

// Download answers what write gives as a file. Nothing of filename is the client's choice.
func (c *Call) Download(filename string, write func(w io.Writer) error) error {
	c.kind, c.filename, c.stream = typeStream, filename, write
	return nil
}

// Refuse answers false, which is how the original says no to most requests without the right.
func (c *Call) Refuse() error {
	c.Out.Reset()
	c.Out.Bool(false)
	return nil
}

// Result answers {"success":…,"message":…}.
func (c *Call) Result(ok bool, message string) error {
	c.Out.Reset()
	c.Out.Object().Key("success").Bool(ok).Key("message").String(message).EndObject()
	return nil
}

// send writes the answer. A stream that breaks off cannot be taken back, so it ends the connection.
func (c *Call) send(w http.ResponseWriter, status int) {
	h := w.Header()
	h["Content-Type"] = []string{c.kind}
	if c.stream == nil {
		w.WriteHeader(status)
		_, _ = w.Write(c.Out.Bytes())
		return
	}
	if c.filename != "" {
		h.Set("Content-Disposition", "attachment; filename="+c.filename)
	}
	if err := c.stream(web.Extending(w)); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// calls keeps the memory of answers between requests.
type calls struct{ pool sync.Pool }

func (p *calls) get(r *http.Request) *Call {
	c, ok := p.pool.Get().(*Call)
	if !ok {
		c = &Call{}
	}
	c.HTTP, c.kind, c.status = r, typeJSON, http.StatusOK
	return c
}

func (p *calls) put(c *Call) {
	out := c.Out
	out.Reset()
	if cap(out.Bytes()) > keptBuffer {
		out = phpjson.Writer{}
	}
	*c = Call{Out: out}
	p.pool.Put(c)
}

// Hide answers as if there were no such action: the original falls through to this when a right is missing.
func (c *Call) Hide() error {
	c.unknown = true
	return nil
}
