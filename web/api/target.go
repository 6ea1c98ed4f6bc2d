package api

import (
	"net/http"
	"strings"
)

// target is as much of a request's target as is needed to tell whose request it is. It is read without decoding and
// without copying, because every post passes here.
type target struct {
	controller, action, subaction string
	suffix                        bool // the path has a dot: it names a format
}

func targetOf(uri string) target {
	path, query := uri, ""
	if i := strings.IndexAny(uri, "?&"); i >= 0 {
		path, query = uri[:i], uri[i+1:]
	}
	if t := splitTarget(path); t.controller != "" {
		return t
	}
	for pair := range strings.SplitSeq(query, "&") {
		if q, ok := strings.CutPrefix(pair, "q="); ok {
			return splitTarget(strings.ReplaceAll(strings.ReplaceAll(q, "%2F", "/"), "%2f", "/"))
		}
	}
	return target{}
}

func splitTarget(path string) target {
	segment, path := nextSegment(path)
	if segment == "emoncms" || segment == "index.php" {
		segment, path = nextSegment(path)
	}
	t := target{suffix: strings.Contains(segment, ".") || strings.Contains(path, ".")}
	t.controller, _, _ = strings.Cut(segment, ".")
	segment, path = nextSegment(path)
	t.action, _, _ = strings.Cut(segment, ".")
	segment, _ = nextSegment(path)
	t.subaction, _, _ = strings.Cut(segment, ".")
	return t
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
