package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/form"
)

// sessionCookie holds a session's token.
const sessionCookie = "weir_session"

// Identities tells who a key or a session belongs to; *account.Service.
type Identities interface {
	ByKey(ctx context.Context, key string) (account.Principal, error)
	BySession(ctx context.Context, token string) (account.Session, error)
}

// Door finds out who asks.
type Door struct {
	Identities Identities
	Guard      *Guard
}

// Identify looks for a key in the query, the body and the Authorization header, in this order, and only without one for
// a session. An unknown key is weir.Unauthenticated; nobody at all is the zero Principal.
func (d *Door) Identify(w http.ResponseWriter, r *http.Request, q *form.Request) (account.Principal, error) {
	if key := keyOf(r, q); key != "" {
		return d.Identities.ByKey(r.Context(), key)
	}
	return d.session(w, r)
}

// session is who the request's cookie speaks for. A lasting cookie is sent again when its session has been renewed.
func (d *Door) session(w http.ResponseWriter, r *http.Request) (account.Principal, error) {
	token := SessionToken(r)
	if token == "" {
		return account.Principal{}, nil
	}
	session, err := d.Identities.BySession(r.Context(), token)
	if weir.KindOf(err) == weir.Unauthenticated {
		return account.Principal{}, nil
	}
	if err != nil {
		return account.Principal{}, err
	}
	if session.Renewed && session.Remember {
		SetSession(w, r, session)
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

// SessionToken is the token of the session that the request's cookie names, empty without one.
func SessionToken(r *http.Request) string {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// SetSession gives the browser a session. Other sites' pages cannot use the cookie, scripts cannot read it.
func SetSession(w http.ResponseWriter, r *http.Request, session account.Session) {
	cookie := cookieFor(r, session.Token) //nolint:gosec // its attributes are set there
	if session.Remember {
		cookie.Expires = session.Expires
	}
	http.SetCookie(w, cookie)
}

// EndSession takes the session's cookie from the browser.
func EndSession(w http.ResponseWriter, r *http.Request) {
	cookie := cookieFor(r, "") //nolint:gosec // its attributes are set there
	cookie.MaxAge = -1
	http.SetCookie(w, cookie)
}

func cookieFor(r *http.Request, token string) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // Secure would lock out plain HTTP at home
		Name: sessionCookie, Value: token, Path: "/",
		HttpOnly: true, Secure: Secure(r.Context()), SameSite: http.SameSiteStrictMode,
	}
}

// MaySee tells whether who may see a feed: anyone a public one, otherwise its owner.
func MaySee(who account.Principal, f weir.Feed) bool {
	return f.Public || who.Access >= account.Read && who.User == f.User
}
