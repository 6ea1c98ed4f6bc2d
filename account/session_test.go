package account_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
)

const ended = "Your session has ended: log in again"

func TestSession(t *testing.T) {
	s := start(t, cheap())
	u, _ := s.register(t, "anna")
	v := s.login(t, "anna", false)
	want := account.Principal{User: u.ID, Name: "anna", Access: account.Write, Admin: true, Session: true}
	if diff := cmp.Diff(want, v.Principal); diff != "" {
		t.Errorf("principal (-want +got):\n%s", diff)
	}
	for range 2 {
		got, err := s.BySession(t.Context(), v.Token)
		must(t, err)
		if got.Principal != want || got.Token != v.Token || got.Renewed || got.Remember {
			t.Errorf("by session: %+v", got)
		}
	}
	again := s.login(t, "anna", true)
	if again.Token == v.Token || !again.Remember {
		t.Error("second login has the first one's token, or is not remembered")
	}

	for _, bad := range []string{"", "x", v.Token[1:], v.Token + "A", strings.Repeat("A", len(v.Token)), strings.ToLower(v.Token)} {
		_, err := s.BySession(t.Context(), bad)
		wantError(t, err, weir.Unauthenticated, ended)
	}

	must(t, s.Logout(t.Context(), v.Token))
	must(t, s.Logout(t.Context(), v.Token))
	_, err := s.BySession(t.Context(), v.Token)
	wantError(t, err, weir.Unauthenticated, ended)
	_, err = s.BySession(t.Context(), again.Token)
	must(t, err)
	must(t, s.EndSessions(t.Context(), u.ID))
	_, err = s.BySession(t.Context(), again.Token)
	wantError(t, err, weir.Unauthenticated, ended)

	begun, err := s.Begin(t.Context(), u.ID, false)
	must(t, err)
	_, err = s.BySession(t.Context(), begun.Token)
	must(t, err)
	_, err = s.Begin(t.Context(), 9, false)
	wantError(t, err, weir.NotFound, "user 9 does not exist")
}

// A session that is used every now and then goes on; the store hears little of it. One that is not used ends.
func TestSessionTime(t *testing.T) {
	for _, remember := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := start(t, cheap())
			store := &counting{}
			s.start(t, func(under account.Store) account.Store { store.Store = under; return store })
			s.register(t, "anna")
			v := s.login(t, "anna", remember)
			life := s.cfg.SessionTTL
			if remember {
				life = s.cfg.RememberTTL
			}
			if got := time.Until(v.Expires); got != life {
				t.Errorf("session lives %v, want %v", got, life)
			}

			const steps = 100
			cookies := 0
			for range steps {
				time.Sleep(life / 48)
				got, err := s.BySession(t.Context(), v.Token)
				must(t, err)
				if got.Renewed {
					cookies++
				}
			}
			if store.renews > steps/2 || store.renews < steps/3 || cookies != store.renews {
				t.Errorf("%d uses over two lives: end put off %d times, %d new cookies", steps, store.renews, cookies)
			}

			before := store.reads
			for range 60 { // within a minute
				_, err := s.BySession(t.Context(), v.Token)
				must(t, err)
				time.Sleep(time.Second)
			}
			if asked := store.reads - before; asked > 2 {
				t.Errorf("store was asked %d times within a minute", asked)
			}

			time.Sleep(life + time.Second)
			_, err := s.BySession(t.Context(), v.Token)
			wantError(t, err, weir.Unauthenticated, ended)
		})
	}
}

// What changes about a user shows in sessions at once.
func TestSessionFollowsUser(t *testing.T) {
	s := start(t, cheap())
	s.register(t, "anna")
	ben, keys := s.register(t, "ben")
	v := s.login(t, "ben", false)
	check := func(name string, admin bool) {
		t.Helper()
		got, err := s.BySession(t.Context(), v.Token)
		must(t, err)
		key, err := s.ByKey(t.Context(), keys.Read)
		must(t, err)
		if got.Principal.Name != name || got.Principal.Admin != admin || key.Name != name || key.Admin {
			t.Errorf("by session %+v, by key %+v; want name %s, admin %v in the session only", got.Principal, key, name, admin)
		}
	}
	check("ben", false)
	must(t, s.SetAdmin(t.Context(), ben.ID, true))
	check("ben", true)
	must(t, s.Rename(t.Context(), ben.ID, "benjamin"))
	check("benjamin", true)
	must(t, s.SetAdmin(t.Context(), ben.ID, false))
	check("benjamin", false)
	must(t, s.Delete(t.Context(), ben.ID))
	_, err := s.BySession(t.Context(), v.Token)
	wantError(t, err, weir.Unauthenticated, ended)
	_, err = s.ByKey(t.Context(), keys.Read)
	wantError(t, err, weir.Unauthenticated, "Invalid API key")
}

func BenchmarkBySession(b *testing.B) {
	s := start(b, cheap())
	s.register(b, "anna")
	v := s.login(b, "anna", false)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.BySession(b.Context(), v.Token); err != nil {
			b.Fatal(err)
		}
	}
}
