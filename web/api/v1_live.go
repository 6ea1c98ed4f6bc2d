package api

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web/api/emoncms"
	"github.com/weirhq/weir/web/api/emoncms/feeds"
	"github.com/weirhq/weir/web/api/live"
)

// newest is where live streams look.
type newest struct {
	inputs emoncms.Pipeline
	feeds  feeds.Facts
}

func (n *newest) LastInputs(user weir.UserID) map[weir.InputID]weir.Sample {
	return n.inputs.LastInputs(user)
}

func (n *newest) LastFeeds(ctx context.Context, user weir.UserID) (map[weir.FeedID]weir.Sample, error) {
	return n.feeds.LastAll(ctx, user)
}

// liveStreams answers GET live.
type liveStreams struct {
	streams *live.Streams
	enter   func(*visit, need) error
}

func (h *liveStreams) serve(v *visit) error {
	return h.streams.Serve(v.w, v.http, v.who.User, func() bool {
		again := *v
		return h.enter(&again, reader) == nil && again.who.User == v.who.User
	})
}
