package inputs

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/web/api/emoncms"
)

// Catalogue is what is known of inputs; *input.Catalogue.
type Catalogue interface {
	List(ctx context.Context, user weir.UserID) ([]weir.Input, error)
	Get(ctx context.Context, user weir.UserID, id weir.InputID) (weir.Input, error)
	Update(ctx context.Context, in weir.Input) error
	Delete(ctx context.Context, user weir.UserID, ids []weir.InputID) (int, error)
}

// Parts are what the actions need; all of them have to be there.
type Parts struct {
	Inputs    Catalogue
	Creation  Creation        // *meta.DB
	Feeds     FeedLister      // *feed.Catalogue
	Decoder   *httpin.Decoder // reads posts
	Keys      WriteKeys       // *account.Service
	Admission Admission       // *input.Catalogue
	Zones     emoncms.Zones   // *account.Service
	Pipeline  emoncms.Pipeline
}

// Routes are the actions on inputs.
func Routes(p Parts) (all []emoncms.Route) {
	one := editor{inputs: p.Inputs, pipeline: p.Pipeline}
	for _, noun := range [...]interface{ routes() []emoncms.Route }{
		&posts{decoder: p.Decoder, keys: p.Keys, admission: p.Admission, pipeline: p.Pipeline, zones: p.Zones},
		&reads{inputs: p.Inputs, pipeline: p.Pipeline},
		&edits{editor: one, creation: p.Creation},
		&lists{editor: one, belongings: &Belongings{Inputs: p.Inputs, Feeds: p.Feeds}},
	} {
		all = append(all, noun.routes()...)
	}
	return all
}
