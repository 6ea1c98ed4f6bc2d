package account_test

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
)

const tooMany = "Too many attempts, please try again later"

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, cheap())
		u, _ := s.register(t, "anna")
		here, elsewhere := netip.MustParseAddr("198.51.100.1"), netip.MustParseAddr("198.51.100.2")
		tests := map[string]struct {
			most   int
			window time.Duration
			try    func(from netip.Addr) error
		}{
			"login": {10, 15 * time.Minute, func(from netip.Addr) error {
				_, err := s.Login(t.Context(), account.Credentials{From: from, Name: "anna", Password: password})
				return err
			}},
			"auth": {10, 15 * time.Minute, func(from netip.Addr) error {
				_, _, err := s.Authenticate(t.Context(), account.Credentials{From: from, Name: "anna", Password: "wrong"})
				return err
			}},
			"register": {5, 10 * time.Minute, func(from netip.Addr) error {
				_, _, err := s.Register(t.Context(), account.Registration{From: from, Name: "anna", Password: password, Email: "a@example.org"})
				return err
			}},
			"change password": {5, 15 * time.Minute, func(from netip.Addr) error {
				return s.ChangePassword(t.Context(), account.PasswordChange{From: from, User: u.ID, Old: "wrong", New: "another"})
			}},
		}
		for name, tt := range tests {
			for i := range tt.most {
				if err := tt.try(here); errors.Is(err, account.ErrTooManyAttempts) {
					t.Errorf("%s: attempt %d was refused", name, i+1)
				}
				time.Sleep(time.Second)
			}
			err := tt.try(here)
			wantError(t, err, weir.Denied, tooMany)
			if !errors.Is(err, account.ErrTooManyAttempts) {
				t.Errorf("%s: %v is not ErrTooManyAttempts", name, err)
			}
			if err := tt.try(elsewhere); errors.Is(err, account.ErrTooManyAttempts) {
				t.Errorf("%s: another address was refused", name)
			}
			time.Sleep(tt.window - time.Duration(tt.most)*time.Second)
			if err := tt.try(here); errors.Is(err, account.ErrTooManyAttempts) {
				t.Errorf("%s: refused after %v", name, tt.window)
			}
			wantError(t, tt.try(here), weir.Denied, tooMany)
		}
	})
}

func TestLimiterAddresses(t *testing.T) {
	tests := []struct {
		first, second string
		same          bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"fe80::1%eth0", "fe80::1%eth1", true},
		{"", "", true},
		{"", "0.0.0.0", false},
	}
	for _, tt := range tests {
		first, _ := netip.ParseAddr(tt.first) // empty: the zero address
		second, _ := netip.ParseAddr(tt.second)
		l := account.NewLimiter(1, time.Minute)
		if !l.Allow(first) {
			t.Errorf("first attempt of %q was refused", tt.first)
		}
		if l.Allow(second) == tt.same {
			t.Errorf("%q and %q count as one: %v, want %v", tt.first, tt.second, !tt.same, tt.same)
		}
	}
}

func TestLimiterMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := account.NewLimiter(2, time.Minute)
		addr := func(i int) netip.Addr {
			var b [16]byte
			binary.BigEndian.PutUint64(b[:], 0x2001_0db8_0000_0000+uint64(i))
			return netip.AddrFrom16(b)
		}
		for i := range 3 * account.MaxAddresses {
			if !l.Allow(addr(i)) {
				t.Fatalf("address %d was refused", i)
			}
			if n := l.Addresses(); n > account.MaxAddresses {
				t.Fatalf("memory holds %d addresses", n)
			}
		}
		time.Sleep(time.Minute)
		for i := range account.MaxAddresses {
			l.Allow(addr(i))
		}
		if n := l.Addresses(); n > account.MaxAddresses {
			t.Errorf("memory holds %d addresses after those of a minute ago were of no use", n)
		}
	})
}
