package emoncms

import (
	"context"
	"time"

	"github.com/weirhq/weir"
)

// Pipeline is the way of samples from acceptance to feeds: the stream of the user's block and the worker behind it.
type Pipeline interface {
	// Accept returns when entry, one entry of the journal, is durable. It does not keep entry.
	Accept(ctx context.Context, user weir.UserID, entry []byte) error
	// Settle waits, but not long, until what the user has had accepted has been worked on.
	Settle(ctx context.Context, user weir.UserID)
	// Change runs fn between two messages of the user's worker: for metadata that says how samples are worked on.
	Change(ctx context.Context, user weir.UserID, fn func() error) error
	// Forget drops what the worker knows of inputs that were deleted. It is called inside Change's fn.
	Forget(user weir.UserID, ids ...weir.InputID)
	// LastInputs is the newest sample of each of the user's inputs.
	LastInputs(user weir.UserID) map[weir.InputID]weir.Sample
}

// Zones tells where a user's days begin; *account.Service.
type Zones interface {
	Location(user weir.UserID) *time.Location
}
