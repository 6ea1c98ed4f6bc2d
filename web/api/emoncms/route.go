package emoncms

import (
	"net/http"

	"github.com/weirhq/weir/account"
)

// Need says who may use a route.
type Need uint8

// From the least to the most.
const (
	Anyone Need = iota
	Reader      // read key, write key or session
	Writer      // write key or session
	Person      // session only: a key could otherwise be used to get at the account
)

// Route is one action of the compatible API.
type Route struct {
	Path    string // controller/action/subaction; a controller * is any that is not known, such as a user's name
	Need    Need
	Changes bool              // a session must send it by POST
	Own     bool              // no page of another site may send it, though no session speaks for it yet
	Denied  func(*Call) error // the answer without the right; Refuse when nil
	Run     func(*Call) error
}

// Texts that clients match on.
const (
	textNotFound    = "406 Not Acceptable. Route not found"
	textNeedsPerson = "This action requires an interactive login and cannot be performed with an API key"
	textNeedsPost   = "This action changes data: with a session it has to be sent by POST"
)

// admit answers for the caller when they may not use the route, and tells whether they may.
func (rt *Route) admit(c *Call) (ok bool, status int, err error) {
	switch {
	case rt.Need == Anyone:
	case rt.Need == Person && c.known() && !c.Who.Session:
		return false, http.StatusOK, c.Result(false, textNeedsPerson)
	case !c.May(rt.Need):
		if rt.Denied != nil {
			return false, http.StatusOK, rt.Denied(c)
		}
		return false, http.StatusOK, c.Refuse()
	}
	if rt.Changes && c.Who.Session && c.HTTP.Method != http.MethodPost {
		return false, http.StatusMethodNotAllowed, c.Result(false, textNeedsPost)
	}
	return true, http.StatusOK, nil
}

// May tells whether whoever asks has what a route needs.
func (c *Call) May(n Need) bool {
	switch n {
	case Anyone:
		return true
	case Reader:
		return c.Who.Access >= account.Read
	case Writer:
		return c.Who.Access >= account.Write
	default:
		return c.Who.Session
	}
}
