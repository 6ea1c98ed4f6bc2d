package emoncms

import (
	"net/http"
	"strings"

	"github.com/weirhq/weir/internal/form"
)

// target is as much of a request's target as is needed to tell whose request it is. A usual one is read without
// copying, because every post passes here.
type target struct {
	controller, action, subaction string
	suffix                        bool // the last segment has a dot: it names a format
}

// targetOf reads a target as form.Parse does.
func targetOf(uri string) target {
	path := uri
	if i := strings.IndexAny(uri, "?&"); i >= 0 {
		path = uri[:i]
	}
	if t, ok := splitTarget(path); ok {
		return t
	}
	q, err := form.Parse(&http.Request{RequestURI: uri}, 0)
	if err != nil {
		return target{}
	}
	return target{q.Segment(0), q.Segment(1), q.Segment(2), q.Format != "html"}
}

// splitTarget takes a path apart that needs no cleaning; ok is false for others.
func splitTarget(path string) (t target, ok bool) {
	for i := range len(path) {
		switch c := path[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '/', c == '-', c == '.':
		default:
			return target{}, false
		}
	}
	segment, path := nextSegment(path)
	for segment == "emoncms" || segment == "index.php" {
		segment, path = nextSegment(path)
	}
	if segment == "" {
		return target{}, false
	}
	for _, into := range [...]*string{&t.controller, &t.action, &t.subaction} {
		*into = segment
		var rest string
		if segment, rest = nextSegment(path); segment == "" {
			*into, _, t.suffix = strings.Cut(*into, ".")
			return t, *into != ""
		}
		path = rest
	}
	t.suffix = strings.Contains(segment+path, ".")
	return t, true
}

func nextSegment(path string) (segment, rest string) {
	path = strings.TrimLeft(path, "/")
	segment, rest, _ = strings.Cut(path, "/")
	return segment, rest
}

// Claims tells whether r is for the compatible API. Paths that are pages there (no suffix, asked for by a browser) are
// left to the pages here.
func (a *compatible) Claims(r *http.Request) bool {
	uri := r.RequestURI
	if uri == "" {
		uri = r.URL.RequestURI()
	}
	t := targetOf(uri)
	switch t.controller {
	case "input":
		return t.action != "" && t.action != "view" && t.action != "api"
	case "feed", "user", "process", "time":
		return t.suffix || r.Method == http.MethodOptions || !wantsPage(r)
	case "describe", "version":
		return t.action == ""
	case "api":
		return t.action == "post"
	case "app", "dashboard", "device", "graph", "group", "myip", "postprocess", "schedule", "sync", "vis":
		return t.suffix // not there yet: answered as the original answers what it does not know
	default:
		return t.suffix && t.action == "feed" && t.subaction == "list"
	}
}

// wantsPage tells a browser that follows a link from a program: only the former says that it reads HTML.
func wantsPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		strings.Contains(r.Header.Get("Accept"), "text/html")
}
