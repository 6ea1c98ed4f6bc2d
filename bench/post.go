package bench

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// bulkEpoch is where the times of bulk posts begin: 2020-01-01. Each row is ten seconds after the one before.
const (
	bulkEpoch = 1577836800
	bulkStep  = 10
)

// Ingest posts a few values at a time, as devices do.
func Ingest(ctx context.Context, cfg Config) (*Report, error) {
	to, err := start(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	l := &load{cfg: cfg, to: to, name: "ingest", kinds: []string{"post"}}
	l.job = func(connection int) job { return newIngest(to, &cfg, connection) }
	return l.run(ctx)
}

// Bulk posts many rows at a time, as gateways do that were offline.
func Bulk(ctx context.Context, cfg Config) (*Report, error) {
	to, err := start(ctx, &cfg)
	if err != nil {
		return nil, err
	}
	l := &load{cfg: cfg, to: to, name: "bulk", kinds: []string{"bulk"}}
	l.job = func(connection int) job { return newBulk(to, &cfg, connection) }
	return l.run(ctx)
}

// headers are the lines that all requests have, with the empty one that ends them.
func (t *target) headers() string {
	return "Host: " + t.base.Host + "\r\nAuthorization: Bearer " + t.key + "\r\nUser-Agent: weir-bench\r\n"
}

func nodeName(cfg *Config, connection int) string {
	return "bench" + strconv.Itoa(connection%cfg.Nodes)
}

// accepted tells the answers of emoncms and weir to a post that is kept.
func accepted(a answer) bool {
	if a.status != http.StatusOK {
		return false
	}
	body := bytes.TrimSpace(a.head)
	return string(body) == "ok" || string(body) == `{"success": true}` || string(body) == `{"success":true}`
}

// ingest is a device. Its JSON is percent encoded once; only the digits of the values change.
type ingest struct {
	values     int64
	before     string   // up to the JSON
	names      []string // `{"v1":`, `,"v2":` …
	after      string
	post       bool
	form, head string // of a POST
	body       []byte
	n          int64
}

func newIngest(to *target, cfg *Config, connection int) *ingest {
	j := &ingest{
		values: int64(cfg.Values), post: cfg.Method == http.MethodPost, n: int64(connection) * 7919,
		names: valueNames(cfg.Values, url.QueryEscape),
	}
	form := "node=" + nodeName(cfg, connection) + "&fulljson="
	if j.post {
		j.form = form
		j.head = "POST " + to.path("input/post") + " HTTP/1.1\r\n" + to.headers() +
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
		return j
	}
	j.before = "GET " + to.path("input/post") + "?" + form
	j.after = " HTTP/1.1\r\n" + to.headers() + "\r\n"
	return j
}

func (j *ingest) next(dst []byte) (request []byte, kind int) {
	if !j.post {
		dst = append(dst, j.before...)
		dst = j.json(dst)
		return append(dst, j.after...), 0
	}
	j.body = j.json(append(j.body[:0], j.form...))
	dst = append(dst, j.head...)
	dst = strconv.AppendInt(dst, int64(len(j.body)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, j.body...), 0
}

// json appends values that look like powers: up to five digits and a decimal.
func (j *ingest) json(dst []byte) []byte {
	for _, name := range j.names {
		j.n++
		dst = append(dst, name...)
		dst = appendValue(dst, j.n)
	}
	return append(dst, "%7D"...)
}

func appendValue(dst []byte, n int64) []byte {
	tenths := n * 104729 % 99991
	dst = strconv.AppendInt(dst, tenths/10, 10)
	return append(dst, '.', byte('0'+tenths%10))
}

func (j *ingest) accept(a answer) (values int64, ok bool) { return j.values, accepted(a) }

// bulk is a gateway that catches up. As in ingest, only digits are new in each post; everything between them was
// encoded once.
type bulk struct {
	rows, values          int64
	head                  string
	begin, node, end, all string   // `[[`, `,"bench0",`, `}],[`, `}]]`
	names                 []string // `{"v1":`, `,"v2":` …
	form                  []byte
	n, at                 int64
}

func newBulk(to *target, cfg *Config, connection int) *bulk {
	encode := url.QueryEscape
	if cfg.Bare {
		encode = func(s string) string { return s }
	}
	b := &bulk{
		rows: int64(cfg.Rows), values: int64(cfg.Values), n: int64(connection) * 7919, at: bulkEpoch,
		begin: "time=0&data=" + encode("[["), node: encode(`,"` + nodeName(cfg, connection) + `",`), end: encode("}],["), all: encode("}]]"),
		names: valueNames(cfg.Values, encode),
	}
	b.head = "POST " + to.path("input/bulk") + " HTTP/1.1\r\n" + to.headers() +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
	return b
}

// valueNames gives what stands before each value of a JSON object.
func valueNames(n int, encode func(string) string) []string {
	names := make([]string, n)
	for i := range names {
		separator := ","
		if i == 0 {
			separator = "{"
		}
		names[i] = encode(separator + `"v` + strconv.Itoa(i+1) + `":`)
	}
	return names
}

func (b *bulk) next(dst []byte) (request []byte, kind int) {
	b.form = append(b.form[:0], b.begin...)
	for r := range b.rows {
		if r > 0 {
			b.form = append(b.form, b.end...)
		}
		b.form = strconv.AppendInt(b.form, b.at, 10)
		b.at += bulkStep
		b.form = append(b.form, b.node...)
		for _, name := range b.names {
			b.n++
			b.form = append(b.form, name...)
			b.form = appendValue(b.form, b.n)
		}
	}
	b.form = append(b.form, b.all...)
	dst = append(dst, b.head...)
	dst = strconv.AppendInt(dst, int64(len(b.form)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, b.form...), 0
}

func (b *bulk) accept(a answer) (values int64, ok bool) { return b.rows * b.values, accepted(a) }
