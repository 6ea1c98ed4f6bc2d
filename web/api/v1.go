package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/form"
	"github.com/weirhq/weir/web"
)

// need says who may use a route.
type need uint8

const (
	anyone need = iota
	reader      // a key or a session
	person      // a session
)

// visit is one request to weir's own API.
type visit struct {
	http *http.Request
	w    http.ResponseWriter
	who  account.Principal // the zero Principal when nobody is known
}

// v1 answers weir's own API with real status codes.
type v1 struct {
	mux  *http.ServeMux
	door *web.Door
	log  *slog.Logger
}

func newV1(door *web.Door, log *slog.Logger) *v1 {
	a := &v1{mux: http.NewServeMux(), door: door, log: log}
	a.mux.HandleFunc("/api/v1/", func(w http.ResponseWriter, r *http.Request) {
		web.Problem(w, r, log, weir.Errorf(weir.NotFound, "nothing is at %s", r.URL.Path))
	})
	return a
}

func (a *v1) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// handle adds a route. Who asks is found out first, and what the route needs is checked.
func (a *v1) handle(pattern string, n need, run func(*visit) error) {
	a.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v := &visit{http: r, w: w}
		err := a.enter(v, n)
		if err == nil {
			err = run(v)
		}
		if err != nil {
			web.Problem(w, r, a.log, err)
		}
	})
}

func (a *v1) enter(v *visit, n need) (err error) {
	query, err := form.ParseValues(v.http.URL.RawQuery)
	if err != nil {
		return err
	}
	if v.who, err = a.door.Identify(v.w, v.http, &form.Request{Query: query}); err != nil {
		return err
	}
	if v.who.Session {
		if err := a.door.Guard.Check(v.http); err != nil {
			return err
		}
	}
	switch {
	case v.may(n):
		return nil
	case v.who.User == 0:
		return weir.Errorf(weir.Unauthenticated, "log in, or send an API key as Authorization: Bearer KEY")
	default:
		return weir.Errorf(weir.Denied, "this key may not do that")
	}
}

func (v *visit) may(n need) bool {
	switch n {
	case anyone:
		return true
	case reader:
		return v.who.Access >= account.Read
	default:
		return v.who.Session
	}
}

// read decodes the request's body.
func (v *visit) read(into any) error {
	err := json.NewDecoder(v.http.Body).Decode(into)
	if weir.KindOf(err) == weir.Unavailable {
		return err
	}
	if err != nil {
		return weir.Errorf(weir.Invalid, "the body is not the JSON that is expected: %v", err)
	}
	return nil
}

// number reads a parameter of the query.
func (v *visit) number(name string, otherwise int64) (int64, error) {
	text := v.http.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, weir.Errorf(weir.Invalid, "%s is %q: send a whole number", name, text)
	}
	return n, nil
}

// ids reads a list of feeds such as 1,2 from the query.
func (v *visit) ids(most int) ([]weir.FeedID, error) {
	wrong := weir.Errorf(weir.Invalid, "ids has to name 1 to %d feeds, such as ids=1,2", most)
	var ids []weir.FeedID
	for part := range strings.SplitSeq(v.http.URL.Query().Get("ids"), ",") {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil || len(ids) == most {
			return nil, wrong
		}
		ids = append(ids, weir.FeedID(id))
	}
	return ids, nil
}

// answer sends value as JSON.
func (v *visit) answer(value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	v.send(body)
	return nil
}

func (v *visit) send(body []byte) {
	h := v.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	_, _ = v.w.Write(body)
}
