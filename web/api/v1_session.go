package api

import (
	"context"
	"sync/atomic"

	"github.com/weirhq/weir"
)

// Watcher switches the watching of the server's own machine.
type Watcher interface {
	Watching() bool
	Watch(on bool) error
}

// noWatcher stands for a server that cannot watch its machine.
type noWatcher struct{}

func (noWatcher) Watching() bool { return false }
func (noWatcher) Watch(bool) error {
	return weir.Errorf(weir.Unavailable, "this server cannot watch its machine")
}

// Household knows who lives here; *account.Service.
type Household interface {
	User(ctx context.Context, id weir.UserID) (weir.User, error)
	Users(ctx context.Context) ([]weir.User, error)
	RegistrationOpen(ctx context.Context) (bool, error)
}

// sessions tells a page what it needs to know at first, and switches watching.
type sessions struct {
	household Household
	watcher   Watcher
	version   string
	demo      bool

	inhabited atomic.Bool // there is a user; it was so once, so nobody has to look again
}

type sessionUser struct {
	ID       weir.UserID `json:"id"`
	Name     string      `json:"name"`
	Admin    bool        `json:"admin"`
	Timezone string      `json:"timezone"`
}

type sessionAnswer struct {
	User             *sessionUser `json:"user"`
	Setup            bool         `json:"setup"` // no user yet: offer to make the first
	RegistrationOpen bool         `json:"registrationOpen"`
	Watching         bool         `json:"watching"`
	Demo             bool         `json:"demo"`
	Version          string       `json:"version"`
}

func (h *sessions) get(v *visit) error {
	ctx := v.http.Context()
	answer := sessionAnswer{Watching: h.watcher.Watching(), Demo: h.demo, Version: h.version}
	var err error
	if answer.Setup, err = h.empty(ctx); err != nil {
		return err
	}
	if answer.RegistrationOpen, err = h.household.RegistrationOpen(ctx); err != nil {
		return err
	}
	if v.who.User != 0 {
		u, err := h.household.User(ctx, v.who.User)
		if err != nil {
			return err
		}
		answer.User = &sessionUser{ID: u.ID, Name: u.Name, Admin: v.who.Admin, Timezone: u.Timezone}
	}
	return v.answer(answer)
}

func (h *sessions) empty(ctx context.Context) (bool, error) {
	if h.inhabited.Load() {
		return false, nil
	}
	users, err := h.household.Users(ctx)
	if len(users) > 0 {
		h.inhabited.Store(true)
	}
	return len(users) == 0, err
}

func (h *sessions) watch(v *visit) error {
	if !v.who.Admin {
		return weir.Errorf(weir.Denied, "only an administrator who has logged in may switch this")
	}
	var wanted struct {
		On *bool `json:"on"`
	}
	if err := v.read(&wanted); err != nil {
		return err
	}
	if wanted.On == nil {
		return weir.Errorf(weir.Invalid, `send {"on":true} or {"on":false}`)
	}
	if err := h.watcher.Watch(*wanted.On); err != nil {
		return err
	}
	return v.answer(map[string]bool{"watching": h.watcher.Watching()})
}
