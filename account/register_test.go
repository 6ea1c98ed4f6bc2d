package account_test

import (
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
)

func TestRegisterMessages(t *testing.T) {
	s := start(t, cheap())
	s.register(t, "taken")
	const long = 250
	tests := []struct {
		name, password, email, timezone string
		kind                            weir.Kind
		message                         string
	}{
		{"", "pass", "a@example.org", "", weir.Invalid, "Missing username, password or email parameter"},
		{"anna", "", "a@example.org", "", weir.Invalid, "Missing username, password or email parameter"},
		{"anna", "pass", "", "", weir.Invalid, "Missing username, password or email parameter"},
		{"anna b", "pass", "a@example.org", "", weir.Invalid, "Username must only contain a-z and 0-9 characters"},
		{"änna", "pass", "a@example.org", "", weir.Invalid, "Username must only contain a-z and 0-9 characters"},
		{"-", "p", "x", "Nowhere", weir.Invalid, "Username must only contain a-z and 0-9 characters"},
		{"an", "p", "x", "Nowhere", weir.Invalid, "Username must be at least 3 characters"},
		{strings.Repeat("a", 31), "p", "x", "Nowhere", weir.Invalid, "Username must be less than 30 characters"},
		{"taken", "p", "x", "Nowhere", weir.Conflict, "Username already exists"},
		{"TAKEN", "p", "x", "Nowhere", weir.Conflict, "Username already exists"},
		{"anna", "p", "x", "Nowhere", weir.Invalid, "Email address format error"},
		{"anna", "p", "a@localhost", "", weir.Invalid, "Email address format error"},
		{"anna", "p", "a@example.", "", weir.Invalid, "Email address format error"},
		{"anna", "p", "Anna <a@example.org>", "", weir.Invalid, "Email address format error"},
		{"anna", "p", "a b@example.org", "", weir.Invalid, "Email address format error"},
		{"anna", "p", strings.Repeat("a", long) + "@example.org", "", weir.Invalid, "Email address format error"},
		{"anna", "abc", "a@example.org", "Nowhere", weir.Invalid, "Password must be at least 4 characters"},
		{"anna", strings.Repeat("p", 251), "a@example.org", "Nowhere", weir.Invalid, "Password must be less than 250 characters"},
		{"anna", "pass", "a@example.org", "Nowhere", weir.Invalid, `Timezone "Nowhere" is not known: use a name such as Europe/London`},
		{"anna", "pass", "a@example.org", "Local", weir.Invalid, `Timezone "Local" is not known: use a name such as Europe/London`},
		{"anna", "pass", "a@example.org", "../UTC", weir.Invalid, `Timezone "../UTC" is not known: use a name such as Europe/London`},
	}
	for _, tt := range tests {
		_, _, err := s.Register(t.Context(), account.Registration{From: s.from(), Name: tt.name, Password: tt.password, Email: tt.email, Timezone: tt.timezone})
		if weir.KindOf(err) != tt.kind || weir.Message(err) != tt.message {
			t.Errorf("%q, %d characters, %q, %q: %v of kind %v, want %q of kind %v",
				tt.name, len(tt.password), tt.email, tt.timezone, err, weir.KindOf(err), tt.message, tt.kind)
		}
	}
	for name, pw := range map[string]string{"abc": "1234", strings.Repeat("a", 30): strings.Repeat("p", long)} {
		if _, _, err := s.Register(t.Context(), account.Registration{From: s.from(), Name: name, Password: pw, Email: "a@example.org"}); err != nil {
			t.Errorf("%q with %d characters: %v", name, len(pw), err)
		}
	}
}

func TestRegister(t *testing.T) {
	s := start(t, cheap())
	anna, keys := s.register(t, "Anna")
	ben, _ := s.register(t, "ben")
	if anna.ID != 1 || !anna.Admin || ben.ID != 2 || ben.Admin {
		t.Errorf("users %+v and %+v, want ids 1 and 2, the first as administrator", anna, ben)
	}
	if anna.Timezone != "Europe/London" || anna.Created == 0 || anna.Email != "Anna@example.org" {
		t.Errorf("user %+v", anna)
	}
	if !account.IsAPIKey(keys.Read) || !account.IsAPIKey(keys.Write) || keys.Read == keys.Write {
		t.Error("keys are not two of 32 hex characters")
	}
	if got, err := s.User(t.Context(), anna.ID); err != nil || got != anna {
		t.Errorf("stored user %+v, %v; want %+v", got, err, anna)
	}
	if got, err := s.UserByName(t.Context(), "anna"); err != nil || got != anna {
		t.Errorf("user by name %+v, %v; want %+v", got, err, anna)
	}
	if list, err := s.Users(t.Context()); err != nil || len(list) != 2 {
		t.Errorf("users %v, %v", list, err)
	}

	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{anna.UUID: true}
	for range 100 {
		id := account.NewUUID()
		if !form.MatchString(id) || seen[id] {
			t.Errorf("uuid %s", id)
		}
		seen[id] = true
	}
}

func TestRegistration(t *testing.T) {
	closed := "Registration is closed on this server: ask its administrator for an account"
	form := func(s *server, name string) account.Registration {
		return account.Registration{From: s.from(), Name: name, Password: password, Email: "a@example.org"}
	}
	for _, tt := range []struct {
		mode          string
		first, second bool
	}{
		{account.RegistrationOpen, true, true},
		{account.RegistrationFirst, true, false},
		{account.RegistrationClosed, false, false},
	} {
		cfg := cheap()
		cfg.Registration = tt.mode
		s := start(t, cfg)
		for i, want := range []bool{tt.first, tt.second} {
			open, err := s.RegistrationOpen(t.Context())
			must(t, err)
			_, _, err = s.Register(t.Context(), form(s, "anna"+string(rune('a'+i))))
			if open != want || (err == nil) != want {
				t.Errorf("%s, user %d: open %v, %v; want %v", tt.mode, i+1, open, err, want)
			}
			if !want {
				wantError(t, err, weir.Denied, closed)
			}
		}
		if _, _, err := s.Create(t.Context(), form(s, "created")); err != nil {
			t.Errorf("%s: an administrator could not make a user: %v", tt.mode, err)
		}
	}
}

// Two visitors who come to a new server at the same time do not both get it.
func TestRegistrationRace(t *testing.T) {
	cfg := cheap()
	cfg.Registration = account.RegistrationFirst
	s := start(t, cfg)
	var made atomic.Int64
	var group sync.WaitGroup
	for _, name := range []string{"anna", "ben", "cleo", "dora"} {
		from := s.from()
		group.Go(func() {
			_, _, err := s.Register(t.Context(), account.Registration{From: from, Name: name, Password: password, Email: "a@example.org"})
			if err == nil {
				made.Add(1)
			} else if weir.KindOf(err) != weir.Denied {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if made.Load() != 1 {
		t.Errorf("%d users registered, want 1", made.Load())
	}
}

func TestAdopt(t *testing.T) {
	s := start(t, cheap())
	keys := account.Keys{Read: strings.Repeat("a1", 16), Write: strings.Repeat("b2", 16)}
	stored := emoncms(password)
	old := weir.User{Name: "old user", Email: "x", UUID: "their own"}
	u, err := s.Adopt(t.Context(), old, stored, keys)
	must(t, err)
	if u.ID != 1 || u.UUID != old.UUID || u.Timezone != "UTC" {
		t.Errorf("adopted %+v", u)
	}
	if p, err := s.ByKey(t.Context(), keys.Write); err != nil || p.User != u.ID || p.Access != account.Write {
		t.Errorf("by the old key: %+v, %v", p, err)
	}
	if got, err := s.Keys(t.Context(), u.ID); err != nil || got != keys {
		t.Errorf("keys were not kept: %v", err)
	}
	s.login(t, old.Name, false)

	other := account.Keys{Read: strings.Repeat("c3", 16), Write: strings.Repeat("d4", 16)}
	for name, tt := range map[string]struct {
		user     weir.User
		password string
		keys     account.Keys
		kind     weir.Kind
	}{
		"same name":       {old, stored, other, weir.Conflict},
		"same keys":       {weir.User{Name: "other"}, stored, keys, weir.Conflict},
		"no name":         {weir.User{}, stored, other, weir.Invalid},
		"bad timezone":    {weir.User{Name: "other", Timezone: "x"}, stored, other, weir.Invalid},
		"plain password":  {weir.User{Name: "other"}, "secret", other, weir.Invalid},
		"one key":         {weir.User{Name: "other"}, stored, account.Keys{Read: keys.Read}, weir.Invalid},
		"a key for both":  {weir.User{Name: "other"}, stored, account.Keys{Read: other.Read, Write: other.Read}, weir.Invalid},
		"upper-case keys": {weir.User{Name: "other"}, stored, account.Keys{Read: strings.ToUpper(other.Read), Write: other.Write}, weir.Invalid},
	} {
		if _, err := s.Adopt(t.Context(), tt.user, tt.password, tt.keys); weir.KindOf(err) != tt.kind || err == nil {
			t.Errorf("%s: %v, want kind %v", name, err, tt.kind)
		}
	}
}
