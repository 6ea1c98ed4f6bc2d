package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// headSize is how much of an answer's body is kept: enough to tell what it is.
const headSize = 256

// answer is what a load needs to know of a response.
type answer struct {
	status int
	head   []byte // the body's beginning; valid until the next request
	size   int64  // of the whole body
}

// client is one keep-alive connection. It dials when it has none.
type client struct {
	to   *target
	r    *bufio.Reader
	head []byte

	mu    sync.Mutex // guards conn against abort
	conn  net.Conn
	ended bool
}

func newClient(to *target) *client {
	return &client{to: to, r: bufio.NewReaderSize(nil, 32<<10), head: make([]byte, 0, headSize)}
}

// do sends a whole request and reads the whole response. After an error the connection is closed, and the next call
// dials anew.
func (c *client) do(ctx context.Context, request []byte) (answer, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return answer{}, err
	}
	if err := conn.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		c.close()
		return answer{}, fmt.Errorf("prepare: %w", err)
	}
	if _, err := conn.Write(request); err != nil {
		c.close()
		return answer{}, fmt.Errorf("write: %w", bare(err))
	}
	a, last, err := c.read()
	if err != nil {
		c.close()
		return answer{}, fmt.Errorf("read: %w", bare(err))
	}
	if last {
		c.close()
	}
	return a, nil
}

// bare takes off the addresses, so that the same failure of many connections is counted as one.
func bare(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}

func (c *client) connect(ctx context.Context) (net.Conn, error) {
	c.mu.Lock()
	conn, ended := c.conn, c.ended
	c.mu.Unlock()
	if ended {
		return nil, net.ErrClosed
	}
	if conn != nil {
		return conn, nil
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	var err error
	if c.to.secure {
		conn, err = (&tls.Dialer{NetDialer: dialer}).DialContext(ctx, "tcp", c.to.addr)
	} else {
		conn, err = dialer.DialContext(ctx, "tcp", c.to.addr)
	}
	if err != nil {
		return nil, fmt.Errorf("connect: %w", bare(err))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	c.conn = conn
	c.r.Reset(conn)
	return conn, nil
}

func (c *client) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

// abort ends the request in hand, from another goroutine, and all later ones.
func (c *client) abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.conn != nil {
		_ = c.conn.Close()
	}
}

// read reads a response. last: the server closes the connection after it.
func (c *client) read() (a answer, last bool, err error) {
	line, err := c.line()
	if err != nil {
		return a, false, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
		return a, false, fmt.Errorf("not an HTTP answer: %.40q", line)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, false, fmt.Errorf("not an HTTP answer: %.40q", line)
	}
	last = line[7] == '0'
	length, chunked := int64(-1), false
	for {
		if line, err = c.line(); err != nil {
			return a, false, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte{':'})
		value = bytes.TrimSpace(value)
		switch {
		case isHeader(name, "Content-Length"):
			if length, err = strconv.ParseInt(string(value), 10, 64); err != nil || length < 0 {
				return a, false, fmt.Errorf("content length %.20q", value)
			}
		case isHeader(name, "Transfer-Encoding"):
			chunked = isHeader(value, "chunked")
		case isHeader(name, "Connection"):
			last = isHeader(value, "close")
		}
	}
	c.head = c.head[:0]
	switch {
	case a.status == 204 || a.status == 304:
	case chunked:
		a.size, err = c.chunks()
	case length >= 0:
		a.size, err = length, c.body(length)
	default: // until the server closes
		last = true
		a.size, err = c.rest()
	}
	a.head = c.head
	return a, last, err
}

// line gives the next line without its end, valid until the next read.
func (c *client) line() ([]byte, error) {
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		if errors.Is(err, io.EOF) && len(line) > 0 {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte{'\r'}), nil
}

func isHeader(got []byte, want string) bool {
	return len(got) == len(want) && bytes.EqualFold(got, []byte(want))
}

// body reads n bytes and keeps the first.
func (c *client) body(n int64) error {
	for n > 0 {
		if keep := min(int64(headSize-len(c.head)), n); keep > 0 {
			had := len(c.head)
			read, err := io.ReadFull(c.r, c.head[had:had+int(keep)])
			c.head = c.head[:had+read]
			if err != nil {
				return err
			}
			n -= keep
			continue
		}
		part := int(min(n, 1<<20))
		if _, err := c.r.Discard(part); err != nil {
			return err
		}
		n -= int64(part)
	}
	return nil
}

func (c *client) chunks() (total int64, err error) {
	for {
		line, err := c.line()
		if err != nil {
			return total, err
		}
		digits, _, _ := bytes.Cut(line, []byte{';'})
		n, err := strconv.ParseInt(string(bytes.TrimSpace(digits)), 16, 64)
		if err != nil || n < 0 {
			return total, fmt.Errorf("chunk size %.20q", line)
		}
		if n == 0 {
			return total, c.trailers()
		}
		if err := c.body(n); err != nil {
			return total, err
		}
		total += n
		if _, err := c.r.Discard(2); err != nil {
			return total, err
		}
	}
}

func (c *client) trailers() error {
	for {
		line, err := c.line()
		if err != nil || len(line) == 0 {
			return err
		}
	}
}

func (c *client) rest() (total int64, err error) {
	for {
		n := max(int64(c.r.Buffered()), 1)
		if err := c.body(n); err != nil {
			if errors.Is(err, io.EOF) {
				return total, nil
			}
			return total, err
		}
		total += n
	}
}
