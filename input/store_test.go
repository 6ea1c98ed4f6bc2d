package input_test

import (
	"context"
	"slices"
	"sync"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input"
)

// memory is a Store that can be told to fail.
type memory struct {
	mu     sync.Mutex
	inputs []weir.Input
	next   weir.InputID
	closed map[weir.UserID]bool // to new inputs
	err    error
	reads  int
	asked  []weir.InputID // to delete
}

var _ input.Store = (*memory)(nil)

func (m *memory) Inputs(ctx context.Context, user weir.UserID) ([]weir.Input, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return m.of(user), m.err
}

func (m *memory) of(user weir.UserID) []weir.Input {
	var mine []weir.Input
	for _, in := range m.inputs {
		if in.User == user {
			mine = append(mine, in)
		}
	}
	return mine
}

func (m *memory) CreateInput(_ context.Context, in weir.Input) (weir.Input, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return weir.Input{}, m.err
	}
	for _, old := range m.inputs {
		if old.User == in.User && old.Node == in.Node && old.Name == in.Name {
			return old, nil
		}
	}
	m.next++
	in.ID = m.next
	m.inputs = append(m.inputs, in)
	return in, nil
}

func (m *memory) UpdateInput(_ context.Context, in weir.Input) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	i := slices.IndexFunc(m.inputs, func(old weir.Input) bool { return old.User == in.User && old.ID == in.ID })
	if i < 0 {
		return weir.Errorf(weir.NotFound, "input %d does not exist", in.ID)
	}
	m.inputs[i] = in
	return nil
}

func (m *memory) DeleteInputs(_ context.Context, user weir.UserID, ids []weir.InputID) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return 0, m.err
	}
	before := len(m.inputs)
	m.asked = append(m.asked, ids...)
	m.inputs = slices.DeleteFunc(m.inputs, func(in weir.Input) bool { return in.User == user && slices.Contains(ids, in.ID) })
	return before - len(m.inputs), nil
}

func (m *memory) InputCreation(_ context.Context, user weir.UserID) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.closed[user], m.err
}
