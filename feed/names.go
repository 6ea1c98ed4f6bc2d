package feed

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/weirhq/weir"
)

// In bytes.
const (
	maxUnit = 10
	maxName = 255 // of names and tags
)

// Changes are the fields to change, nil for those to leave.
type Changes struct {
	Name, Tag, Unit *string
	Public          *bool
	List            *string // process list of a virtual feed
}

// names caches the metadata of the users that were asked for. Changes go to the store first, one at a time.
type names struct {
	store Store
	most  int // feeds a user may have

	changing sync.Mutex // one change or load at a time; taken before mu

	mu    sync.RWMutex
	users map[weir.UserID][]weir.FeedID // ascending; only users whose feeds are all known
	feeds map[weir.FeedID]weir.Feed
}

func (n *names) init(s Store, most int) {
	n.store, n.most = s, most
	n.users = map[weir.UserID][]weir.FeedID{}
	n.feeds = map[weir.FeedID]weir.Feed{}
}

func (n *names) cached(user weir.UserID) ([]weir.Feed, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	ids, ok := n.users[user]
	if !ok {
		return nil, false
	}
	all := make([]weir.Feed, len(ids))
	for i, id := range ids {
		all[i] = n.feeds[id]
	}
	return all, true
}

func (n *names) list(ctx context.Context, user weir.UserID) ([]weir.Feed, error) {
	if all, ok := n.cached(user); ok {
		return all, nil
	}
	n.changing.Lock()
	defer n.changing.Unlock()
	return n.load(ctx, user)
}

// load fetches a user's feeds. Held: changing.
func (n *names) load(ctx context.Context, user weir.UserID) ([]weir.Feed, error) {
	if all, ok := n.cached(user); ok {
		return all, nil
	}
	all, err := n.store.Feeds(ctx, user)
	if err != nil || len(all) == 0 {
		return nil, err // users who are asked for but have nothing, or are nobody, leave no trace
	}
	slices.SortFunc(all, func(a, b weir.Feed) int { return cmp.Compare(a.ID, b.ID) })
	n.mu.Lock()
	defer n.mu.Unlock()
	ids := make([]weir.FeedID, len(all))
	for i, f := range all {
		ids[i] = f.ID
		n.feeds[f.ID] = f
	}
	n.users[user] = ids
	return slices.Clone(all), nil
}

func (n *names) get(ctx context.Context, id weir.FeedID) (weir.Feed, error) {
	n.mu.RLock()
	f, ok := n.feeds[id]
	n.mu.RUnlock()
	if ok {
		return f, nil
	}
	n.changing.Lock()
	defer n.changing.Unlock()
	f, err := n.store.Feed(ctx, id)
	if err != nil {
		if weir.KindOf(err) == weir.NotFound {
			return weir.Feed{}, missingFeed(id)
		}
		return weir.Feed{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.feeds[id] = f
	return f, nil
}

func (n *names) create(ctx context.Context, f weir.Feed) (weir.Feed, error) {
	n.changing.Lock()
	defer n.changing.Unlock()
	has, err := n.load(ctx, f.User)
	if err != nil {
		return weir.Feed{}, err
	}
	if len(has) >= n.most {
		return weir.Feed{}, weir.Errorf(weir.TooLarge, "there are %d feeds already, the limit is %d: delete some, or ask the operator to raise feed.max_feeds", len(has), n.most)
	}
	f, err = n.store.CreateFeed(ctx, f)
	if err != nil {
		if weir.KindOf(err) == weir.Conflict {
			return weir.Feed{}, weir.Errorf(weir.Conflict, "feed already exists")
		}
		return weir.Feed{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.feeds[f.ID] = f
	n.users[f.User] = append(slices.Clone(n.users[f.User]), f.ID)
	slices.Sort(n.users[f.User])
	return f, nil
}

func (n *names) update(ctx context.Context, id weir.FeedID, ch Changes) (weir.Feed, error) {
	if _, err := n.get(ctx, id); err != nil {
		return weir.Feed{}, err
	}
	if err := ch.validate(); err != nil {
		return weir.Feed{}, err
	}
	n.changing.Lock()
	defer n.changing.Unlock()
	f, err := n.store.Feed(ctx, id)
	if err != nil {
		return weir.Feed{}, err
	}
	changed := ch.apply(f)
	if changed == f {
		return f, nil
	}
	if err := n.store.UpdateFeed(ctx, changed); err != nil {
		if weir.KindOf(err) == weir.Conflict {
			return weir.Feed{}, weir.Errorf(weir.Conflict, "fields tag:name must be unique")
		}
		return weir.Feed{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.feeds[id] = changed
	return changed, nil
}

func (n *names) delete(ctx context.Context, id weir.FeedID) error {
	n.changing.Lock()
	defer n.changing.Unlock()
	if err := n.store.DeleteFeed(ctx, id); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	user := n.feeds[id].User
	delete(n.feeds, id)
	if ids, ok := n.users[user]; ok {
		n.users[user] = slices.DeleteFunc(slices.Clone(ids), func(other weir.FeedID) bool { return other == id })
	}
	return nil
}

func (ch Changes) apply(f weir.Feed) weir.Feed {
	if ch.Name != nil {
		f.Name = escape(*ch.Name)
	}
	if ch.Tag != nil {
		f.Tag = *ch.Tag
	}
	if ch.Unit != nil {
		f.Unit = *ch.Unit
	}
	if ch.Public != nil {
		f.Public = *ch.Public
	}
	if ch.List != nil {
		f.List = *ch.List
	}
	return f
}

func (ch Changes) validate() error {
	if ch == (Changes{}) {
		return weir.Errorf(weir.Invalid, "Field could not be updated")
	}
	if ch.Name != nil {
		if err := short("name", *ch.Name); err != nil {
			return err
		}
	}
	if ch.Tag != nil {
		if !validName(*ch.Tag) {
			return weir.Errorf(weir.Invalid, "invalid characters in feed tag")
		}
		if err := short("tag", *ch.Tag); err != nil {
			return err
		}
	}
	if ch.Unit != nil {
		return validateUnit(*ch.Unit)
	}
	return nil
}

// escape makes a changed name harmless in pages as the original does; names that need it cannot be given to new feeds.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;").Replace(s)
}

func validateNew(f weir.Feed) error {
	if !validName(f.Name) {
		return weir.Errorf(weir.Invalid, "invalid characters in feed name")
	}
	if !validName(f.Tag) {
		return weir.Errorf(weir.Invalid, "invalid characters in feed tag")
	}
	if err := short("name", f.Name); err != nil {
		return err
	}
	if err := short("tag", f.Tag); err != nil {
		return err
	}
	return validateUnit(f.Unit)
}

// short refuses what would stay in memory and go out with every list.
func short(what, s string) error {
	if len(s) > maxName {
		return weir.Errorf(weir.Invalid, "feed %s too long: it has %d bytes, at most %d are allowed", what, len(s), maxName)
	}
	return nil
}

// validName allows letters and digits of any script, underscore, white space, hyphen and colon, and no name at all.
func validName(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("_-:", r) {
			return false
		}
	}
	return true
}

// validateUnit allows what units are written with, as in "°C", "kWh/m²", "%" and "€".
func validateUnit(s string) error {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Sc, r) &&
			!strings.ContainsRune("_-:°%/*.^·'′″µΩ()", r) {
			return weir.Errorf(weir.Invalid, "invalid characters in feed unit")
		}
	}
	if len(s) > maxUnit {
		return weir.Errorf(weir.Invalid, "feed unit too long")
	}
	return nil
}
