package account

import (
	"cmp"
	"context"
	"net/netip"

	"github.com/weirhq/weir"
)

// Credentials is what a person or program shows to be let in.
type Credentials struct {
	From     netip.Addr // of the client
	Name     string
	Password string
	Remember bool // Login: the session outlives the browser
}

// Login begins a session for whoever knows name and password.
func (s *Service) Login(ctx context.Context, c Credentials) (Session, error) {
	if err := s.limits.login.allow(c.From); err != nil {
		return Session{}, err
	}
	if c.Name == "" || c.Password == "" {
		return Session{}, weir.Errorf(weir.Invalid, "Username or password empty")
	}
	u, hash, err := s.verify(ctx, c)
	if err != nil {
		return Session{}, err
	}
	if u.ID == 0 {
		return Session{}, errWrongLogin()
	}
	session, err := s.begin(ctx, u, c.Remember)
	if err != nil {
		return Session{}, err
	}
	// The password may have been changed between the comparison and the session, and the sessions ended then did not
	// include this one.
	if _, now, err := s.store.UserByName(ctx, u.Name); err != nil || now != hash {
		return Session{}, cmp.Or(s.Logout(ctx, session.Token), errWrongLogin())
	}
	return session, nil
}

func errWrongLogin() error {
	return weir.Errorf(weir.Unauthenticated, "Incorrect username or password")
}

// Authenticate gives a program that knows name and password the user's API keys.
func (s *Service) Authenticate(ctx context.Context, c Credentials) (weir.User, Keys, error) {
	if err := s.limits.auth.allow(c.From); err != nil {
		return weir.User{}, Keys{}, err
	}
	u, _, err := s.verify(ctx, c)
	if err != nil {
		return weir.User{}, Keys{}, err
	}
	if u.ID == 0 {
		return weir.User{}, Keys{}, weir.Errorf(weir.Unauthenticated, "Incorrect authentication")
	}
	keys, err := s.Keys(ctx, u.ID)
	return u, keys, err
}

// verify finds the user whose name and password these are, none when there is none, and the stored form of the
// password. A form that is out of date is made anew.
func (s *Service) verify(ctx context.Context, c Credentials) (u weir.User, hash string, err error) {
	u, hash, err = s.store.UserByName(ctx, c.Name)
	if err != nil && weir.KindOf(err) != weir.NotFound {
		return weir.User{}, "", err
	}
	ok, stale, err := s.hasher.verify(ctx, hash, c.Password)
	if err != nil {
		return weir.User{}, "", err
	}
	if !ok {
		// Not the name: people type their password into its field.
		s.log.InfoContext(ctx, "login refused", "user", u.ID, "address", c.From)
		return weir.User{}, "", nil
	}
	if stale {
		hash = s.rehash(ctx, u.ID, hash, c.Password)
	}
	return u, hash, nil
}

// rehash stores a right password in today's form and returns the form that is stored now. Failing to is no reason to
// refuse the login.
func (s *Service) rehash(ctx context.Context, user weir.UserID, old, password string) string {
	hash, err := s.hasher.hash(ctx, password)
	if err == nil {
		err = s.store.SetPassword(ctx, user, old, hash)
	}
	if err != nil {
		s.log.WarnContext(ctx, "password not stored in today's form", "user", user, "error", err)
		return old
	}
	return hash
}

// PasswordChange is what a user fills in to get another password.
type PasswordChange struct {
	From     netip.Addr // of the client
	User     weir.UserID
	Old, New string
}

// ChangePassword gives a user who knows the old password a new one and ends all their sessions, the asking one
// included: Begin makes one to go on with.
func (s *Service) ChangePassword(ctx context.Context, c PasswordChange) error {
	if err := checkPassword(c.New); err != nil {
		return err
	}
	if err := s.ConfirmPassword(ctx, c.From, c.User, c.Old); err != nil {
		return err
	}
	return s.ResetPassword(ctx, c.User, c.New)
}

// ConfirmPassword asks a user again who they are before something grave.
func (s *Service) ConfirmPassword(ctx context.Context, from netip.Addr, user weir.UserID, password string) error {
	if err := s.limits.password.allow(from); err != nil {
		return err
	}
	u, err := s.store.User(ctx, user)
	if err != nil {
		return err
	}
	found, _, err := s.verify(ctx, Credentials{From: from, Name: u.Name, Password: password})
	if err != nil {
		return err
	}
	if found.ID != user {
		return weir.Errorf(weir.Denied, "Old password incorrect")
	}
	return nil
}

// ResetPassword gives a user a new password and ends all their sessions. The caller has made sure that this is wanted.
func (s *Service) ResetPassword(ctx context.Context, user weir.UserID, password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.store.SetPassword(ctx, user, "", hash)
	s.Forget(user) // also after an error: the change may have been made
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "password changed", "user", user)
	return nil
}
