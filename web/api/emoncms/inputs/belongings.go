package inputs

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
)

// FeedLister lists a user's feeds; *feed.Catalogue.
type FeedLister interface {
	List(ctx context.Context, user weir.UserID) ([]weir.Feed, error)
}

// Lister lists a user's inputs; *input.Catalogue.
type Lister interface {
	List(ctx context.Context, user weir.UserID) ([]weir.Input, error)
}

// Belongings checks process lists against what their user has: a list that named another user's feed would show or
// change it.
type Belongings struct {
	Inputs Lister
	Feeds  FeedLister
}

// Check tells whether the list of an input may be stored, with the original's messages.
func (b *Belongings) Check(ctx context.Context, user weir.UserID, list process.List) error {
	feeds, err := b.Feeds.List(ctx, user)
	if err != nil {
		return err
	}
	inputs, err := b.Inputs.List(ctx, user)
	if err != nil {
		return err
	}
	own := owned{feeds: make(map[weir.FeedID]bool, len(feeds)), inputs: make(map[weir.InputID]bool, len(inputs))}
	for _, f := range feeds {
		own.feeds[f.ID] = true
	}
	for _, in := range inputs {
		own.inputs[in.ID] = true
	}
	return process.Validate(list, process.ForInput, own)
}

type owned struct {
	feeds  map[weir.FeedID]bool
	inputs map[weir.InputID]bool
}

func (o owned) HasFeed(id weir.FeedID) bool   { return o.feeds[id] }
func (o owned) HasInput(id weir.InputID) bool { return o.inputs[id] }
