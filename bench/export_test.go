package bench

import (
	"bufio"
	"bytes"
	"context"
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

// Requests gives what a connection of a load would send.
func Requests(cfg Config, bulk bool, n int) (requests [][]byte, err error) {
	to, err := start(context.Background(), &cfg)
	if err != nil {
		return nil, err
	}
	var j job = newIngest(to, &cfg, 0)
	if bulk {
		j = newBulk(to, &cfg, 0)
	}
	for range n {
		request, _ := j.next(nil)
		requests = append(requests, request)
	}
	return requests, nil
}
