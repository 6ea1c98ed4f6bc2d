package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/mail"
	"net/netip"
	"strings"
	"time"

	"github.com/weirhq/weir"
)

// Registration is what a new user fills in.
type Registration struct {
	From     netip.Addr // of the client
	Name     string
	Password string
	Email    string
	Timezone string // empty: UTC
}

// Register makes a user with their API keys. The first user of a server becomes its administrator.
func (s *Service) Register(ctx context.Context, r Registration) (weir.User, Keys, error) {
	if err := s.limits.register.allow(r.From); err != nil {
		return weir.User{}, Keys{}, err
	}
	if open, err := s.RegistrationOpen(ctx); err != nil || !open {
		return weir.User{}, Keys{}, cmp.Or(err, errClosed())
	}
	if err := s.checkRegistration(ctx, &r); err != nil {
		return weir.User{}, Keys{}, err
	}
	return s.create(ctx, r, s.cfg.Registration == RegistrationFirst)
}

// Create makes a user as Register does, for an administrator or the command line: whoever may register, and without
// a limit on attempts.
func (s *Service) Create(ctx context.Context, r Registration) (weir.User, Keys, error) {
	if err := s.checkRegistration(ctx, &r); err != nil {
		return weir.User{}, Keys{}, err
	}
	return s.create(ctx, r, false)
}

func (s *Service) create(ctx context.Context, r Registration, onlyFirst bool) (weir.User, Keys, error) {
	hash, err := s.hasher.hash(ctx, r.Password)
	if err != nil {
		return weir.User{}, Keys{}, err
	}
	keys := Keys{Read: newAPIKey(), Write: newAPIKey()}
	u := weir.User{Name: r.Name, Email: r.Email, Timezone: r.Timezone, UUID: newUUID(), Created: time.Now().Unix()}
	u, err = s.store.CreateUser(ctx, u, hash, onlyFirst, s.sealed(keys))
	if weir.KindOf(err) == weir.Denied {
		err = errClosed()
	}
	if err != nil {
		return weir.User{}, Keys{}, err
	}
	s.log.InfoContext(ctx, "user registered", "user", u.ID, "name", u.Name, "admin", u.Admin, "address", r.From)
	return u, keys, nil
}

// sealed makes the stored form of both keys once the user's id is known.
func (s *Service) sealed(keys Keys) func(weir.UserID) []StoredKey {
	return func(id weir.UserID) []StoredKey {
		return []StoredKey{s.secret.stored(id, Read, keys.Read), s.secret.stored(id, Write, keys.Write)}
	}
}

// RegistrationOpen tells whether a visitor may register now.
func (s *Service) RegistrationOpen(ctx context.Context) (bool, error) {
	if s.cfg.Registration != RegistrationFirst {
		return s.cfg.Registration == RegistrationOpen, nil
	}
	users, err := s.store.Users(ctx)
	return len(users) == 0, err
}

func errClosed() error {
	return weir.Errorf(weir.Denied, "Registration is closed on this server: ask its administrator for an account")
}

// checkRegistration answers in the words and the order of emoncms, because clients show and match them.
func (s *Service) checkRegistration(ctx context.Context, r *Registration) error {
	if r.Name == "" || r.Password == "" || r.Email == "" {
		return weir.Errorf(weir.Invalid, "Missing username, password or email parameter")
	}
	if err := s.checkName(ctx, r.Name); err != nil {
		return err
	}
	if err := checkEmail(r.Email); err != nil {
		return err
	}
	if err := checkPassword(r.Password); err != nil {
		return err
	}
	if r.Timezone == "" {
		r.Timezone = "UTC"
	}
	_, err := zone(r.Timezone)
	return err
}

func (s *Service) checkName(ctx context.Context, name string) error {
	switch {
	case strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}):
		return weir.Errorf(weir.Invalid, "Username must only contain a-z and 0-9 characters")
	case len(name) < 3:
		return weir.Errorf(weir.Invalid, "Username must be at least 3 characters")
	case len(name) > 30:
		return weir.Errorf(weir.Invalid, "Username must be less than 30 characters")
	}
	_, _, err := s.store.UserByName(ctx, name)
	switch {
	case err == nil:
		return weir.Errorf(weir.Conflict, "Username already exists")
	case weir.KindOf(err) == weir.NotFound:
		return nil
	}
	return err
}

// maxEmail is the longest address that mail servers accept.
const maxEmail = 254

func checkEmail(email string) error {
	addr, err := mail.ParseAddress(email)
	if err != nil || addr.Address != email || len(email) > maxEmail {
		return weir.Errorf(weir.Invalid, "Email address format error")
	}
	_, domain, _ := strings.Cut(email, "@")
	if !strings.Contains(strings.Trim(domain, "."), ".") {
		return weir.Errorf(weir.Invalid, "Email address format error")
	}
	return nil
}

func checkPassword(password string) error {
	switch {
	case len(password) < 4:
		return weir.Errorf(weir.Invalid, "Password must be at least 4 characters")
	case len(password) > 250:
		return weir.Errorf(weir.Invalid, "Password must be less than 250 characters")
	}
	return nil
}

// newUUID makes a random UUID, version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
