package account_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
)

func TestLoginMessages(t *testing.T) {
	s := start(t, cheap())
	s.register(t, "anna")
	const empty, wrong = "Username or password empty", "Incorrect username or password"
	tests := []struct {
		name, password string
		kind           weir.Kind
		message        string
	}{
		{"", password, weir.Invalid, empty},
		{"anna", "", weir.Invalid, empty},
		{"anna", "wrong", weir.Unauthenticated, wrong},
		{"anna", password + " ", weir.Unauthenticated, wrong},
		{"nobody", password, weir.Unauthenticated, wrong},
		{"anna", strings.Repeat("p", 5000), weir.Unauthenticated, wrong},
	}
	for _, tt := range tests {
		_, err := s.Login(t.Context(), account.Credentials{From: s.from(), Name: tt.name, Password: tt.password})
		wantError(t, err, tt.kind, tt.message)
		_, _, err = s.Authenticate(t.Context(), account.Credentials{From: s.from(), Name: tt.name, Password: tt.password})
		wantError(t, err, weir.Unauthenticated, "Incorrect authentication")
	}
}

func TestAuthenticate(t *testing.T) {
	s := start(t, cheap())
	u, want := s.register(t, "anna")
	got, keys, err := s.Authenticate(t.Context(), account.Credentials{From: s.from(), Name: "ANNA", Password: password})
	must(t, err)
	if got != u || keys != want {
		t.Errorf("user %+v, same keys: %v; want %+v", got, keys == want, u)
	}
}

func storedPassword(t *testing.T, s *server, name string) string {
	t.Helper()
	_, stored, err := s.db.UserByName(t.Context(), name)
	must(t, err)
	return stored
}

// emoncms makes the stored form of a password as emoncms does.
func emoncms(password string) string {
	const salt = "000102030405060708090a0b0c0d0e0f"
	inner := sha256.Sum256([]byte(password))
	outer := sha256.Sum256([]byte(salt + hex.EncodeToString(inner[:])))
	return "$emoncms$" + salt + "$" + hex.EncodeToString(outer[:])
}

func TestRehash(t *testing.T) {
	s := start(t, cheap())
	u, _ := s.register(t, "anna")
	today := storedPassword(t, s, "anna")
	session := s.login(t, "anna", false)
	if got := storedPassword(t, s, "anna"); got != today || !strings.HasPrefix(got, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("stored form was replaced without a reason, or is not argon2id: %q", got)
	}

	// Another cost, then the form of emoncms: each is replaced at the next login, which sessions survive.
	s.cfg.Argon2.Memory = 128
	s.start(t, nil)
	s.login(t, "anna", false)
	if got := storedPassword(t, s, "anna"); !strings.HasPrefix(got, "$argon2id$v=19$m=128,t=1,p=1$") {
		t.Errorf("stored form %q was not replaced after the cost changed", got)
	}
	must(t, s.db.SetPassword(t.Context(), u.ID, storedPassword(t, s, "anna"), emoncms(password)))
	if _, err := s.Login(t.Context(), account.Credentials{From: s.from(), Name: "anna", Password: "wrong"}); err == nil {
		t.Error("a wrong password was let in")
	}
	if got := storedPassword(t, s, "anna"); got != emoncms(password) {
		t.Errorf("stored form was replaced by a wrong password: %q", got)
	}
	s.login(t, "anna", false)
	if got := storedPassword(t, s, "anna"); !strings.HasPrefix(got, "$argon2id$v=19$m=128,t=1,p=1$") {
		t.Errorf("stored form %q was not replaced", got)
	}
	s.login(t, "anna", false)
	if _, err := s.BySession(t.Context(), session.Token); err != nil {
		t.Errorf("a new form of the same password ended a session: %v", err)
	}
}

func TestDamagedPassword(t *testing.T) {
	s := start(t, cheap())
	u, _ := s.register(t, "anna")
	for _, stored := range []string{"x", "$argon2id$v=19$m=64,t=1,p=1$AA$AA", "$emoncms$salt$sum"} {
		must(t, s.db.SetPassword(t.Context(), u.ID, "", stored))
		_, err := s.Login(t.Context(), account.Credentials{From: s.from(), Name: "anna", Password: password})
		if err == nil || weir.KindOf(err) != weir.Internal {
			t.Errorf("stored form %q: %v", stored, err)
		}
	}
}

// How long a refusal takes must not tell whether the user is there. Time cannot be tested; the memory that argon2
// takes, which nothing else comes near, can.
func TestRefusalsCostTheSame(t *testing.T) {
	cfg := cheap()
	cfg.Argon2.Memory = 4 << 10
	s := start(t, cfg)
	s.register(t, "anna")
	ben, _ := s.register(t, "ben")
	must(t, s.db.SetPassword(t.Context(), ben.ID, "", emoncms(password)))
	for _, name := range []string{"anna", "ben", "nobody"} {
		c := account.Credentials{From: s.from(), Name: name, Password: "wrong"}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := s.Login(t.Context(), c)
		runtime.ReadMemStats(&after)
		wantError(t, err, weir.Unauthenticated, "Incorrect username or password")
		if kib := (after.TotalAlloc - before.TotalAlloc) >> 10; kib < 4<<10 || kib > 7<<10 {
			t.Errorf("refusing %s took %d KiB, want one hash of 4096", name, kib)
		}
	}
}

func TestChangePassword(t *testing.T) {
	s := start(t, cheap())
	u, keys := s.register(t, "anna")
	first, second := s.login(t, "anna", false), s.login(t, "anna", true)
	for _, v := range []account.Session{first, second} { // now in memory
		_, err := s.BySession(t.Context(), v.Token)
		must(t, err)
	}
	change := func(old, pw string) error {
		return s.ChangePassword(t.Context(), account.PasswordChange{From: s.from(), User: u.ID, Old: old, New: pw})
	}
	wantError(t, change(password, "abc"), weir.Invalid, "Password must be at least 4 characters")
	wantError(t, change(password, strings.Repeat("p", 251)), weir.Invalid, "Password must be less than 250 characters")
	wantError(t, change("wrong", "another"), weir.Denied, "Old password incorrect")
	if _, err := s.BySession(t.Context(), first.Token); err != nil {
		t.Errorf("a refused change ended a session: %v", err)
	}
	must(t, change(password, "another"))
	for _, v := range []account.Session{first, second} {
		_, err := s.BySession(t.Context(), v.Token)
		wantError(t, err, weir.Unauthenticated, "Your session has ended: log in again")
	}
	if p, err := s.ByKey(t.Context(), keys.Write); err != nil || p.User != u.ID {
		t.Errorf("devices are not logged out by a new password: %+v, %v", p, err)
	}
	if _, err := s.Login(t.Context(), account.Credentials{From: s.from(), Name: "anna", Password: password}); err == nil {
		t.Error("the old password was let in")
	}
	_, err := s.Login(t.Context(), account.Credentials{From: s.from(), Name: "anna", Password: "another"})
	must(t, err)

	wantError(t, s.ResetPassword(t.Context(), u.ID, "abc"), weir.Invalid, "Password must be at least 4 characters")
	wantError(t, s.ResetPassword(t.Context(), 9, password), weir.NotFound, "user 9 does not exist")
	must(t, s.ResetPassword(t.Context(), u.ID, password))
	s.login(t, "anna", false)
}

// changing changes the password as soon as a session is being made with the old one.
type changing struct {
	account.Store

	once   sync.Once
	change func()
}

func (c *changing) CreateSession(ctx context.Context, v account.StoredSession, now int64) error {
	c.once.Do(c.change)
	return c.Store.CreateSession(ctx, v, now)
}

func TestLoginDuringPasswordChange(t *testing.T) {
	s := start(t, cheap())
	u, _ := s.register(t, "anna")
	s.start(t, func(under account.Store) account.Store {
		return &changing{Store: under, change: func() {
			must(t, s.ResetPassword(t.Context(), u.ID, "another"))
		}}
	})
	v, err := s.Login(t.Context(), account.Credentials{From: s.from(), Name: "anna", Password: password})
	wantError(t, err, weir.Unauthenticated, "Incorrect username or password")
	if v.Token != "" {
		t.Error("the old password made a session")
	}
}

// When many log in at one time, a bounded number waits and the rest are told to come again at once.
func TestCrowd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, cheap())
		s.register(t, "anna")
		release := s.HoldHashers()
		login := func(ctx context.Context, i int) error {
			from := netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
			_, err := s.Login(ctx, account.Credentials{From: from, Name: "anna", Password: password})
			return err
		}
		gone, leave := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for i := range account.MaxWaiting {
			group.Go(func() {
				if i == 0 {
					if err := login(gone, i); !errors.Is(err, context.Canceled) {
						t.Errorf("login by a client that is gone: %v", err)
					}
				} else if err := login(t.Context(), i); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		err := login(t.Context(), 200)
		wantError(t, err, weir.Unavailable, "too many people are logging in at the moment: try again")
		leave()
		synctest.Wait()
		release()
		group.Wait()
	})
}
