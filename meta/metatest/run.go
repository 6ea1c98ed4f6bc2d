package metatest

import (
	"fmt"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/meta"
)

// Open makes an empty database that is closed at the end of the test.
type Open func(t *testing.T) *meta.DB

// Run checks that a database does what package meta promises.
func Run(t *testing.T, open Open) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, *meta.DB){
		"users":          users,
		"first user":     firstUser,
		"passwords":      passwords,
		"keys":           keys,
		"sessions":       sessions,
		"settings":       settings,
		"input creation": inputCreation,
		"input race":     inputRace,
		"input model":    inputModel,
		"feed model":     feedModel,
		"delete user":    deleteUser,
		"many inputs":    manyInputs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open(t))
		})
	}
}

// addUser makes a user with two keys.
func addUser(t *testing.T, db *meta.DB, name string) weir.User {
	t.Helper()
	u, err := db.CreateUser(t.Context(), userNamed(name), "hash of "+name, false, keysOf)
	must(t, err)
	return u
}

func userNamed(name string) weir.User {
	return weir.User{Name: name, Email: name + "@example.org", Timezone: "Europe/London", UUID: "uuid of " + name, Created: 1_700_000_000}
}

func keysOf(id weir.UserID) []meta.Key {
	return []meta.Key{keyOf(id, "read", 0), keyOf(id, "write", 0)}
}

// keyOf makes the nth key of a user.
func keyOf(id weir.UserID, kind string, n int) meta.Key {
	return meta.Key{Kind: kind, Digest: fmt.Appendf(nil, "digest %d %s %d", id, kind, n), Sealed: fmt.Appendf(nil, "sealed %d %s %d", id, kind, n)}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantKind checks what kind of error came.
func wantKind(t *testing.T, err error, kind weir.Kind) {
	t.Helper()
	if err == nil || weir.KindOf(err) != kind {
		t.Errorf("error %v of kind %v, want kind %v", err, weir.KindOf(err), kind)
	}
}
