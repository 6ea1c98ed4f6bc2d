package feeds

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Catalogue is everything about feeds; *feed.Catalogue.
type Catalogue interface {
	Lister
	Finder
	Facts
	Editor
	Data
}

// Lister lists a user's feeds.
type Lister interface {
	List(ctx context.Context, user weir.UserID) ([]weir.Feed, error)
}

// Parts are what the actions need; all of them have to be there.
type Parts struct {
	Feeds    Catalogue
	Users    Users            // *account.Service
	Zones    emoncms.Zones    // *account.Service
	Pipeline emoncms.Pipeline // of app
}

// Routes are the actions on feeds.
func Routes(p Parts) (all []emoncms.Route) {
	one := single{feeds: p.Feeds, pipeline: p.Pipeline}
	for _, noun := range [...]interface{ routes() []emoncms.Route }{
		&lists{feeds: p.Feeds, facts: p.Feeds, users: p.Users, pipeline: p.Pipeline},
		&details{single: one, facts: p.Feeds},
		&edits{single: one, editor: p.Feeds},
		&inserts{single: one},
		&histories{single: one, data: p.Feeds, zones: p.Zones},
	} {
		all = append(all, noun.routes()...)
	}
	return all
}
