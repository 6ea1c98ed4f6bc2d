package bench

import (
	"bufio"
	"bytes"
	"context"
	"io"
)

var (
	ClassOf = classOf
	Middle  = middle
	Grouped = grouped
)

// Answer is what the client made of a response.
type Answer struct {
	Status int
	Head   string
	Size   int64
	Last   bool
}

// ReadAnswer reads one response from bytes.
func ReadAnswer(data []byte) (Answer, error) {
	c := newClient(nil)
	c.r = bufio.NewReader(bytes.NewReader(data))
	a, last, err := c.read()
	return Answer{a.status, string(a.head), a.size, last}, err
}

// ShowProgress writes progress of a load whose only connection has already counted.
func ShowProgress(ctx context.Context, to io.Writer, requests, values, failed int64) {
	w := &worker{}
	w.requests.Store(requests)
	w.values.Store(values)
	w.failed.Store(failed)
	showProgress(ctx, to, []*worker{w})
}

// Requests makes what a connection of a load would send.
func Requests(cfg Config, bulk bool) (next func(dst []byte) []byte, err error) {
	to, err := start(context.Background(), &cfg)
	if err != nil {
		return nil, err
	}
	var j job = newIngest(to, &cfg, 0)
	if bulk {
		j = newBulk(to, &cfg, 0)
	}
	return func(dst []byte) []byte {
		request, _ := j.next(dst)
		return request
	}, nil
}
