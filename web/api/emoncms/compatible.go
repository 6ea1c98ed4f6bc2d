package emoncms

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/form"
	"github.com/weirhq/weir/web"
)

// compatible answers the API that devices know.
type compatible struct {
	routes map[[3]string]*Route
	door   *web.Door
	calls  calls
	limit  int64 // bytes of a body
	log    *slog.Logger
}

// newCompatible makes the table of routes.
func newCompatible(p Parts, nouns [][]Route) *compatible {
	a := &compatible{routes: map[[3]string]*Route{}, door: p.Door, limit: p.BodyLimit, log: p.Log}
	for _, noun := range nouns {
		for i := range noun {
			var key [3]string
			copy(key[:], strings.Split(noun[i].Path, "/"))
			a.routes[key] = &noun[i]
		}
	}
	return a
}

// route finds what a path asks for: the longest one that is known. What follows it belongs to the action, such as the
// node in input/post/<node>.
func (a *compatible) route(q *form.Request) *Route {
	controller, action := q.Segment(0), q.Segment(1)
	if rt := a.routes[[3]string{controller, action, q.Segment(2)}]; rt != nil {
		return rt
	}
	if rt := a.routes[[3]string{controller, action}]; rt != nil {
		return rt
	}
	return a.routes[[3]string{"*", action, q.Segment(2)}]
}

func (a *compatible) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Allow-Headers", "Authorization")
		h.Set("Access-Control-Allow-Methods", "GET")
		w.WriteHeader(http.StatusOK)
		return
	}
	c := a.calls.get(r)
	defer a.calls.put(c)
	status, err := a.serve(w, c)
	if err != nil {
		status = a.fail(w, c, err, status)
	}
	c.send(w, status)
}

// serve answers c and gives the status. With an error the status is the one that the error should have, 0 for the
// usual one.
func (a *compatible) serve(w http.ResponseWriter, c *Call) (status int, err error) {
	if c.Request, err = form.Parse(c.HTTP, a.limit); err != nil {
		if weir.KindOf(err) == weir.TooLarge {
			return http.StatusRequestEntityTooLarge, err
		}
		return 0, err
	}
	if !knownFormat(c.Format) {
		return http.StatusNotAcceptable, c.Text("URI not acceptable. Unknown format '" + c.Format + "'.")
	}
	if c.Who, err = a.door.Identify(w, c.HTTP, c.Request); err != nil {
		if weir.KindOf(err) != weir.Unauthenticated {
			return 0, err
		}
		w.Header().Set("WWW-Authenticate",
			`Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"`)
		return http.StatusUnauthorized, c.Text("Invalid API key")
	}
	c.Reply = w
	rt := a.route(c.Request)
	if rt == nil || c.Format == "html" && needsSuffix(c.Segment(0)) {
		return a.unknown(c)
	}
	if c.Who.Session || rt.Own {
		if err := a.door.Guard.Check(c.HTTP); err != nil {
			return http.StatusForbidden, err
		}
	}
	if ok, status, err := rt.admit(c); !ok {
		return status, err
	}
	err = rt.Run(c)
	if c.unknown {
		return a.unknown(c)
	}
	return c.status, err
}

// unknown answers what matches nothing.
func (a *compatible) unknown(c *Call) (int, error) {
	return http.StatusNotAcceptable, c.Result(false, textNotFound)
}

// fail answers an error in the original's way, with status 200, unless the same request may work later or weir is at
// fault: that a sender must be able to tell from a request that is wrong.
func (a *compatible) fail(w http.ResponseWriter, c *Call, err error, status int) int {
	kind := weir.KindOf(err)
	message := weir.Message(err)
	switch {
	case kind == weir.Internal:
		web.LogInternal(c.HTTP, a.log, err)
		message += ", request " + web.RequestID(c.HTTP.Context())
		status = http.StatusInternalServerError
	case kind == weir.Unavailable:
		w.Header().Set("Retry-After", web.RetryAfter)
		status = http.StatusServiceUnavailable
	case status == 0 || status < http.StatusBadRequest:
		status = http.StatusOK
	}
	c.kind, c.stream = typeJSON, nil
	_ = c.Result(false, message)
	return status
}

func knownFormat(format string) bool {
	switch format {
	case "html", "json", "text", "txt", "md", "csv":
		return true
	default:
		return false
	}
}

// needsSuffix tells controllers whose paths without .json are pages.
func needsSuffix(controller string) bool {
	switch controller {
	case "feed", "user", "process", "time":
		return true
	default:
		return false
	}
}
