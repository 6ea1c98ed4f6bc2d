package api

import (
	"log/slog"
	"net/http"

	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/emoncms"
	"github.com/weirhq/weir/web/api/emoncms/feeds"
	"github.com/weirhq/weir/web/api/emoncms/inputs"
	"github.com/weirhq/weir/web/api/emoncms/users"
	"github.com/weirhq/weir/web/api/live"
)

// Parts are what the API speaks for. All but Watcher have to be there.
type Parts struct {
	Accounts  Accounts         // *account.Service
	Creation  inputs.Creation  // *meta.DB
	Inputs    Inputs           // *input.Catalogue
	Decoder   *httpin.Decoder  // reads posts
	Feeds     Feeds            // *feed.Catalogue
	Pipeline  emoncms.Pipeline // of app
	Previewer Previewer        // of app
	Watcher   Watcher          // of app; nil: this server does not watch its machine
	Guard     *web.Guard
	Log       *slog.Logger

	BodyLimit int64  // bytes of a request's body
	Version   string // of weir
	Demo      bool   // the values are made up
}

// Accounts is everything about who asks.
type Accounts interface {
	web.Identities
	users.Accounts
	feeds.Users
	Household
}

// Inputs is everything about inputs.
type Inputs interface {
	inputs.Catalogue
	inputs.Admission
}

// Feeds is everything about feeds.
type Feeds interface {
	feeds.Catalogue
	FeedBands
}

// API answers the compatible API and weir's own.
type API struct {
	// Compatible answers what devices and clients of emoncms ask for.
	Compatible web.Claimant
	// V1 answers /api/v1/…
	V1 http.Handler
}

// New puts the API together.
func New(p Parts) *API {
	if p.Watcher == nil {
		p.Watcher = noWatcher{}
	}
	door := &web.Door{Identities: p.Accounts, Guard: p.Guard}
	return &API{
		Compatible: emoncms.New(emoncms.Parts{Door: door, Log: p.Log, BodyLimit: p.BodyLimit},
			inputs.Routes(inputs.Parts{
				Inputs: p.Inputs, Creation: p.Creation, Feeds: p.Feeds, Decoder: p.Decoder, Admission: p.Inputs,
				Keys: p.Accounts, Zones: p.Accounts, Pipeline: p.Pipeline,
			}),
			feeds.Routes(feeds.Parts{Feeds: p.Feeds, Users: p.Accounts, Zones: p.Accounts, Pipeline: p.Pipeline}),
			users.Routes(p.Accounts, p.Pipeline),
		),
		V1: p.v1(door),
	}
}

func (p *Parts) v1(door *web.Door) *v1 {
	a := newV1(door, p.Log)
	session := &sessions{household: p.Accounts, watcher: p.Watcher, version: p.Version, demo: p.Demo}
	a.handle("GET /api/v1/session", anyone, session.get)
	a.handle("POST /api/v1/watch", person, session.watch)
	preview := &previews{
		inputs: p.Inputs, previewer: p.Previewer,
		belongings: &inputs.Belongings{Inputs: p.Inputs, Feeds: p.Feeds},
	}
	a.handle("POST /api/v1/process/preview", reader, preview.run)
	bands := &feedBands{feeds: p.Feeds, pipeline: p.Pipeline}
	a.handle("GET /api/v1/feeds/bands", anyone, bands.get)
	streams := live.New(&newest{inputs: p.Pipeline, feeds: p.Feeds})
	a.handle("GET /api/v1/live", reader, (&liveStreams{streams: streams, enter: a.enter}).serve)
	return a
}
