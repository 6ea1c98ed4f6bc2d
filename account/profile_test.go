package account_test

import (
	"strings"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
)

func TestProfile(t *testing.T) {
	s := start(t, cheap())
	u, _ := s.register(t, "anna")
	s.register(t, "ben")
	ctx := t.Context()
	wantError(t, s.Rename(ctx, u.ID, "an"), weir.Invalid, "Username must be at least 3 characters")
	wantError(t, s.Rename(ctx, u.ID, "an/na"), weir.Invalid, "Username must only contain a-z and 0-9 characters")
	wantError(t, s.Rename(ctx, u.ID, "ben"), weir.Conflict, "Username already exists")
	wantError(t, s.Rename(ctx, 9, "cleo"), weir.NotFound, "user 9 does not exist")
	wantError(t, s.ChangeEmail(ctx, u.ID, "x"), weir.Invalid, "Email address format error")
	wantError(t, s.ChangeTimezone(ctx, u.ID, "x"), weir.Invalid, `Timezone "x" is not known: use a name such as Europe/London`)
	wantError(t, s.ChangeTimezone(ctx, u.ID, ""), weir.Invalid, `Timezone "" is not known: use a name such as Europe/London`)
	if got, err := s.User(ctx, u.ID); err != nil || got != u {
		t.Errorf("refused changes changed the user: %+v, %v", got, err)
	}

	must(t, s.Rename(ctx, u.ID, "anna"))
	must(t, s.Rename(ctx, u.ID, "cleo"))
	must(t, s.ChangeEmail(ctx, u.ID, "cleo@example.org"))
	must(t, s.ChangeTimezone(ctx, u.ID, "America/New_York"))
	want := u
	want.Name, want.Email, want.Timezone = "cleo", "cleo@example.org", "America/New_York"
	if got, err := s.User(ctx, u.ID); err != nil || got != want {
		t.Errorf("user %+v, %v; want %+v", got, err, want)
	}
}

func TestLocation(t *testing.T) {
	s := start(t, cheap())
	u, _ := s.register(t, "anna")
	want := func(user weir.UserID, name string) {
		t.Helper()
		for range 2 {
			if got := s.Location(user).String(); got != name {
				t.Errorf("user %d is in %s, want %s", user, got, name)
			}
		}
	}
	want(u.ID, "Europe/London")
	must(t, s.ChangeTimezone(t.Context(), u.ID, "Asia/Kathmandu"))
	want(u.ID, "Asia/Kathmandu")
	want(9, "UTC")

	u.Timezone = "Atlantis"
	must(t, s.db.UpdateUser(t.Context(), u))
	s.Forget(u.ID)
	want(u.ID, "UTC")
	if !strings.Contains(s.log.String(), "Atlantis") {
		t.Error("nobody was told about a timezone that is not known")
	}
	must(t, s.db.Close())
	want(5, "UTC")
	if loc, err := s.Zone(t.Context(), 5); err == nil { // days must not be split by a zone that is a guess
		t.Errorf("with the store gone the zone is %v", loc)
	}
}

func TestAdmins(t *testing.T) {
	s := start(t, cheap())
	anna, _ := s.register(t, "anna")
	ben, _ := s.register(t, "ben")
	ctx := t.Context()
	const only = "user 1 is the only administrator: make another one first"
	wantError(t, s.SetAdmin(ctx, anna.ID, false), weir.Conflict, only)
	wantError(t, s.Delete(ctx, anna.ID), weir.Conflict, only)
	wantError(t, s.SetAdmin(ctx, 9, true), weir.NotFound, "user 9 does not exist")
	must(t, s.SetAdmin(ctx, ben.ID, true))
	must(t, s.SetAdmin(ctx, anna.ID, false))

	f, err := s.db.CreateFeed(ctx, weir.Feed{User: anna.ID, Name: "f"})
	must(t, err)
	wantError(t, s.Delete(ctx, anna.ID), weir.Conflict, "user 1 still has feeds: delete them first")
	must(t, s.db.DeleteFeed(ctx, f.ID))
	must(t, s.Delete(ctx, anna.ID))
	wantError(t, s.Delete(ctx, anna.ID), weir.NotFound, "user 1 does not exist")
	must(t, s.Delete(ctx, ben.ID)) // the last one of all
	next, _ := s.register(t, "anna")
	if next.ID != 3 || !next.Admin {
		t.Errorf("first user of an empty server: %+v, want id 3 and administrator", next)
	}
}

func TestConfirmPassword(t *testing.T) {
	s := start(t, cheap())
	u, _ := s.register(t, "anna")
	must(t, s.ConfirmPassword(t.Context(), s.from(), u.ID, password))
	wantError(t, s.ConfirmPassword(t.Context(), s.from(), u.ID, "wrong"), weir.Denied, "Old password incorrect")
	wantError(t, s.ConfirmPassword(t.Context(), s.from(), 9, password), weir.NotFound, "user 9 does not exist")
}

func TestAccess(t *testing.T) {
	for access, want := range map[account.Access]string{account.None: "none", account.Read: "read", account.Write: "write"} {
		if access.String() != want {
			t.Errorf("%d is %s, want %s", access, access, want)
		}
	}
}
