package account

import (
	"context"
	"time"

	"github.com/weirhq/weir"
)

// User finds a user by id.
func (s *Service) User(ctx context.Context, id weir.UserID) (weir.User, error) {
	return s.store.User(ctx, id)
}

// UserByName finds a user by name, whatever its case.
func (s *Service) UserByName(ctx context.Context, name string) (weir.User, error) {
	u, _, err := s.store.UserByName(ctx, name)
	return u, err
}

// Users lists all users in the order they came.
func (s *Service) Users(ctx context.Context) ([]weir.User, error) { return s.store.Users(ctx) }

// Rename gives a user another name, under the rules of registration.
func (s *Service) Rename(ctx context.Context, user weir.UserID, name string) error {
	return s.update(ctx, user, func(u *weir.User) error {
		if u.Name == name {
			return nil
		}
		if err := s.checkName(ctx, name); err != nil {
			return err
		}
		u.Name = name
		return nil
	})
}

// ChangeEmail gives a user another email address.
func (s *Service) ChangeEmail(ctx context.Context, user weir.UserID, email string) error {
	return s.update(ctx, user, func(u *weir.User) error {
		u.Email = email
		return checkEmail(email)
	})
}

// ChangeTimezone says where a user's days begin. It changes how samples are processed, so call it where the worker
// lets such changes happen.
func (s *Service) ChangeTimezone(ctx context.Context, user weir.UserID, name string) error {
	return s.update(ctx, user, func(u *weir.User) error {
		u.Timezone = name
		_, err := zone(name)
		return err
	})
}

// SetAdmin makes a user an administrator or takes that away. The last one stays.
func (s *Service) SetAdmin(ctx context.Context, user weir.UserID, admin bool) error {
	return s.update(ctx, user, func(u *weir.User) error {
		if u.Admin && !admin {
			if err := s.checkNotLastAdmin(ctx, user); err != nil {
				return err
			}
		}
		u.Admin = admin
		return nil
	})
}

func (s *Service) checkNotLastAdmin(ctx context.Context, user weir.UserID) error {
	users, err := s.store.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Admin && u.ID != user {
			return nil
		}
	}
	return weir.Errorf(weir.Conflict, "user %d is the only administrator: make another one first", user)
}

// update reads a user, lets change alter it and stores it.
func (s *Service) update(ctx context.Context, user weir.UserID, change func(*weir.User) error) error {
	s.changes.Lock()
	defer s.changes.Unlock()
	u, err := s.store.User(ctx, user)
	if err != nil {
		return err
	}
	if err := change(&u); err != nil {
		return err
	}
	err = s.store.UpdateUser(ctx, u)
	s.Forget(user) // also after an error: the change may have been made
	return err
}

// Delete removes a user with keys, sessions, settings and inputs. Conflict while there are feeds, whose files must go
// first, or when it is the only administrator among several users.
func (s *Service) Delete(ctx context.Context, user weir.UserID) error {
	s.changes.Lock()
	defer s.changes.Unlock()
	users, err := s.store.Users(ctx)
	if err != nil {
		return err
	}
	if len(users) > 1 {
		if err := s.checkNotLastAdmin(ctx, user); err != nil {
			return err
		}
	}
	err = s.store.DeleteUser(ctx, user)
	s.Forget(user) // also after an error: the change may have been made
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "user deleted", "user", user)
	return nil
}

// zoneTimeout bounds the wait for the store in Location, which has no context.
const zoneTimeout = 5 * time.Second

// Location is Zone for what is shown only: UTC when the store does not tell.
func (s *Service) Location(user weir.UserID) *time.Location {
	if loc, _, ok := s.zones.get(user); ok {
		return loc // each post asks: no timer for what is in memory
	}
	ctx, cancel := context.WithTimeout(context.Background(), zoneTimeout)
	defer cancel()
	loc, err := s.Zone(ctx, user)
	if err != nil {
		s.log.WarnContext(ctx, "timezone cannot be looked up, UTC is shown", "user", user, "error", err)
		return time.UTC
	}
	return loc
}

// Zone is where a user's days begin: UTC for one who is gone or whose timezone is not known here. An error is the
// store's.
func (s *Service) Zone(ctx context.Context, user weir.UserID) (*time.Location, error) {
	loc, generation, ok := s.zones.get(user)
	if ok {
		return loc, nil
	}
	u, err := s.store.User(ctx, user)
	if err == nil {
		loc, err = zone(u.Timezone)
	}
	if kind := weir.KindOf(err); err != nil && kind != weir.Invalid && kind != weir.NotFound {
		return nil, err
	}
	if err != nil {
		s.log.WarnContext(ctx, "timezone not known, days begin at midnight UTC", "user", user, "error", err)
		loc = time.UTC
	}
	s.zones.put(user, loc, generation)
	return loc, nil
}

// zone finds a timezone. "Local" would mean the server's, which is nobody's.
func zone(name string) (*time.Location, error) {
	loc, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, weir.Errorf(weir.Invalid, "Timezone %q is not known: use a name such as Europe/London", name)
	}
	return loc, nil
}
