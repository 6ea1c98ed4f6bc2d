package web

import (
	"net/http"

	"github.com/weirhq/weir"
)

// Guard refuses requests that another site has made a browser send with our session cookie.
type Guard struct {
	protection *http.CrossOriginProtection
}

// NewGuard makes a Guard for a server that browsers reach under baseURL, which may be empty. It is needed when a proxy
// changes the Host header.
func NewGuard(baseURL string) (*Guard, error) {
	protection := http.NewCrossOriginProtection()
	trusted, err := origin(baseURL)
	if err != nil {
		return nil, err
	}
	if trusted != "" {
		if err := protection.AddTrustedOrigin(trusted); err != nil {
			return nil, err
		}
	}
	return &Guard{protection: protection}, nil
}

// Check is for requests that a session speaks for. Reading is always allowed.
func (g *Guard) Check(r *http.Request) error {
	if err := g.protection.Check(r); err != nil {
		return weir.Errorf(weir.Denied, "request refused: it was sent by another site")
	}
	return nil
}
