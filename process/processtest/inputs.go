package processtest

import (
	"context"
	"sync"
	"time"

	"github.com/weirhq/weir"
)

// Inputs is a catalogue of inputs in memory. New ones are made when asked for, unless Closed.
type Inputs struct {
	Closed bool

	mu     sync.Mutex
	next   weir.InputID
	byName map[[2]string]weir.Input // one user is enough for the cases
}

// NewInputs makes an empty catalogue.
func NewInputs() *Inputs { return &Inputs{byName: make(map[[2]string]weir.Input)} }

// Put adds or replaces an input.
func (in *Inputs) Put(i weir.Input) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.next = max(in.next, i.ID)
	in.byName[[2]string{i.Node, i.Name}] = i
}

// Resolve is process.Inputs'.
func (in *Inputs) Resolve(_ context.Context, user weir.UserID, node, name string) (weir.Input, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	key := [2]string{node, name}
	if i, ok := in.byName[key]; ok {
		return i, nil
	}
	if in.Closed {
		return weir.Input{}, weir.Errorf(weir.NotFound, "no new inputs")
	}
	in.next++
	i := weir.Input{ID: in.next, User: user, Node: node, Name: name}
	in.byName[key] = i
	return i, nil
}

// Zone is process.Timezones for users who all live in one place.
type Zone struct{ Place *time.Location }

// Zone is process.Timezones'.
func (z Zone) Zone(context.Context, weir.UserID) (*time.Location, error) { return z.Place, nil }
