package form

import (
	"net/http"
	"strings"
)

// prefix is the folder that some firmwares have built in.
const prefix = "emoncms"

func target(r *http.Request) string {
	if r.RequestURI != "" || r.URL == nil {
		return r.RequestURI
	}
	if r.URL.RawQuery == "" {
		return r.URL.EscapedPath()
	}
	return r.URL.EscapedPath() + "?" + r.URL.RawQuery
}

// readTarget takes "/path?query", "/path&query" and, as a proxy gets it, "http://host/path?query".
func (q *Request) readTarget(uri string) error {
	path, query, _ := strings.Cut(uri, "?")
	if _, rest, ok := strings.Cut(path, "://"); ok && path[0] != '/' {
		_, path, _ = strings.Cut(rest, "/")
	}
	path, more, _ := strings.Cut(path, "&")
	if err := q.Query.add(more); err != nil {
		return err
	}
	if err := q.Query.add(query); err != nil {
		return err
	}
	q.setPath(path)
	if len(q.Path) == 0 {
		if path, ok := q.Query.Get("q"); ok {
			q.setPath(path)
		}
	}
	return nil
}

func (q *Request) setPath(path string) {
	q.Path, q.Format = q.Path[:0], "html"
	if strings.IndexFunc(path, foreign) >= 0 {
		path = strings.Map(keep, Unescape(path))
	}
	first := true
	for path != "" {
		var segment string
		segment, path, _ = strings.Cut(path, "/")
		if segment == "" {
			continue
		}
		if first = first && (segment == prefix || segment == "index.php"); !first {
			q.Path = append(q.Path, segment)
		}
	}
	q.cutFormat()
}

func (q *Request) cutFormat() {
	last := len(q.Path) - 1
	if last < 0 {
		return
	}
	name, format, found := strings.Cut(q.Path[last], ".")
	if found {
		q.Path[last], q.Format = name, format
	}
	if name == "" {
		q.Path = q.Path[:last]
	}
}

func foreign(r rune) bool { return keep(r) < 0 }

func keep(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == '/', r == '-':
		return r
	default:
		return -1
	}
}
