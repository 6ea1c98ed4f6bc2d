package httpin

import (
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input"
)

// Params is where parameters come from. In a form.Request the body wins over the query.
type Params interface {
	Get(name string) (value string, given bool)
}

// Decoder turns requests into batches. It may be used by many goroutines.
type Decoder struct {
	cfg     input.Config
	batches sync.Pool // *Batch
	zippers sync.Pool // *zipper
}

// New makes a Decoder with the limits of cfg on one request.
func New(cfg input.Config) *Decoder { return &Decoder{cfg: cfg} }

// Post decodes an input/post of user. Node is the one named in the path; empty: the parameter node, else node 0. A
// date without a zone is read in that of now. The batch is nil when there is nothing to store.
func (d *Decoder) Post(user weir.UserID, node string, p Params, now time.Time) (*Batch, Answer) {
	if node == "" {
		node, _ = p.Get("node")
	}
	text, strict := payload(p)
	if text == "" {
		return nil, failure(errNoData)
	}
	b := d.take(user)
	r := postReader{batch: b, now: now, limit: d.cfg.MaxValues}
	if fault := r.read(p, node, text, strict); fault != "" {
		b.Release()
		return nil, failure(fault)
	}
	return b.finish(success(strict))
}

// payload is the text that carries the values, and whether it is to be read strictly.
func payload(p Params) (text string, strict bool) {
	full, strict := p.Get("fulljson")
	if text, ok := p.Get("json"); ok {
		return text, strict
	}
	if strict {
		return full, strict
	}
	if text, ok := p.Get("csv"); ok {
		return text, strict
	}
	text, _ = p.Get("data")
	return text, strict
}

// Bulk decodes an input/bulk of user. Body is the request's body as it came; only cb=1 needs it. The batch is nil
// when there is nothing to store; with a bad answer it holds the rows before the faulty one.
func (d *Decoder) Bulk(user weir.UserID, p Params, body string, now time.Time) (*Batch, Answer) {
	_, strict := p.Get("fulljson")
	text, fault := d.bulkText(p, body)
	if fault != "" {
		return nil, failure(fault)
	}
	b := d.take(user)
	r := bulkReader{cursor: cursor{text: text}, batch: b, limit: d.cfg.MaxValues}
	if fault := r.read(); fault != "" {
		b.Release()
		return nil, failure(fault)
	}
	if fault := b.addTime(bulkBase(p, now, r.last)); fault != "" {
		r.fault = fault
	}
	if r.fault != "" {
		return b.finish(failure(r.fault))
	}
	return b.finish(success(strict))
}

func (d *Decoder) bulkText(p Params, body string) (text, fault string) {
	if flag(p, "cb") {
		return d.inflate(strings.NewReader(body), errBulk)
	}
	text, _ = p.Get("data")
	if flag(p, "c") {
		return d.inflate(hex.NewDecoder(strings.NewReader(text)), errHex)
	}
	return text, ""
}

func flag(p Params, name string) bool {
	value, ok := p.Get(name)
	return ok && strings.TrimSpace(value) == "1"
}

// bulkBase is the time that a bulk's offsets count from; last is the offset of its last row.
func bulkBase(p Params, now time.Time, last int64) int64 {
	if text, ok := p.Get("sentat"); ok {
		return now.Unix() - castInt(text)
	}
	if text, ok := p.Get("offset"); ok {
		return now.Unix() - castInt(text)
	}
	if text, ok := p.Get("time"); ok {
		if t, ok := parseTime(text, now); ok {
			return t
		}
		return castInt(text)
	}
	return now.Unix() - last
}
