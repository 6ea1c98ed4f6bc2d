package account

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/durable"
)

// Service is the accounts of a server. Its methods may be called at the same time.
type Service struct {
	cfg    Config
	store  Store
	log    *slog.Logger
	secret *secret
	hasher *hasher
	limits limits

	keys     digests[Principal]
	sessions digests[Session]
	zones    cache[weir.UserID, *time.Location]

	changes sync.Mutex // held from reading users to storing a change that rests on what was read
}

// New reads the server's secret from files, or makes it at the first start.
func New(ctx context.Context, cfg Config, store Store, files durable.FS, log *slog.Logger) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	secret, err := openSecret(ctx, store, files, log)
	if err != nil {
		return nil, err
	}
	return &Service{
		cfg:    cfg,
		store:  store,
		log:    log,
		secret: secret,
		hasher: newHasher(cfg.Argon2, cfg.Hashes),
		limits: newLimits(),
	}, nil
}

// Forget drops what memory holds about a user. Changes made through this Service need it not; it is for those that
// another server has made and that should not take a minute to count.
func (s *Service) Forget(user weir.UserID) {
	s.keys.drop(func(p Principal) bool { return p.User == user })
	s.sessions.drop(func(v Session) bool { return v.Principal.User == user })
	s.zones.drop(func(id weir.UserID, _ *time.Location) bool { return id == user })
}
