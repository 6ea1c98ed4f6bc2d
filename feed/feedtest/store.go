package feedtest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/weirhq/weir"
)

// Store keeps metadata of feeds in memory. It is a feed.Store; the zero Store is empty.
type Store struct {
	mu    sync.Mutex
	last  weir.FeedID
	feeds map[weir.FeedID]weir.Feed
	Calls int // how often anything was asked of it
}

// Feeds gives the feeds of a user.
func (s *Store) Feeds(_ context.Context, user weir.UserID) ([]weir.Feed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls++
	all := slices.SortedFunc(maps.Values(s.feeds), func(a, b weir.Feed) int { return cmp.Compare(a.ID, b.ID) })
	return slices.DeleteFunc(all, func(f weir.Feed) bool { return f.User != user }), nil
}

// Feed gives one feed.
func (s *Store) Feed(_ context.Context, id weir.FeedID) (weir.Feed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls++
	f, ok := s.feeds[id]
	if !ok {
		return f, weir.Errorf(weir.NotFound, "no feed %d", id)
	}
	return f, nil
}

// CreateFeed gives a feed the next id.
func (s *Store) CreateFeed(_ context.Context, f weir.Feed) (weir.Feed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls++
	if s.clashes(f) {
		return f, weir.Errorf(weir.Conflict, "user %d has that feed", f.User)
	}
	s.last++
	f.ID = s.last
	if s.feeds == nil {
		s.feeds = map[weir.FeedID]weir.Feed{}
	}
	s.feeds[f.ID] = f
	return f, nil
}

// UpdateFeed replaces a feed.
func (s *Store) UpdateFeed(_ context.Context, f weir.Feed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls++
	if _, ok := s.feeds[f.ID]; !ok {
		return weir.Errorf(weir.NotFound, "no feed %d", f.ID)
	}
	if s.clashes(f) {
		return weir.Errorf(weir.Conflict, "user %d has that feed", f.User)
	}
	s.feeds[f.ID] = f
	return nil
}

// DeleteFeed forgets a feed.
func (s *Store) DeleteFeed(_ context.Context, id weir.FeedID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Calls++
	if _, ok := s.feeds[id]; !ok {
		return weir.Errorf(weir.NotFound, "no feed %d", id)
	}
	delete(s.feeds, id)
	return nil
}

func (s *Store) clashes(f weir.Feed) bool {
	for _, other := range s.feeds {
		if other.ID != f.ID && other.User == f.User && other.Tag == f.Tag && other.Name == f.Name {
			return true
		}
	}
	return false
}
