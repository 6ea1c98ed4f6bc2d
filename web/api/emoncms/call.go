package emoncms

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/form"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms/phpjson"
)

// The content types as the original sends them.
const (
	typeJSON   = "application/json"
	typeText   = "text/plain;charset=UTF-8"
	typeStream = "application/octet-stream"
)

// keptBuffer is the largest answer whose memory is kept for the next one.
const keptBuffer = 1 << 20

// call is one request to the compatible API and the answer that is made for it: JSON into out unless a handler chooses
// text or a stream.
type call struct {
	*form.Request

	http  *http.Request
	reply http.ResponseWriter // for headers only; the answer is sent when the handler has returned
	who   account.Principal   // the zero Principal when nobody is known

	out      phpjson.Writer
	kind     string // content type
	status   int
	filename string
	stream   func(w io.Writer) error
	unknown  bool // the action does not exist for whoever asks
}

func (c *call) ctx() context.Context { return c.http.Context() }

// known tells that a key or a session says who asks.
func (c *call) known() bool { return c.who.User != 0 }

// param is the value of a parameter, empty when it was not sent.
func (c *call) param(name string) string {
	value, _ := c.Get(name)
	return value
}

// number reads a parameter the way PHP casts to int: what is no number is 0, what follows one is not looked at.
func (c *call) number(name string) int64 { return leadingInt(c.param(name)) }

func (c *call) flag(name string) bool { return c.number(name) != 0 }

func leadingInt(s string) int64 {
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

// text answers s as plain text.
func (c *call) text(s string) error {
	c.kind = typeText
	c.out.Reset()
	c.out.Raw(s)
	return nil
}

// download answers what write gives as a file. Nothing of filename is the client's choice.
func (c *call) download(filename string, write func(w io.Writer) error) error {
	c.kind, c.filename, c.stream = typeStream, filename, write
	return nil
}

// refuse answers false, which is how the original says no to most requests without the right.
func (c *call) refuse() error {
	c.out.Reset()
	c.out.Bool(false)
	return nil
}

// result answers {"success":…,"message":…}.
func (c *call) result(ok bool, message string) error {
	c.out.Reset()
	c.out.Object().Key("success").Bool(ok).Key("message").String(message).EndObject()
	return nil
}

// send writes the answer. A stream that breaks off cannot be taken back, so it ends the connection.
func (c *call) send(w http.ResponseWriter, status int) {
	h := w.Header()
	h["Content-Type"] = []string{c.kind}
	if c.stream == nil {
		w.WriteHeader(status)
		_, _ = w.Write(c.out.Bytes())
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

func (p *calls) get(r *http.Request) *call {
	c, ok := p.pool.Get().(*call)
	if !ok {
		c = &call{}
	}
	c.http, c.kind, c.status = r, typeJSON, http.StatusOK
	return c
}

func (p *calls) put(c *call) {
	out := c.out
	out.Reset()
	if cap(out.Bytes()) > keptBuffer {
		out = phpjson.Writer{}
	}
	*c = call{out: out}
	p.pool.Put(c)
}

// hide answers as if there were no such action: the original falls through to this when a right is missing.
func (c *call) hide() error {
	c.unknown = true
	return nil
}

// missingFeed is the original's answer to a feed that is not there.
func missingFeed() error { return weir.Errorf(weir.NotFound, "Feed does not exist") }
