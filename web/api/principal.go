package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/form"
	"github.com/weirhq/weir/web"
)

// sessionCookie holds a session's token.
const sessionCookie = "weir_session"

// Identities tells who a key or a session belongs to; *account.Service.
type Identities interface {
	ByKey(ctx context.Context, key string) (account.Principal, error)
	BySession(ctx context.Context, token string) (account.Session, error)
}

// doorkeeper finds out who asks.
type doorkeeper struct {
	identities Identities
	guard      *web.Guard
}

// identify looks for a key in the query, the body and the Authorization header, in this order, and only without one for
// a session. An unknown key is weir.Unauthenticated; nobody at all is the zero Principal.
func (d *doorkeeper) identify(w http.ResponseWriter, r *http.Request, q *form.Request) (account.Principal, error) {
	if key := keyOf(r, q); key != "" {
		return d.identities.ByKey(r.Context(), key)
	}
	return d.session(w, r)
}

// session is who the request's cookie speaks for. A lasting cookie is sent again when its session has been renewed.
func (d *doorkeeper) session(w http.ResponseWriter, r *http.Request) (account.Principal, error) {
	token := tokenOf(r)
	if token == "" {
		return account.Principal{}, nil
	}
	session, err := d.identities.BySession(r.Context(), token)
	if weir.KindOf(err) == weir.Unauthenticated {
		return account.Principal{}, nil
	}
	if err != nil {
		return account.Principal{}, err
	}
	if session.Renewed && session.Remember {
		setSession(w, r, session)
	}
	return session.Principal, nil
}

func keyOf(r *http.Request, q *form.Request) string {
	for _, values := range [...]form.Values{q.Query, q.Body} {
		if key, ok := values.Get("apikey"); ok && key != "" {
			return key
		}
	}
	if key := bearer(r); key != "" {
		return key
	}
	key, _ := q.Get("devicekey") // nobody's: there are no devices yet, and an unknown key must not pass in silence
	return key
}

// bearer is the key in the Authorization header. Encrypted posts carry something else there.
func bearer(r *http.Request) string {
	scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || strings.HasPrefix(r.Header.Get("Content-Type"), "aes128cbc") {
		return ""
	}
	return strings.TrimSpace(key)
}

func tokenOf(r *http.Request) string {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setSession gives the browser a session. Other sites' pages cannot use the cookie, scripts cannot read it.
func setSession(w http.ResponseWriter, r *http.Request, session account.Session) {
	cookie := cookieFor(r, session.Token)
	if session.Remember {
		cookie.Expires = session.Expires
	}
	http.SetCookie(w, cookie)
}

func endSession(w http.ResponseWriter, r *http.Request) {
	cookie := cookieFor(r, "")
	cookie.MaxAge = -1
	http.SetCookie(w, cookie)
}

func cookieFor(r *http.Request, token string) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure would lock out plain HTTP at home
		Name: sessionCookie, Value: token, Path: "/",
		HttpOnly: true, Secure: web.Secure(r.Context()), SameSite: http.SameSiteStrictMode,
	}
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
