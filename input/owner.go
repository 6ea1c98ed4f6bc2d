package input

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/weirhq/weir"
)

// owner is what is known of one user's inputs. Readers share mu and hold it for a lookup only; whoever talks to the
// Store holds change meanwhile, never mu. Order of locks: change, then mu.
type owner struct {
	change sync.Mutex
	loaded atomic.Bool

	mu    sync.RWMutex
	nodes map[string]node
	byID  map[weir.InputID]*weir.Input
	count int // of inputs in nodes
}

// node holds the inputs of a node by name. nil: admitted, but its first sample is still on its way.
type node map[string]*weir.Input

func (o *owner) load(ctx context.Context, store Store, user weir.UserID) error {
	if o.loaded.Load() {
		return nil
	}
	o.change.Lock()
	defer o.change.Unlock()
	if o.loaded.Load() {
		return nil
	}
	inputs, err := store.Inputs(ctx, user)
	if err != nil {
		return err
	}
	o.nodes, o.byID = make(map[string]node), make(map[weir.InputID]*weir.Input, len(inputs))
	for _, in := range inputs {
		o.set(in)
	}
	o.loaded.Store(true)
	return nil
}

func (o *owner) find(node, name string) (weir.Input, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if in := o.nodes[node][name]; in != nil {
		return *in, true
	}
	return weir.Input{}, false
}

func (o *owner) get(id weir.InputID) (weir.Input, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if in := o.byID[id]; in != nil {
		return *in, nil
	}
	return weir.Input{}, weir.Errorf(weir.NotFound, "input %d does not exist", id)
}

// own are those of ids that there are, each once: the Store is not asked for millions of others.
func (o *owner) own(ids []weir.InputID) []weir.InputID {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var own []weir.InputID
	for _, id := range ids {
		if o.byID[id] != nil {
			own = append(own, id)
		}
	}
	slices.Sort(own)
	return slices.Compact(own)
}

func (o *owner) list() []weir.Input {
	o.mu.RLock()
	defer o.mu.RUnlock()
	all := make([]weir.Input, 0, len(o.byID))
	for _, in := range o.byID {
		all = append(all, *in)
	}
	slices.SortFunc(all, func(a, b weir.Input) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// set remembers an input that the Store holds.
func (o *owner) set(in weir.Input) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.put(in.Node, in.Name, &in)
	o.byID[in.ID] = &in
}

func (o *owner) put(nodeName, name string, in *weir.Input) {
	names := o.nodes[nodeName]
	if names == nil {
		names = make(node)
		o.nodes[nodeName] = names
	}
	if _, known := names[name]; !known {
		o.count++
	}
	names[name] = in
}

// replace puts in, which the Store holds now, in the place of old.
func (o *owner) replace(old, in weir.Input) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.nodes[old.Node], old.Name)
	o.count--
	o.put(in.Node, in.Name, &in)
	o.byID[in.ID] = &in
}

// remove forgets inputs, and with them what was admitted but has not come: if it still comes, it is made all the
// same, and if its post was refused later it would count for ever.
func (o *owner) remove(ids []weir.InputID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, id := range ids {
		if in := o.byID[id]; in != nil {
			delete(o.byID, id)
			delete(o.nodes[in.Node], in.Name)
		}
	}
	o.count = 0
	for name, inputs := range o.nodes {
		maps.DeleteFunc(inputs, func(_ string, in *weir.Input) bool { return in == nil })
		if len(inputs) == 0 {
			delete(o.nodes, name)
		}
		o.count += len(inputs)
	}
}
