package api

import (
	"log/slog"
	"net/http"

	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api/live"
)

// Parts are what the API speaks for. All but Watcher have to be there.
type Parts struct {
	Accounts  Accounts        // *account.Service
	Creation  Creation        // *meta.DB
	Inputs    InputCatalogue  // *input.Catalogue
	Decoder   *httpin.Decoder // reads posts
	Feeds     FeedCatalogue   // *feed.Catalogue
	Pipeline  Pipeline        // of app
	Previewer Previewer       // of app
	Watcher   Watcher         // of app; nil: this server does not watch its machine
	Guard     *web.Guard
	Log       *slog.Logger

	BodyLimit int64  // bytes of a request's body
	Version   string // of weir
	Demo      bool   // the values are made up
}

// Accounts is everything about who asks.
type Accounts interface {
	Identities
	Logins
	Profiles
	Secrets
	Household
	Zones
	UserFinder
}

// InputCatalogue is everything about inputs.
type InputCatalogue interface {
	Inputs
	Admission
}

// FeedCatalogue is everything about feeds.
type FeedCatalogue interface {
	FeedLister
	FeedFinder
	FeedFacts
	FeedEditor
	FeedData
	FeedBands
}

// API answers the compatible API and weir's own.
type API struct {
	// Compatible answers what devices and clients of the original ask for.
	Compatible web.Claimant
	// V1 answers /api/v1/…
	V1 http.Handler
}

// New puts the API together.
func New(p Parts) *API {
	if p.Watcher == nil {
		p.Watcher = noWatcher{}
	}
	door := &doorkeeper{identities: p.Accounts, guard: p.Guard}
	return &API{Compatible: p.compatible(door), V1: p.v1(door)}
}

func (p *Parts) compatible(door *doorkeeper) *compatible {
	one := single{feeds: p.Feeds, pipeline: p.Pipeline}
	editor := inputEditor{inputs: p.Inputs, pipeline: p.Pipeline}
	list := &feedList{feeds: p.Feeds, facts: p.Feeds, users: p.Accounts, pipeline: p.Pipeline}
	a := newCompatible(door, p.BodyLimit, p.Log,
		(&posts{decoder: p.Decoder, admission: p.Inputs, pipeline: p.Pipeline, zones: p.Accounts}).routes(),
		about{}.routes(),
		(&logins{accounts: p.Accounts}).routes(),
		(&profiles{profiles: p.Accounts, secrets: p.Accounts, pipeline: p.Pipeline}).routes(),
		newTimezones(p.Accounts, p.Accounts).routes(),
		(&inputReads{inputs: p.Inputs, pipeline: p.Pipeline}).routes(),
		(&inputWrites{inputEditor: editor, creation: p.Creation}).routes(),
		(&inputProcess{inputEditor: editor, belongings: p.belongings()}).routes(),
		processes{}.routes(),
		list.routes(),
		(&feedGet{single: one, facts: p.Feeds}).routes(),
		(&feedEdit{single: one, editor: p.Feeds}).routes(),
		(&feedWrite{single: one}).routes(),
		(&feedData{single: one, data: p.Feeds, zones: p.Accounts}).routes(),
	)
	a.ofName = &route{run: list.ofName}
	return a
}

func (p *Parts) belongings() *belongings { return &belongings{inputs: p.Inputs, feeds: p.Feeds} }

func (p *Parts) v1(door *doorkeeper) *v1 {
	a := newV1(door, p.Log)
	session := &sessions{household: p.Accounts, watcher: p.Watcher, version: p.Version, demo: p.Demo}
	a.handle("GET /api/v1/session", anyone, session.get)
	a.handle("POST /api/v1/watch", person, session.watch)
	preview := &previews{inputs: p.Inputs, belongings: p.belongings(), previewer: p.Previewer}
	a.handle("POST /api/v1/process/preview", reader, preview.run)
	bands := &feedBands{feeds: p.Feeds, bands: p.Feeds, pipeline: p.Pipeline}
	a.handle("GET /api/v1/feeds/bands", anyone, bands.get)
	streams := live.New(&newest{pipeline: p.Pipeline, facts: p.Feeds})
	a.handle("GET /api/v1/live", reader, (&liveStreams{streams: streams}).serve)
	return a
}
