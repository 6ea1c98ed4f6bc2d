package users

import (
	"context"
	"net/http"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
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

func (h *logins) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "user/register", Own: true, Run: h.register},
		{Path: "user/login", Own: true, Run: h.login},
		{Path: "user/auth", Own: true, Run: h.auth},
		{Path: "user/logout", Own: true, Run: h.logout},
		{Path: "user/session", Need: emoncms.Reader, Run: h.session},
	}
}

// posted makes sure that a password does not stand in an address, where histories and logs would keep it.
func posted(c *emoncms.Call) error {
	if c.HTTP.Method != http.MethodPost {
		return weir.Errorf(weir.Invalid, "Send this by POST")
	}
	return nil
}

func (h *logins) register(c *emoncms.Call) error {
	if err := posted(c); err != nil {
		return err
	}
	name, password, email := c.Param("username"), c.Param("password"), c.Param("email")
	if name == "" || password == "" || email == "" {
		return weir.Errorf(weir.Invalid, "Missing username, password or email parameter")
	}
	u, keys, err := h.accounts.Register(c.Context(), account.Registration{
		From: web.ClientAddr(c.Context()), Name: name, Password: password, Email: email, Timezone: c.Param("timezone"),
	})
	if err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).Key("verifyemail").Bool(false).Key("userid").Int(int64(u.ID)).
		Key("apikey_read").String(keys.Read).Key("apikey_write").String(keys.Write).EndObject()
	return nil
}

func (h *logins) login(c *emoncms.Call) error {
	if err := posted(c); err != nil {
		return err
	}
	session, err := h.accounts.Login(c.Context(), account.Credentials{
		From: web.ClientAddr(c.Context()), Name: c.Param("username"), Password: c.Param("password"),
		Remember: remembers(c.Param("rememberme")),
	})
	if err != nil {
		return err
	}
	web.SetSession(c.Reply, c.HTTP, session)
	c.Out.Object().Key("success").Bool(true).Key("message").String("Login successful").
		Key("startingpage").String("feed/list").EndObject()
	return nil
}

func remembers(value string) bool { return value == "1" || value == "true" || value == "on" }

func (h *logins) auth(c *emoncms.Call) error {
	if err := posted(c); err != nil {
		return err
	}
	u, keys, err := h.accounts.Authenticate(c.Context(), account.Credentials{
		From: web.ClientAddr(c.Context()), Name: c.Param("username"), Password: c.Param("password"),
	})
	if err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).Key("userid").Int(int64(u.ID)).
		Key("apikey_write").String(keys.Write).Key("apikey_read").String(keys.Read).EndObject()
	return nil
}

func (h *logins) logout(c *emoncms.Call) error {
	if err := posted(c); err != nil {
		return err
	}
	if token := web.SessionToken(c.HTTP); token != "" {
		if err := h.accounts.Logout(c.Context(), token); err != nil {
			return err
		}
	}
	web.EndSession(c.Reply, c.HTTP)
	return c.Result(true, "Logged out")
}

func (h *logins) session(c *emoncms.Call) error {
	c.Out.Object().Key("userid").Int(int64(c.Who.User)).Key("type").String(c.Who.Access.String()).EndObject()
	return nil
}
