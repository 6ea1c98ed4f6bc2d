package account_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
)

func TestByKey(t *testing.T) {
	s := start(t, cheap())
	store := &counting{}
	s.start(t, func(under account.Store) account.Store { store.Store = under; return store })
	u, keys := s.register(t, "anna") // an administrator, which a key does not show
	for range 3 {
		for key, access := range map[string]account.Access{keys.Read: account.Read, keys.Write: account.Write} {
			got, err := s.ByKey(t.Context(), key)
			must(t, err)
			if diff := cmp.Diff(account.Principal{User: u.ID, Name: "anna", Access: access}, got); diff != "" {
				t.Errorf("%v key (-want +got):\n%s", access, diff)
			}
		}
	}
	if store.owners != 2 {
		t.Errorf("the store was asked %d times about two keys", store.owners)
	}
	for _, bad := range []string{
		"", "x", keys.Read[1:], keys.Read + "0", strings.ToUpper("abcdef" + keys.Read[6:]), strings.Repeat("g", 32),
		strings.Repeat("0", 32), strings.Repeat("\x00", 32), "ä" + keys.Read[2:],
	} {
		_, err := s.ByKey(t.Context(), bad)
		wantError(t, err, weir.Unauthenticated, "Invalid API key")
	}
	got, err := s.Keys(t.Context(), u.ID)
	must(t, err)
	if got != keys {
		t.Error("keys read back are others")
	}
	_, err = s.Keys(t.Context(), 9)
	wantError(t, err, weir.NotFound, "user 9 does not exist")
}

func TestUnknownKeysLeaveNoTrace(t *testing.T) {
	s := start(t, cheap())
	_, keys := s.register(t, "anna")
	_, err := s.ByKey(t.Context(), keys.Read)
	must(t, err)
	for i := range 1000 {
		if _, err := s.ByKey(t.Context(), fmt.Sprintf("%032x", i)); err == nil {
			t.Fatal("a key was guessed")
		}
	}
	if n := s.CachedKeys(); n != 1 {
		t.Errorf("memory holds %d keys after a thousand unknown ones, want 1", n)
	}
}

func TestRotateKey(t *testing.T) {
	s := start(t, cheap())
	u, old := s.register(t, "anna")
	for range 2 {
		_, err := s.ByKey(t.Context(), old.Write)
		must(t, err)
	}
	key, err := s.RotateKey(t.Context(), u.ID, account.Write)
	must(t, err)
	_, err = s.ByKey(t.Context(), old.Write)
	wantError(t, err, weir.Unauthenticated, "Invalid API key")
	if p, err := s.ByKey(t.Context(), key); err != nil || p.Access != account.Write {
		t.Errorf("by the new key: %+v, %v", p, err)
	}
	if p, err := s.ByKey(t.Context(), old.Read); err != nil || p.Access != account.Read {
		t.Errorf("by the other key: %+v, %v", p, err)
	}
	if got, err := s.Keys(t.Context(), u.ID); err != nil || got != (account.Keys{Read: old.Read, Write: key}) {
		t.Errorf("keys read back are not the old and the new one: %v", err)
	}
	_, err = s.RotateKey(t.Context(), u.ID, account.None)
	wantError(t, err, weir.Invalid, "there is no API key with access none: use read or write")
	_, err = s.RotateKey(t.Context(), 9, account.Read)
	wantError(t, err, weir.NotFound, "user 9 does not exist")
}

// Requests with the old key keep coming while it is replaced: none that begins afterwards is let in.
func TestRotateUnderLoad(t *testing.T) {
	s := start(t, cheap())
	u, keys := s.register(t, "anna")
	var current atomic.Pointer[string]
	current.Store(&keys.Write)
	var stop atomic.Bool
	var group sync.WaitGroup
	defer group.Wait()
	defer stop.Store(true)
	for range 2 {
		group.Go(func() {
			for !stop.Load() {
				_, err := s.ByKey(t.Context(), *current.Load())
				if err != nil && weir.KindOf(err) != weir.Unauthenticated {
					t.Error(err)
				}
			}
		})
	}
	for range 25 {
		old := *current.Load()
		key, err := s.RotateKey(t.Context(), u.ID, account.Write)
		must(t, err)
		for range 5 {
			if _, err := s.ByKey(t.Context(), old); err == nil {
				t.Fatal("a replaced key was let in")
			}
		}
		_, err = s.ByKey(t.Context(), key)
		must(t, err)
		current.Store(&key)
	}
}

// Another server that uses the same database replaces a key: this one follows within a minute, or at once when told.
func TestKeyChangedElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, cheap())
		u, keys := s.register(t, "anna")
		other := &server{cfg: s.cfg, dir: s.dir, log: s.log}
		other.start(t, nil)
		rotate := func(old string) string {
			t.Helper()
			_, err := s.ByKey(t.Context(), old)
			must(t, err)
			key, err := other.RotateKey(t.Context(), u.ID, account.Read)
			must(t, err)
			return key
		}
		key := rotate(keys.Read)
		time.Sleep(time.Minute + time.Second)
		_, err := s.ByKey(t.Context(), keys.Read)
		wantError(t, err, weir.Unauthenticated, "Invalid API key")

		rotate(key)
		s.Forget(u.ID)
		_, err = s.ByKey(t.Context(), key)
		wantError(t, err, weir.Unauthenticated, "Invalid API key")
	})
}

func TestCache(t *testing.T) {
	var c account.Cache
	_, before, _ := c.Get(1)
	c.Drop(1)
	c.Put(1, "asked for before the change", before)
	_, now, ok := c.Get(1)
	if ok {
		t.Error("an answer from before a change got in")
	}
	c.Put(1, "new", now)
	if v, _, ok := c.Get(1); !ok || v != "new" {
		t.Errorf("got %q, %v", v, ok)
	}
	for i := range 100_000 {
		c.Put(i, "x", now)
	}
	if c.Len() > 4096 {
		t.Errorf("cache has %d entries", c.Len())
	}
}

func benchKeys(b *testing.B, users int) (*server, []string) {
	s := start(b, cheap())
	var list []string
	for i := range users {
		u, err := s.Adopt(b.Context(), weir.User{Name: fmt.Sprintf("user%d", i)}, emoncms(password), account.Keys{
			Read: hex.EncodeToString(fmt.Appendf(nil, "read %011d", i)), Write: hex.EncodeToString(fmt.Appendf(nil, "write%011d", i)),
		})
		if err != nil {
			b.Fatal(err)
		}
		keys, err := s.Keys(b.Context(), u.ID)
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, keys.Write)
	}
	return s, list
}

func BenchmarkByKey(b *testing.B) {
	s, keys := benchKeys(b, 1000)
	b.ReportAllocs()
	ctx := b.Context()
	i := 0
	for b.Loop() {
		if _, err := s.ByKey(ctx, keys[i%len(keys)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkByKeyParallel(b *testing.B) {
	s, keys := benchKeys(b, 1000)
	b.ReportAllocs()
	ctx := b.Context()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := s.ByKey(ctx, keys[i%len(keys)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkByUnknownKey(b *testing.B) {
	s, _ := benchKeys(b, 1000)
	key := strings.Repeat("0", 32)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.ByKey(b.Context(), key); err == nil {
			b.Fatal("unknown key was let in")
		}
	}
}
