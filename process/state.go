package process

import (
	"github.com/weirhq/weir"
)

// live is what the worker holds of one input.
type live struct {
	id       weir.InputID
	known    bool // has had a sample
	sample   weir.Sample
	program  program
	memories []*memory // of the list's steps, in its order
}

// user is what the worker holds of one user.
type user struct {
	id     weir.UserID
	days   days // loc is nil until it is asked for
	inputs map[weir.InputID]*live
}

// pair names an input as senders do.
type pair struct {
	user       weir.UserID
	node, name string
}

// state is everything that belongs to a position in the stream, except the feeds' part. cache can be forgotten at any
// time; it holds what was looked up.
type state struct {
	users map[weir.UserID]*user
	cache map[pair]*live
}

func newState() *state {
	return &state{users: make(map[weir.UserID]*user), cache: make(map[pair]*live)}
}

func (s *state) user(id weir.UserID) *user {
	u := s.users[id]
	if u == nil {
		u = &user{id: id, inputs: make(map[weir.InputID]*live)}
		s.users[id] = u
	}
	return u
}

func (u *user) input(id weir.InputID) *live {
	l := u.inputs[id]
	if l == nil {
		l = &live{id: id}
		u.inputs[id] = l
	}
	return l
}

// setList makes a list ready for an input, carrying over the memories of steps that are still in it.
func (u *user) setList(l *live, list List) {
	link := &relinker{user: u, old: l.memories}
	l.program = compile(list, link)
	l.memories = link.kept
}

type relinker struct {
	user      *user
	old, kept []*memory
}

func (r *relinker) input(id weir.InputID) *live { return r.user.input(id) }

func (r *relinker) memory(step int, feed weir.FeedID) *memory {
	m := takeMemory(&r.old, step, feed)
	r.kept = append(r.kept, m)
	return m
}

// forget drops what was looked up: the metadata may have changed.
func (s *state) forget() {
	clear(s.cache)
	for _, u := range s.users {
		u.days = days{}
	}
}
