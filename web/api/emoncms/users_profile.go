package emoncms

import (
	"context"
	"crypto/md5" //nolint:gosec // not for secrecy: avatars are found by it
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/web"
)

// Profiles knows what users have told about themselves; *account.Service.
type Profiles interface {
	User(ctx context.Context, id weir.UserID) (weir.User, error)
	Rename(ctx context.Context, user weir.UserID, name string) error
	ChangeEmail(ctx context.Context, user weir.UserID, email string) error
	ChangeTimezone(ctx context.Context, user weir.UserID, name string) error
}

// Secrets are a user's password and keys; *account.Service.
type Secrets interface {
	Keys(ctx context.Context, user weir.UserID) (account.Keys, error)
	RotateKey(ctx context.Context, user weir.UserID, access account.Access) (string, error)
	ChangePassword(ctx context.Context, c account.PasswordChange) error
	Begin(ctx context.Context, user weir.UserID, remember bool) (account.Session, error)
}

// profiles shows and changes the account of whoever has logged in.
type profiles struct {
	profiles Profiles
	secrets  Secrets
	pipeline Pipeline
}

func (h *profiles) routes() []route {
	return []route{
		{path: "user/get", need: person, run: h.get},
		{path: "user/set", need: person, changes: true, run: h.set},
		{path: "user/changeusername", need: person, changes: true, run: h.rename},
		{path: "user/changeemail", need: person, changes: true, run: h.changeEmail},
		{path: "user/changepassword", need: person, changes: true, run: h.changePassword},
		{path: "user/newapikeyread", need: person, changes: true, run: h.newReadKey},
		{path: "user/newapikeywrite", need: person, changes: true, run: h.newWriteKey},
		{path: "user/getuuid", need: reader, run: h.uuid},
	}
}

func (h *profiles) get(c *call) error {
	u, err := h.profiles.User(c.ctx(), c.who.User)
	if err != nil {
		return err
	}
	keys, err := h.secrets.Keys(c.ctx(), c.who.User)
	if err != nil {
		return err
	}
	sum := md5.Sum([]byte(strings.ToLower(u.Email))) //nolint:gosec // see the import
	c.out.Object().
		Key("id").Int(int64(u.ID)).
		Key("username").String(u.Name).
		Key("email").String(u.Email).
		Key("gravatar").String(hex.EncodeToString(sum[:])).
		Key("name").String("").
		Key("location").String("").
		Key("timezone").String(u.Timezone).
		Key("language").String("en_GB").
		Key("bio").String("").
		Key("startingpage").String("feed/list").
		Key("apikey_write").String(keys.Write).
		Key("apikey_read").String(keys.Read).
		Key("tags").String("").
		EndObject()
	return nil
}

// set takes what weir keeps, which is email and timezone. Other fields are not refused: pages send all of them.
func (h *profiles) set(c *call) error {
	var data struct {
		Email    string `json:"email"`
		Timezone string `json:"timezone"`
	}
	if err := json.Unmarshal([]byte(c.param("data")), &data); err != nil {
		return weir.Errorf(weir.Invalid, "data is not a JSON object of the account's fields")
	}
	if data.Email != "" {
		if err := h.profiles.ChangeEmail(c.ctx(), c.who.User, data.Email); err != nil {
			return err
		}
	}
	if data.Timezone != "" {
		err := h.pipeline.Change(c.ctx(), c.who.User, func() error {
			return h.profiles.ChangeTimezone(c.ctx(), c.who.User, data.Timezone)
		})
		if err != nil {
			return err
		}
	}
	return c.result(true, "User updated")
}

func (h *profiles) rename(c *call) error {
	if err := h.profiles.Rename(c.ctx(), c.who.User, c.param("username")); err != nil {
		return err
	}
	return c.result(true, "Username updated")
}

func (h *profiles) changeEmail(c *call) error {
	if err := h.profiles.ChangeEmail(c.ctx(), c.who.User, c.param("email")); err != nil {
		return err
	}
	return c.result(true, "Email updated")
}

// changePassword ends all sessions of the user and gives the asking browser a new one.
func (h *profiles) changePassword(c *call) error {
	err := h.secrets.ChangePassword(c.ctx(), account.PasswordChange{
		From: web.ClientAddr(c.ctx()), User: c.who.User, Old: c.param("old"), New: c.param("new"),
	})
	if err != nil {
		return err
	}
	session, err := h.secrets.Begin(c.ctx(), c.who.User, false)
	if err != nil {
		return err
	}
	web.SetSession(c.reply, c.http, session)
	return c.result(true, "Password changed")
}

func (h *profiles) newReadKey(c *call) error  { return h.newKey(c, account.Read, "read_apikey") }
func (h *profiles) newWriteKey(c *call) error { return h.newKey(c, account.Write, "write_apikey") }

func (h *profiles) newKey(c *call, access account.Access, name string) error {
	key, err := h.secrets.RotateKey(c.ctx(), c.who.User, access)
	if err != nil {
		return err
	}
	c.out.Object().Key("success").Bool(true).Key(name).String(key).EndObject()
	return nil
}

func (h *profiles) uuid(c *call) error {
	u, err := h.profiles.User(c.ctx(), c.who.User)
	if err != nil {
		return err
	}
	return c.result(true, u.UUID)
}
