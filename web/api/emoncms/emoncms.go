package emoncms

import (
	"log/slog"

	"github.com/weirhq/weir/web"
)

// Parts are what every request needs; all of them have to be there.
type Parts struct {
	Door *web.Door
	Log  *slog.Logger

	BodyLimit int64 // bytes of a request's body
}

// New answers the routes of the nouns, and those that are about no user's things.
func New(p Parts, nouns ...[]Route) web.Claimant {
	return newCompatible(p, append(nouns, processes{}.routes(), about{}.routes()))
}
