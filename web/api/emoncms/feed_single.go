package emoncms

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web"
)

// FeedFinder finds a feed by id; *feed.Catalogue.
type FeedFinder interface {
	Get(ctx context.Context, id weir.FeedID) (weir.Feed, error)
}

// single makes actions on one feed. What the original does when something is missing depends on what: a feed that is
// not there is reported, an action that the asker may not take looks as if it did not exist.
type single struct {
	feeds    FeedFinder
	pipeline Pipeline
}

// reads makes an action that shows a feed to its owner and, when it is public, to anyone. It waits for what the owner
// has sent before.
func (s *single) reads(run func(*call, weir.Feed) error) func(*call) error {
	return func(c *call) error {
		f, err := s.find(c)
		if err != nil {
			return err
		}
		if !web.MaySee(c.who, f) {
			return c.hide()
		}
		s.pipeline.Settle(c.ctx(), f.User)
		return run(c, f)
	}
}

// writes makes an action that changes a feed of whoever asks.
func (s *single) writes(run func(*call, weir.Feed) error) func(*call) error {
	return func(c *call) error {
		f, err := s.find(c)
		if err != nil {
			return err
		}
		if f.User != c.who.User || !c.may(writer) {
			return c.hide()
		}
		return run(c, f)
	}
}

func (s *single) find(c *call) (weir.Feed, error) {
	f, err := s.feeds.Get(c.ctx(), weir.FeedID(c.number("id")))
	if weir.KindOf(err) == weir.NotFound {
		return f, missingFeed()
	}
	return f, err
}

// noFeed is what the original says to an action that it takes for one on a single feed.
func noFeed(*call) error { return missingFeed() }
