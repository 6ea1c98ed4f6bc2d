package emoncms

import (
	"log/slog"

	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/web"
)

// Parts are what the API speaks for; all of them have to be there.
type Parts struct {
	Door     *web.Door
	Accounts Accounts        // *account.Service
	Creation Creation        // *meta.DB
	Inputs   InputCatalogue  // *input.Catalogue
	Decoder  *httpin.Decoder // reads posts
	Feeds    FeedCatalogue   // *feed.Catalogue
	Pipeline Pipeline        // of app
	Log      *slog.Logger

	BodyLimit int64 // bytes of a request's body
}

// Accounts is everything about who asks.
type Accounts interface {
	Logins
	Profiles
	Secrets
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
}

// New puts the nouns together.
func New(p Parts) web.Claimant {
	one := single{feeds: p.Feeds, pipeline: p.Pipeline}
	editor := inputEditor{inputs: p.Inputs, pipeline: p.Pipeline}
	belongings := &Belongings{Inputs: p.Inputs, Feeds: p.Feeds}
	list := &feedList{feeds: p.Feeds, facts: p.Feeds, users: p.Accounts, pipeline: p.Pipeline}
	a := newCompatible(p.Door, p.BodyLimit, p.Log,
		(&posts{decoder: p.Decoder, admission: p.Inputs, pipeline: p.Pipeline, zones: p.Accounts}).routes(),
		(&inputReads{inputs: p.Inputs, pipeline: p.Pipeline}).routes(),
		(&inputWrites{inputEditor: editor, creation: p.Creation}).routes(),
		(&inputProcess{inputEditor: editor, belongings: belongings}).routes(),
		processes{}.routes(),
		list.routes(),
		(&feedGet{single: one, facts: p.Feeds}).routes(),
		(&feedEdit{single: one, editor: p.Feeds}).routes(),
		(&feedWrite{single: one}).routes(),
		(&feedData{single: one, data: p.Feeds, zones: p.Accounts}).routes(),
		(&logins{accounts: p.Accounts}).routes(),
		(&profiles{profiles: p.Accounts, secrets: p.Accounts, pipeline: p.Pipeline}).routes(),
		newTimezones(p.Accounts, p.Accounts).routes(),
		about{}.routes(),
	)
	a.ofName = &route{run: list.ofName}
	return a
}
