package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/weirhq/weir"
)

// Session is a login. Its cookie holds Token; with Remember the cookie lasts until Expires, else as long as the
// browser runs.
type Session struct {
	Token     string
	Principal Principal
	Expires   time.Time
	Remember  bool
	Renewed   bool // by this very call: a lasting cookie should be sent again
}

const tokenLen = 43 // 32 bytes in base64url

// Begin makes a session for a user without asking for a password: after ChangePassword, or for an administrator who
// acts as another user.
func (s *Service) Begin(ctx context.Context, user weir.UserID, remember bool) (Session, error) {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return Session{}, err
	}
	return s.begin(ctx, u, remember)
}

func (s *Service) begin(ctx context.Context, u weir.User, remember bool) (Session, error) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	now := time.Now()
	v := Session{
		Token:     base64.RawURLEncoding.EncodeToString(raw[:]),
		Principal: sessionOf(u),
		Expires:   now.Add(s.lifetime(remember)),
		Remember:  remember,
	}
	d := sha256.Sum256([]byte(v.Token))
	err := s.store.CreateSession(ctx, StoredSession{
		User: u.ID, Digest: d[:], Expires: v.Expires.Unix(), Remember: remember,
	}, now.Unix())
	if err != nil {
		return Session{}, err
	}
	return v, nil
}

func sessionOf(u weir.User) Principal {
	return Principal{User: u.ID, Name: u.Name, Access: Write, Admin: u.Admin, Session: true}
}

func (s *Service) lifetime(remember bool) time.Duration {
	if remember {
		return s.cfg.RememberTTL
	}
	return s.cfg.SessionTTL
}

// BySession finds the session of a cookie. Unauthenticated when there is none or it has ended. Use puts off its end,
// which is written down once in a twenty-fourth of its life.
func (s *Service) BySession(ctx context.Context, token string) (Session, error) {
	if len(token) != tokenLen {
		return Session{}, errNoSession()
	}
	d := digest(sha256.Sum256([]byte(token)))
	now := time.Now()
	v, generation, ok := s.sessions.shard(d).get(d)
	if !ok || !now.Before(v.Expires) || s.due(v, now) {
		var err error
		if v, err = s.askForSession(ctx, d, generation, now); err != nil {
			return Session{}, err
		}
	}
	v.Token = token
	return v, nil
}

// askForSession looks a session up in the store and puts off its end when that is due.
func (s *Service) askForSession(ctx context.Context, d digest, generation uint64, now time.Time) (Session, error) {
	u, stored, err := s.store.Session(ctx, d[:])
	if weir.KindOf(err) == weir.NotFound {
		return Session{}, errNoSession()
	}
	if err != nil {
		return Session{}, err
	}
	v := Session{Principal: sessionOf(u), Expires: time.Unix(stored.Expires, 0), Remember: stored.Remember}
	if !now.Before(v.Expires) {
		return Session{}, errNoSession()
	}
	renew := s.due(v, now)
	if renew {
		v.Expires = now.Add(s.lifetime(v.Remember))
		if err := s.store.RenewSession(ctx, d[:], v.Expires.Unix()); err != nil {
			return Session{}, err
		}
	}
	s.sessions.shard(d).put(d, v, generation) // without the token: memory holds nothing that lets anyone in
	v.Renewed = renew
	return v, nil
}

func errNoSession() error {
	return weir.Errorf(weir.Unauthenticated, "Your session has ended: log in again")
}

// due tells that a session's end should be put off.
func (s *Service) due(v Session, now time.Time) bool {
	life := s.lifetime(v.Remember)
	return v.Expires.Sub(now) < life-life/24
}

// Logout ends a session. One that is not there has ended already.
func (s *Service) Logout(ctx context.Context, token string) error {
	d := digest(sha256.Sum256([]byte(token)))
	err := s.store.DeleteSession(ctx, d[:])
	s.sessions.shard(d).drop(func(k digest, _ Session) bool { return k == d })
	return err
}

// EndSessions ends all sessions of a user.
func (s *Service) EndSessions(ctx context.Context, user weir.UserID) error {
	err := s.store.DeleteSessions(ctx, user)
	s.sessions.drop(func(v Session) bool { return v.Principal.User == user })
	return err
}
