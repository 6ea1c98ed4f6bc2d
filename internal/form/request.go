package form

import (
	"net/http"
)

// Request is what a request says, wherever in target and body it says it.
type Request struct {
	Path   []string // controller, action and what follows
	Format string   // what follows the first dot of the last segment; html without one
	Query  Values
	Body   Values
	Raw    string // the body as it came; empty when it was multipart

	// Room for what most requests need, so that they cost one allocation.
	segments [6]string
	query    [8]pair
	body     [2]pair
}

// Parse reads target and body of r. A body over limit bytes, or with too many parameters, is weir.TooLarge; one that
// ends early is weir.Invalid. The target is taken as it came, from r.RequestURI where there is one: r.URL may have
// been cleaned, and a handler that changes r.URL does not change what Parse sees.
func Parse(r *http.Request, limit int64) (*Request, error) {
	q := &Request{}
	q.Path, q.Query.pairs, q.Body.pairs = q.segments[:0], q.query[:0], q.body[:0]
	if err := q.readTarget(target(r)); err != nil {
		return nil, err
	}
	if err := q.readBody(r, limit); err != nil {
		return nil, err
	}
	return q, nil
}

// Get is the value of a parameter of the body or else of the query, and whether there is one.
func (q *Request) Get(name string) (string, bool) {
	if value, ok := q.Body.Get(name); ok {
		return value, true
	}
	return q.Query.Get(name)
}

// Segment is the i-th part of the path, empty when the path is shorter.
func (q *Request) Segment(i int) string {
	if i < len(q.Path) {
		return q.Path[i]
	}
	return ""
}
