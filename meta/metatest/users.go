package metatest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/meta"
)

func users(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna, ben := addUser(t, db, "Anna"), addUser(t, db, "ben")
	if anna.ID != 1 || !anna.Admin || ben.ID != 2 || ben.Admin {
		t.Errorf("first users: %+v, %+v; want ids 1 and 2, the first as administrator", anna, ben)
	}

	got, err := db.User(ctx, anna.ID)
	must(t, err)
	if diff := cmp.Diff(anna, got); diff != "" {
		t.Errorf("user by id (-want +got):\n%s", diff)
	}
	got, password, err := db.UserByName(ctx, "aNNA")
	must(t, err)
	if diff := cmp.Diff(anna, got); diff != "" || password != "hash of Anna" {
		t.Errorf("user by name in another case: password %q (-want +got):\n%s", password, diff)
	}
	list, err := db.Users(ctx)
	must(t, err)
	if diff := cmp.Diff([]weir.User{anna, ben}, list); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}

	ben.Name, ben.Email, ben.Timezone, ben.Admin = "Benjamin", "b@example.org", "UTC", true
	must(t, db.UpdateUser(ctx, ben))
	got, err = db.User(ctx, ben.ID)
	must(t, err)
	if diff := cmp.Diff(ben, got); diff != "" {
		t.Errorf("updated user (-want +got):\n%s", diff)
	}

	_, err = db.CreateUser(ctx, userNamed("anna"), "hash", false, keysOf)
	wantKind(t, err, weir.Conflict)
	taken := ben
	taken.Name = "ANNA"
	wantKind(t, db.UpdateUser(ctx, taken), weir.Conflict)
	wantKind(t, db.UpdateUser(ctx, weir.User{ID: 9, Name: "nobody"}), weir.NotFound)
	_, err = db.User(ctx, 9)
	wantKind(t, err, weir.NotFound)
	_, _, err = db.UserByName(ctx, "nobody")
	wantKind(t, err, weir.NotFound)
}

// firstUser lets many register at the same time on a server for one.
func firstUser(t *testing.T, db *meta.DB) {
	var made, denied atomic.Int64
	var group sync.WaitGroup
	for _, name := range []string{"anna", "ben", "cleo", "dora", "emil", "fay"} {
		group.Go(func() {
			u, err := db.CreateUser(t.Context(), userNamed(name), "hash", true, keysOf)
			switch {
			case err == nil && u.Admin:
				made.Add(1)
			case weir.KindOf(err) == weir.Denied:
				denied.Add(1)
			default:
				t.Errorf("%s: %+v, %v", name, u, err)
			}
		})
	}
	group.Wait()
	if made.Load() != 1 || denied.Load() != 5 {
		t.Errorf("%d made and %d denied, want 1 and 5", made.Load(), denied.Load())
	}
}

func passwords(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna := addUser(t, db, "anna")
	stored := func() string {
		_, password, err := db.UserByName(ctx, "anna")
		must(t, err)
		return password
	}
	digest := []byte("digest")
	must(t, db.CreateSession(ctx, meta.Session{User: anna.ID, Digest: digest, Expires: 200}, 100))

	must(t, db.SetPassword(ctx, anna.ID, "another hash", "lost"))
	if got := stored(); got != "hash of anna" {
		t.Errorf("password %q was replaced although it was another", got)
	}
	must(t, db.SetPassword(ctx, anna.ID, "hash of anna", "hashed anew"))
	if got := stored(); got != "hashed anew" {
		t.Errorf("password is %q, want the one hashed anew", got)
	}
	_, _, err := db.Session(ctx, digest)
	must(t, err)

	must(t, db.SetPassword(ctx, anna.ID, "", "changed"))
	if got := stored(); got != "changed" {
		t.Errorf("password is %q, want the changed one", got)
	}
	_, _, err = db.Session(ctx, digest)
	wantKind(t, err, weir.NotFound)
	wantKind(t, db.SetPassword(ctx, 9, "", "x"), weir.NotFound)
}

func keys(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna, ben := addUser(t, db, "anna"), addUser(t, db, "ben")
	got, err := db.Keys(ctx, anna.ID)
	must(t, err)
	if diff := cmp.Diff(keysOf(anna.ID), got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	old := keyOf(ben.ID, "write", 0)
	owner, kind, err := db.KeyOwner(ctx, old.Digest)
	must(t, err)
	if diff := cmp.Diff(ben, owner); diff != "" || kind != "write" {
		t.Errorf("owner of ben's write key: kind %q (-want +got):\n%s", kind, diff)
	}

	must(t, db.ReplaceKey(ctx, ben.ID, keyOf(ben.ID, "write", 1)))
	_, _, err = db.KeyOwner(ctx, old.Digest)
	wantKind(t, err, weir.NotFound)
	got, err = db.Keys(ctx, ben.ID)
	must(t, err)
	if diff := cmp.Diff([]meta.Key{keyOf(ben.ID, "read", 0), keyOf(ben.ID, "write", 1)}, got); diff != "" {
		t.Errorf("keys after one was replaced (-want +got):\n%s", diff)
	}

	// Another user's key is refused, and the own one stays.
	wantKind(t, db.ReplaceKey(ctx, ben.ID, keyOf(anna.ID, "read", 0)), weir.Conflict)
	_, _, err = db.KeyOwner(ctx, keyOf(ben.ID, "read", 0).Digest)
	must(t, err)
	wantKind(t, db.ReplaceKey(ctx, 9, keyOf(9, "read", 0)), weir.NotFound)

	_, err = db.CreateUser(ctx, userNamed("cleo"), "hash", false, func(weir.UserID) []meta.Key { return keysOf(anna.ID) })
	wantKind(t, err, weir.Conflict)
	_, _, err = db.UserByName(ctx, "cleo")
	wantKind(t, err, weir.NotFound)
}

func sessions(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna, ben := addUser(t, db, "anna"), addUser(t, db, "ben")
	first := meta.Session{User: anna.ID, Digest: []byte{0, 1}, Expires: 200, Remember: true}
	second := meta.Session{User: anna.ID, Digest: []byte{0, 2}, Expires: 300}
	third := meta.Session{User: ben.ID, Digest: []byte{0, 3}, Expires: 300}
	for _, s := range []meta.Session{first, second, third} {
		must(t, db.CreateSession(ctx, s, 100))
	}
	u, got, err := db.Session(ctx, first.Digest)
	must(t, err)
	if diff := cmp.Diff(first, got) + cmp.Diff(anna, u); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}

	must(t, db.RenewSession(ctx, second.Digest, 400))
	_, got, err = db.Session(ctx, second.Digest)
	must(t, err)
	if got.Expires != 400 {
		t.Errorf("renewed session expires at %d, want 400", got.Expires)
	}

	// A new session clears away the ended ones.
	must(t, db.CreateSession(ctx, meta.Session{User: ben.ID, Digest: []byte{0, 4}, Expires: 500}, 200))
	_, _, err = db.Session(ctx, first.Digest)
	wantKind(t, err, weir.NotFound)

	must(t, db.DeleteSession(ctx, third.Digest))
	must(t, db.DeleteSession(ctx, third.Digest))
	_, _, err = db.Session(ctx, third.Digest)
	wantKind(t, err, weir.NotFound)
	must(t, db.RenewSession(ctx, third.Digest, 900))
	_, _, err = db.Session(ctx, third.Digest)
	wantKind(t, err, weir.NotFound)

	must(t, db.DeleteSessions(ctx, ben.ID))
	_, _, err = db.Session(ctx, []byte{0, 4})
	wantKind(t, err, weir.NotFound)
	_, _, err = db.Session(ctx, second.Digest)
	must(t, err)
	wantKind(t, db.CreateSession(ctx, meta.Session{User: 9, Digest: []byte{9}, Expires: 500}, 0), weir.NotFound)
}

func settings(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna, ben := addUser(t, db, "anna"), addUser(t, db, "ben")
	_, err := db.Setting(ctx, "theme")
	wantKind(t, err, weir.NotFound)
	_, err = db.UserSetting(ctx, anna.ID, "theme")
	wantKind(t, err, weir.NotFound)

	for _, v := range []string{"dark", "", "läuft ✓"} {
		must(t, db.SetSetting(ctx, "theme", "server "+v))
		must(t, db.SetUserSetting(ctx, anna.ID, "theme", "anna "+v))
		must(t, db.SetUserSetting(ctx, ben.ID, "theme", "ben "+v))
		got, err := db.Setting(ctx, "theme")
		must(t, err)
		gotAnna, err := db.UserSetting(ctx, anna.ID, "theme")
		must(t, err)
		gotBen, err := db.UserSetting(ctx, ben.ID, "theme")
		must(t, err)
		if got != "server "+v || gotAnna != "anna "+v || gotBen != "ben "+v {
			t.Errorf("settings are %q, %q, %q after setting %q", got, gotAnna, gotBen, v)
		}
	}
	wantKind(t, db.SetUserSetting(ctx, 9, "theme", "x"), weir.NotFound)
}

func deleteUser(t *testing.T, db *meta.DB) {
	ctx := t.Context()
	anna, ben := addUser(t, db, "anna"), addUser(t, db, "ben")
	f, err := db.CreateFeed(ctx, weir.Feed{User: ben.ID, Name: "f"})
	must(t, err)
	_, err = db.CreateInput(ctx, weir.Input{User: ben.ID, Node: "n", Name: "i"})
	must(t, err)
	must(t, db.SetUserSetting(ctx, ben.ID, "theme", "dark"))
	must(t, db.CreateSession(ctx, meta.Session{User: ben.ID, Digest: []byte{1}, Expires: 500}, 0))

	wantKind(t, db.DeleteUser(ctx, ben.ID), weir.Conflict)
	must(t, db.DeleteFeed(ctx, f.ID))
	must(t, db.DeleteUser(ctx, ben.ID))
	wantKind(t, db.DeleteUser(ctx, ben.ID), weir.NotFound)

	_, _, err = db.KeyOwner(ctx, keyOf(ben.ID, "read", 0).Digest)
	wantKind(t, err, weir.NotFound)
	_, _, err = db.Session(ctx, []byte{1})
	wantKind(t, err, weir.NotFound)
	_, err = db.UserSetting(ctx, ben.ID, "theme")
	wantKind(t, err, weir.NotFound)
	inputs, err := db.Inputs(ctx, ben.ID)
	must(t, err)
	if len(inputs) != 0 {
		t.Errorf("inputs of a deleted user: %v", inputs)
	}
	if next := addUser(t, db, "ben"); next.ID <= ben.ID || next.Admin {
		t.Errorf("user after a deleted one: %+v, want an id above %d and no administrator", next, ben.ID)
	}
	_, err = db.User(ctx, anna.ID)
	must(t, err)
}
