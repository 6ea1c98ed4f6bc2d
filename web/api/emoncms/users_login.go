package emoncms

import (
	"context"
	"net/http"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/web"
)

// Logins lets people and programs in; *account.Service.
type Logins interface {
	Register(ctx context.Context, r account.Registration) (weir.User, account.Keys, error)
	Login(ctx context.Context, c account.Credentials) (account.Session, error)
	Authenticate(ctx context.Context, c account.Credentials) (weir.User, account.Keys, error)
	Logout(ctx context.Context, token string) error
}

// logins answers those who are not known yet.
type logins struct {
	accounts Logins
}

func (h *logins) routes() []route {
	return []route{
		{path: "user/register", run: h.register},
		{path: "user/login", cookies: true, run: h.login},
		{path: "user/auth", run: h.auth},
		{path: "user/logout", cookies: true, run: h.logout},
		{path: "user/session", need: reader, run: h.session},
	}
}

// posted makes sure that a password does not stand in an address, where histories and logs would keep it.
func posted(c *call) error {
	if c.http.Method != http.MethodPost {
		return weir.Errorf(weir.Invalid, "Send this by POST")
	}
	return nil
}

func (h *logins) register(c *call) error {
	if err := posted(c); err != nil {
		return err
	}
	name, password, email := c.param("username"), c.param("password"), c.param("email")
	if name == "" || password == "" || email == "" {
		return weir.Errorf(weir.Invalid, "Missing username, password or email parameter")
	}
	u, keys, err := h.accounts.Register(c.ctx(), account.Registration{
		From: web.ClientAddr(c.ctx()), Name: name, Password: password, Email: email, Timezone: c.param("timezone"),
	})
	if err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(true).Key("verifyemail").Bool(false).Key("userid").Int(int64(u.ID)).
		Key("apikey_read").String(keys.Read).Key("apikey_write").String(keys.Write).EndObject()
	return nil
}

func (h *logins) login(c *call) error {
	if err := posted(c); err != nil {
		return err
	}
	session, err := h.accounts.Login(c.ctx(), account.Credentials{
		From: web.ClientAddr(c.ctx()), Name: c.param("username"), Password: c.param("password"),
		Remember: remembers(c.param("rememberme")),
	})
	if err != nil {
		return err
	}
	web.SetSession(c.reply, c.http, session)
	c.out.Object().Key("success").Bool(true).Key("message").String("Login successful").
		Key("startingpage").String("feed/list").EndObject()
	return nil
}

func remembers(value string) bool { return value == "1" || value == "true" || value == "on" }

func (h *logins) auth(c *call) error {
	if err := posted(c); err != nil {
		return err
	}
	u, keys, err := h.accounts.Authenticate(c.ctx(), account.Credentials{
		From: web.ClientAddr(c.ctx()), Name: c.param("username"), Password: c.param("password"),
	})
	if err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(true).Key("userid").Int(int64(u.ID)).
		Key("apikey_write").String(keys.Write).Key("apikey_read").String(keys.Read).EndObject()
	return nil
}

func (h *logins) logout(c *call) error {
	if err := posted(c); err != nil {
		return err
	}
	if token := web.SessionToken(c.http); token != "" {
		if err := h.accounts.Logout(c.ctx(), token); err != nil {
			return err
		}
	}
	web.EndSession(c.reply, c.http)
	return c.result(true, "Logged out")
}

func (h *logins) session(c *call) error {
	c.out.Object().Key("userid").Int(int64(c.who.User)).Key("type").String(c.who.Access.String()).EndObject()
	return nil
}
