package input

import (
	"context"
	"strings"
	"sync"

	"github.com/weirhq/weir"
)

// Store keeps the metadata of inputs.
type Store interface {
	// Inputs are all inputs of a user.
	Inputs(ctx context.Context, user weir.UserID) ([]weir.Input, error)
	// CreateInput keeps a new input and gives it an id. When the user has one of that node and name, it is returned.
	CreateInput(ctx context.Context, in weir.Input) (weir.Input, error)
	// UpdateInput changes name, description and list of the input with in's user and id.
	UpdateInput(ctx context.Context, in weir.Input) error
	// DeleteInputs removes those of ids that belong to user and says how many there were.
	DeleteInputs(ctx context.Context, user weir.UserID, ids []weir.InputID) (int, error)
	// InputCreation tells whether samples under unknown names make new inputs.
	InputCreation(ctx context.Context, user weir.UserID) (bool, error)
}

// Catalogue knows the inputs of all users that sent or asked since the start. Changes go through it, so that what it
// remembers is what the Store holds.
type Catalogue struct {
	cfg   Config
	store Store

	mu     sync.RWMutex
	owners map[weir.UserID]*owner
}

// NewCatalogue makes a Catalogue over store.
func NewCatalogue(cfg Config, store Store) *Catalogue {
	return &Catalogue{cfg: cfg, store: store, owners: make(map[weir.UserID]*owner)}
}

// owner returns what is known of a user, reading it from the Store the first time.
func (c *Catalogue) owner(ctx context.Context, user weir.UserID) (*owner, error) {
	c.mu.RLock()
	o := c.owners[user]
	c.mu.RUnlock()
	if o == nil {
		c.mu.Lock()
		if o = c.owners[user]; o == nil {
			o = &owner{}
			c.owners[user] = o
		}
		c.mu.Unlock()
	}
	return o, o.load(ctx, c.store, user)
}

// Resolve is the input that samples of name at node go to. A new one is made unless the user has switched that off;
// then it is weir.NotFound.
func (c *Catalogue) Resolve(ctx context.Context, user weir.UserID, node, name string) (weir.Input, error) {
	o, err := c.owner(ctx, user)
	if err != nil {
		return weir.Input{}, err
	}
	if in, ok := o.find(node, name); ok {
		return in, nil
	}
	o.change.Lock()
	defer o.change.Unlock()
	if in, ok := o.find(node, name); ok {
		return in, nil
	}
	if create, err := c.store.InputCreation(ctx, user); err != nil {
		return weir.Input{}, err
	} else if !create {
		return weir.Input{}, weir.Errorf(weir.NotFound, "no input %q at node %q, and new inputs are switched off", name, node)
	}
	in, err := c.store.CreateInput(ctx, weir.Input{User: user, Node: node, Name: name})
	if err != nil {
		return weir.Input{}, err
	}
	o.set(in)
	return in, nil
}

// List are the inputs of a user in the order of their ids, which is the order they came into being.
func (c *Catalogue) List(ctx context.Context, user weir.UserID) ([]weir.Input, error) {
	o, err := c.owner(ctx, user)
	if err != nil {
		return nil, err
	}
	return o.list(), nil
}

// Get is one input of a user, or weir.NotFound.
func (c *Catalogue) Get(ctx context.Context, user weir.UserID, id weir.InputID) (weir.Input, error) {
	o, err := c.owner(ctx, user)
	if err != nil {
		return weir.Input{}, err
	}
	return o.get(id)
}

// Update changes name, description and process list of the input with in's user and id. The list is taken as it is:
// its rules are those of package process. Samples already accepted under the old name make a new input of that name.
func (c *Catalogue) Update(ctx context.Context, in weir.Input) error {
	o, err := c.owner(ctx, in.User)
	if err != nil {
		return err
	}
	o.change.Lock()
	defer o.change.Unlock()
	in.Name = strings.TrimSpace(in.Name) // as posts have theirs
	old, err := o.get(in.ID)
	if err != nil {
		return err
	}
	if err := checkUpdate(&old, &in); err != nil {
		return err
	}
	if in == old {
		return nil
	}
	if other, taken := o.find(in.Node, in.Name); taken && other.ID != in.ID {
		return weir.Errorf(weir.Conflict, "node %q has an input %q already: choose another name", in.Node, in.Name)
	}
	if err := c.store.UpdateInput(ctx, in); err != nil {
		return err
	}
	o.replace(old, in)
	return nil
}

// Delete removes inputs of a user and says how many there were. Ids of others are passed over.
func (c *Catalogue) Delete(ctx context.Context, user weir.UserID, ids []weir.InputID) (int, error) {
	o, err := c.owner(ctx, user)
	if err != nil {
		return 0, err
	}
	o.change.Lock()
	defer o.change.Unlock()
	return c.remove(ctx, o, user, ids)
}

// Clean removes all inputs of a user that have no process list.
func (c *Catalogue) Clean(ctx context.Context, user weir.UserID) (int, error) {
	o, err := c.owner(ctx, user)
	if err != nil {
		return 0, err
	}
	o.change.Lock()
	defer o.change.Unlock()
	var ids []weir.InputID
	for _, in := range o.list() {
		if in.List == "" {
			ids = append(ids, in.ID)
		}
	}
	return c.remove(ctx, o, user, ids)
}

func (c *Catalogue) remove(ctx context.Context, o *owner, user weir.UserID, ids []weir.InputID) (int, error) {
	if ids = o.own(ids); len(ids) == 0 {
		return 0, nil
	}
	n, err := c.store.DeleteInputs(ctx, user, ids)
	if err != nil {
		return 0, err
	}
	o.remove(ids)
	return n, nil
}
