package emoncms

import (
	"net/http"

	"github.com/weirhq/weir/account"
)

// need says who may use a route.
type need uint8

const (
	anyone need = iota
	reader      // read key, write key or session
	writer      // write key or session
	person      // session only: a key could otherwise be used to get at the account
)

// route is one action of the compatible API.
type route struct {
	path    string // controller/action/subaction
	need    need
	changes bool              // a session must send it by POST
	cookies bool              // it begins or ends a session
	denied  func(*call) error // the answer without the right; refuse when nil
	run     func(*call) error
}

// Texts that clients match on.
const (
	textNotFound    = "406 Not Acceptable. Route not found"
	textNeedsPerson = "This action requires an interactive login and cannot be performed with an API key"
	textNeedsPost   = "This action changes data: with a session it has to be sent by POST"
)

// admit answers for the caller when they may not use the route, and tells whether they may.
func (rt *route) admit(c *call) (ok bool, status int, err error) {
	switch {
	case rt.need == anyone:
	case rt.need == person && c.known() && !c.who.Session:
		return false, http.StatusOK, c.result(false, textNeedsPerson)
	case !c.may(rt.need):
		if rt.denied != nil {
			return false, http.StatusOK, rt.denied(c)
		}
		return false, http.StatusOK, c.refuse()
	}
	if rt.changes && c.who.Session && c.http.Method != http.MethodPost {
		return false, http.StatusMethodNotAllowed, c.result(false, textNeedsPost)
	}
	return true, http.StatusOK, nil
}

// may tells whether whoever asks has what a route needs.
func (c *call) may(n need) bool {
	switch n {
	case anyone:
		return true
	case reader:
		return c.who.Access >= account.Read
	case writer:
		return c.who.Access >= account.Write
	default:
		return c.who.Session
	}
}
