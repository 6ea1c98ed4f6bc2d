package bench

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/weirhq/weir"
)

// Config says what to send where. See Default.
type Config struct {
	URL         string // of the server, perhaps with a path such as /emoncms
	Key         string // write key; for queries a read key will do
	Connections int
	Duration    time.Duration
	Requests    int64         // stop after so many; 0: only Duration counts
	Values      int           // in a post, or in a row
	Rows        int           // in a bulk post
	Nodes       int           // that posts are spread over; servers allow a user 32
	Method      string        // of Ingest: GET or POST
	Bare        bool          // Bulk sends its JSON without percent encoding, as many devices do
	Feeds       []weir.FeedID // that are queried; none: all with enough data
	Queries     string        // QueryAverage, QueryRaw or QueryMixed
	AllowRemote bool
	Progress    io.Writer // gets a line each second; nil: none
}

// What is queried.
const (
	QueryAverage = "average"
	QueryRaw     = "raw"
	QueryMixed   = "mixed"
)

const (
	maxDuration    = 24 * time.Hour
	maxConnections = 4096
	maxPostValues  = 1 << 20
	answerTimeout  = 30 * time.Second
)

// Default is a short load that a small machine stands.
func Default() Config {
	return Config{
		URL: "http://127.0.0.1:8080", Connections: 8, Duration: 10 * time.Second,
		Values: 10, Rows: 100, Nodes: 8, Method: http.MethodGet, Queries: QueryMixed,
	}
}

// Validate names the first setting that cannot be.
func (c *Config) Validate() error {
	switch {
	case c.Connections < 1 || c.Connections > maxConnections:
		return weir.Errorf(weir.Invalid, "%d connections: choose 1 to %d", c.Connections, maxConnections)
	case c.Duration <= 0 || c.Duration > maxDuration:
		return weir.Errorf(weir.Invalid, "a load for %v: choose up to %v", c.Duration, maxDuration)
	case c.Requests < 0:
		return weir.Errorf(weir.Invalid, "%d requests: choose a positive number, or 0 for no bound", c.Requests)
	case c.Values < 1 || c.Rows < 1 || c.Nodes < 1:
		return weir.Errorf(weir.Invalid, "values, rows and nodes: choose at least one of each")
	case c.Values > maxPostValues || c.Rows > maxPostValues || c.Values*c.Rows > maxPostValues:
		return weir.Errorf(weir.Invalid, "%d rows of %d values: choose at most %d values in a post", c.Rows, c.Values, maxPostValues)
	case c.Method != http.MethodGet && c.Method != http.MethodPost:
		return weir.Errorf(weir.Invalid, "method %q: choose GET or POST", c.Method)
	case c.Queries != QueryAverage && c.Queries != QueryRaw && c.Queries != QueryMixed:
		return weir.Errorf(weir.Invalid, "queries %q: choose %s, %s or %s", c.Queries, QueryAverage, QueryRaw, QueryMixed)
	}
	return nil
}

// target is a server that may be loaded.
type target struct {
	base   *url.URL
	addr   string // host:port
	secure bool
	key    string
}

// newTarget refuses other machines unless told that they may be loaded.
func newTarget(ctx context.Context, base, key string, allowRemote bool) (*target, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, weir.Errorf(weir.Invalid, "%q is not the address of a server: write it like http://127.0.0.1:8080", base)
	}
	if strings.ContainsAny(key, " \r\n") {
		return nil, weir.Errorf(weir.Invalid, "the key has a blank or line end in it")
	}
	if u.Path == "" {
		u.Path = "/" // or joined paths would not begin with it
	}
	t := &target{base: u, secure: u.Scheme == "https", key: key}
	port := u.Port()
	if port == "" {
		port = u.Scheme // net knows both names
	}
	t.addr = net.JoinHostPort(u.Hostname(), port)
	if allowRemote {
		return t, nil
	}
	if err := requireLoopback(ctx, u.Hostname()); err != nil {
		return nil, err
	}
	return t, nil
}

func requireLoopback(ctx context.Context, host string) error {
	addrs, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return weir.Errorf(weir.Unavailable, "look up %s: %w", host, err)
	}
	for _, a := range addrs {
		if !a.IP.IsLoopback() {
			return weir.Errorf(weir.Denied, "%s is another machine: a load could hurt it. If its owner knows, allow it with --allow-remote", host)
		}
	}
	return nil
}

// path gives the request target of an action, with what precedes actions at this server.
func (t *target) path(action string) string { return t.base.JoinPath(action).EscapedPath() }
