package feeds

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Finder finds a feed by id; *feed.Catalogue.
type Finder interface {
	Get(ctx context.Context, id weir.FeedID) (weir.Feed, error)
}

// single makes actions on one feed. What the original does when something is missing depends on what: a feed that is
// not there is reported, an action that the asker may not take looks as if it did not exist.
type single struct {
	feeds    Finder
	pipeline emoncms.Pipeline
}

// reads makes an action that shows a feed to its owner and, when it is public, to anyone. It waits for what the owner
// has sent before.
func (s *single) reads(run func(*emoncms.Call, weir.Feed) error) func(*emoncms.Call) error {
	return func(c *emoncms.Call) error {
		f, err := s.find(c)
		if err != nil {
			return err
		}
		if !web.MaySee(c.Who, f) {
			return c.Hide()
		}
		s.pipeline.Settle(c.Context(), f.User)
		return run(c, f)
	}
}

// writes makes an action that changes a feed of whoever asks.
func (s *single) writes(run func(*emoncms.Call, weir.Feed) error) func(*emoncms.Call) error {
	return func(c *emoncms.Call) error {
		f, err := s.find(c)
		if err != nil {
			return err
		}
		if f.User != c.Who.User || !c.May(emoncms.Writer) {
			return c.Hide()
		}
		return run(c, f)
	}
}

func (s *single) find(c *emoncms.Call) (weir.Feed, error) {
	f, err := s.feeds.Get(c.Context(), weir.FeedID(c.Number("id")))
	if weir.KindOf(err) == weir.NotFound {
		return f, missingFeed()
	}
	return f, err
}

// noFeed is what the original says to an action that it takes for one on a single feed.
func noFeed(*emoncms.Call) error { return missingFeed() }

// missingFeed is the original's answer to a feed that is not there.
func missingFeed() error { return weir.Errorf(weir.NotFound, "Feed does not exist") }
