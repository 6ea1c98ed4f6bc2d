package account_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/durable"
)

// changed is text with another first character.
func changed(text string) string {
	if text[0] == '0' {
		return "1" + text[1:]
	}
	return "0" + text[1:]
}

// No secret may stand in a log line or an error, whichever way things go.
func TestSecretsStaySilent(t *testing.T) {
	s := start(t, cheap())
	ctx := t.Context()
	var said []error
	note := func(err error) { said = append(said, err) }
	u, keys := s.register(t, "anna")
	v := s.login(t, "anna", true)
	hash := storedPassword(t, s, "anna")
	secrets := map[string]string{"password": password, "read key": keys.Read, "write key": keys.Write, "session": v.Token, "stored password": hash}
	const typed = "swordfish-typed-wrong"
	secrets["wrong password"] = typed

	c := account.Credentials{From: s.from(), Name: typed, Password: password} // password typed into the field of the name
	_, err := s.Login(ctx, c)
	note(err)
	_, _, err = s.Authenticate(ctx, account.Credentials{From: s.from(), Name: "anna", Password: typed})
	note(err)
	_, _, err = s.Register(ctx, account.Registration{From: s.from(), Name: "anna", Password: password, Email: "a@example.org"})
	note(err)
	note(s.ChangePassword(ctx, account.PasswordChange{From: s.from(), User: u.ID, Old: typed, New: password}))
	_, err = s.ByKey(ctx, changed(keys.Read))
	note(err)
	_, err = s.BySession(ctx, changed(v.Token))
	note(err)
	_, err = s.Adopt(ctx, weir.User{Name: "other"}, hash, keys)
	note(err)
	_, err = s.Adopt(ctx, weir.User{Name: "other"}, hash, account.Keys{Read: keys.Read, Write: strings.ToUpper(keys.Write)})
	note(err)
	_, err = s.Adopt(ctx, weir.User{Name: "other"}, typed, keys)
	note(err)
	secrets["new key"], err = s.RotateKey(ctx, u.ID, account.Write)
	must(t, err)

	// Damaged rows, then a database that is closed.
	must(t, s.db.SetPassword(ctx, u.ID, hash, hash[:len(hash)-4]))
	_, err = s.Login(ctx, account.Credentials{From: s.from(), Name: "anna", Password: password})
	note(err)
	stored, err := s.db.Keys(ctx, u.ID)
	must(t, err)
	for _, k := range stored {
		secrets["digest of "+k.Kind] = hex.EncodeToString(k.Digest)
		k.Sealed[20] ^= 1
		must(t, s.db.ReplaceKey(ctx, u.ID, k))
	}
	_, err = s.Keys(ctx, u.ID)
	note(err)
	must(t, s.db.Close())
	_, err = s.Login(ctx, account.Credentials{From: s.from(), Name: "anna", Password: password})
	note(err)
	_, err = s.ByKey(ctx, secrets["new key"])
	note(err)
	_, err = s.RotateKey(ctx, u.ID, account.Read)
	note(err)
	note(s.Logout(ctx, v.Token))
	note(s.ResetPassword(ctx, u.ID, password))

	data, err := os.ReadFile(filepath.Join(s.dir, account.SecretFile))
	must(t, err)
	_, raw, err := durable.Open("WKEY", data)
	must(t, err)
	secrets["secret in hex"], secrets["secret in base64"] = hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw)
	secrets["secret"] = string(raw)

	for i, err := range said {
		if err == nil {
			t.Errorf("step %d went well", i)
		}
	}
	all := fmt.Sprintf("%s\n%v\n%+v", s.log, errors.Join(said...), said)
	for name, text := range secrets {
		if strings.Contains(all, text) {
			t.Errorf("%s was logged or told", name)
		}
	}
	if !strings.Contains(all, "login refused") {
		t.Error("a refused login was not logged")
	}
}
