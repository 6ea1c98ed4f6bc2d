package users

import (
	"context"
	"crypto/md5" //nolint:gosec // not for secrecy: avatars are found by it
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
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
	pipeline emoncms.Pipeline
}

func (h *profiles) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "user/get", Need: emoncms.Person, Run: h.get},
		{Path: "user/set", Need: emoncms.Person, Changes: true, Run: h.set},
		{Path: "user/changeusername", Need: emoncms.Person, Changes: true, Run: h.rename},
		{Path: "user/changeemail", Need: emoncms.Person, Changes: true, Run: h.changeEmail},
		{Path: "user/changepassword", Need: emoncms.Person, Changes: true, Run: h.changePassword},
		{Path: "user/newapikeyread", Need: emoncms.Person, Changes: true, Run: h.newReadKey},
		{Path: "user/newapikeywrite", Need: emoncms.Person, Changes: true, Run: h.newWriteKey},
		{Path: "user/getuuid", Need: emoncms.Reader, Run: h.uuid},
	}
}

func (h *profiles) get(c *emoncms.Call) error {
	u, err := h.profiles.User(c.Context(), c.Who.User)
	if err != nil {
		return err
	}
	keys, err := h.secrets.Keys(c.Context(), c.Who.User)
	if err != nil {
		return err
	}
	sum := md5.Sum([]byte(strings.ToLower(u.Email))) //nolint:gosec // see the import
	c.Out.Object().
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
func (h *profiles) set(c *emoncms.Call) error {
	var data struct {
		Email    string `json:"email"`
		Timezone string `json:"timezone"`
	}
	if err := json.Unmarshal([]byte(c.Param("data")), &data); err != nil {
		return weir.Errorf(weir.Invalid, "data is not a JSON object of the account's fields")
	}
	if data.Email != "" {
		if err := h.profiles.ChangeEmail(c.Context(), c.Who.User, data.Email); err != nil {
			return err
		}
	}
	if data.Timezone != "" {
		err := h.pipeline.Change(c.Context(), c.Who.User, func() error {
			return h.profiles.ChangeTimezone(c.Context(), c.Who.User, data.Timezone)
		})
		if err != nil {
			return err
		}
	}
	return c.Result(true, "User updated")
}

func (h *profiles) rename(c *emoncms.Call) error {
	if err := h.profiles.Rename(c.Context(), c.Who.User, c.Param("username")); err != nil {
		return err
	}
	return c.Result(true, "Username updated")
}

func (h *profiles) changeEmail(c *emoncms.Call) error {
	if err := h.profiles.ChangeEmail(c.Context(), c.Who.User, c.Param("email")); err != nil {
		return err
	}
	return c.Result(true, "Email updated")
}

// changePassword ends all sessions of the user and gives the asking browser a new one.
func (h *profiles) changePassword(c *emoncms.Call) error {
	err := h.secrets.ChangePassword(c.Context(), account.PasswordChange{
		From: web.ClientAddr(c.Context()), User: c.Who.User, Old: c.Param("old"), New: c.Param("new"),
	})
	if err != nil {
		return err
	}
	session, err := h.secrets.Begin(c.Context(), c.Who.User, false)
	if err != nil {
		return err
	}
	web.SetSession(c.Reply, c.HTTP, session)
	return c.Result(true, "Password changed")
}

func (h *profiles) newReadKey(c *emoncms.Call) error { return h.newKey(c, account.Read, "read_apikey") }
func (h *profiles) newWriteKey(c *emoncms.Call) error {
	return h.newKey(c, account.Write, "write_apikey")
}

func (h *profiles) newKey(c *emoncms.Call, access account.Access, name string) error {
	key, err := h.secrets.RotateKey(c.Context(), c.Who.User, access)
	if err != nil {
		return err
	}
	c.Out.Object().Key("success").Bool(true).Key(name).String(key).EndObject()
	return nil
}

func (h *profiles) uuid(c *emoncms.Call) error {
	u, err := h.profiles.User(c.Context(), c.Who.User)
	if err != nil {
		return err
	}
	return c.Result(true, u.UUID)
}
