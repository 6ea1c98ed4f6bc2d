package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/bus"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/feed/fixed"
	"github.com/weirhq/weir/feed/variable"
	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/lifecycle"
	"github.com/weirhq/weir/meta"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/web"
)

// Server is a whole weir on one machine.
type Server struct {
	cfg   Config
	log   *slog.Logger
	parts *lifecycle.Group

	dir      *durable.Dir
	db       *meta.DB
	accounts *account.Service
	bus      *bus.Bus
	feeds    *feed.Catalogue
	inputs   *input.Catalogue
	blocks   *blocks
	watch    *watch
	metrics  *prometheus.Registry
	door     *web.Server
}

// grace is how long each part may take to stop. Requests in hand take the longest.
const grace = 9 * time.Second

// New builds a server from its parts, in the order of the architecture, each ready when it has been built. After an
// error nothing is left open.
func New(ctx context.Context, cfg Config, log *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: log, parts: lifecycle.New(grace), metrics: prometheus.NewRegistry()}
	for _, build := range []func(context.Context) error{
		s.openData, s.openAccounts, s.openBus, s.openFeeds, s.openBlocks, s.openControl, s.openWatch, s.openDemo, s.openDoor,
	} {
		if err := build(ctx); err != nil {
			return nil, errors.Join(err, s.parts.Close())
		}
	}
	return s, nil
}

// Run serves until ctx is done, then stops the parts in reverse: the door first, what is in hand drains.
func (s *Server) Run(ctx context.Context) error { return s.parts.Run(ctx) }

// URL is where a browser on this machine finds the server.
func (s *Server) URL() string {
	scheme := "http"
	if s.cfg.Web.TLSCert != "" {
		scheme = "https"
	}
	if s.cfg.Web.BaseURL != "" {
		return s.cfg.Web.BaseURL
	}
	host, port, err := net.SplitHostPort(s.door.Addr().String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return scheme + "://" + net.JoinHostPort("localhost", port)
	}
	return scheme + "://" + s.door.Addr().String()
}

func (s *Server) logger(part string) *slog.Logger { return s.log.With("part", part) }

func (s *Server) openData(context.Context) error {
	dir, err := durable.OpenDir(s.cfg.Data)
	if err != nil {
		return fmt.Errorf("data folder %s cannot be used: %w", s.cfg.Data, err)
	}
	s.dir = dir
	s.parts.Add("data folder", nil, dir.Close)
	lock, err := durable.Lock(s.cfg.Data)
	if err != nil {
		return err
	}
	s.parts.Add("lock", nil, lock.Close)
	return nil
}

func (s *Server) openAccounts(ctx context.Context) (err error) {
	s.db, s.accounts, err = openAccounts(ctx, s.cfg, s.dir, s.logger("account"))
	if err != nil {
		return err
	}
	s.parts.Add("meta", nil, s.db.Close)
	return nil
}

func (s *Server) openBus(context.Context) (err error) {
	s.bus, err = bus.Open(s.cfg.Bus, filepath.Join(s.cfg.Data, "bus"), s.logger("bus"))
	if err != nil {
		return err
	}
	s.parts.Add("bus", nil, s.bus.Close)
	return nil
}

func (s *Server) openFeeds(context.Context) error {
	dir, err := s.dir.Sub("feeds")
	if err != nil {
		return fmt.Errorf("open feeds folder: %w", err)
	}
	s.parts.Add("feeds folder", nil, dir.Close)
	s.feeds, err = feed.Open(s.cfg.Feed, dir, s.db, s.logger("feed"), fixed.New, variable.New)
	if err != nil {
		return err
	}
	s.parts.Add("feed", nil, s.feeds.Close)
	return nil
}

// openBlocks opens the blocks of all users there are. Workers are added before intakes, so that they stop after them.
func (s *Server) openBlocks(ctx context.Context) error {
	s.inputs = input.NewCatalogue(s.cfg.Input, s.db)
	s.blocks = newBlocks(s.openBlock)
	s.parts.Add("process", s.blocks.runWorkers, s.blocks.close)
	s.parts.Add("input", s.blocks.runIntakes, nil)
	users, err := s.accounts.Users(ctx)
	if err != nil {
		return err
	}
	newest := weir.UserID(1)
	for _, u := range users {
		newest = max(newest, u.ID)
	}
	_, err = s.blocks.of(ctx, newest)
	return err
}

func (s *Server) openBlock(ctx context.Context, number int) (*block, error) {
	stream, err := s.bus.Stream(ctx, number)
	if err != nil {
		return nil, err
	}
	begun, err := stream.Last()
	if err != nil {
		return nil, err
	}
	dir, err := s.dir.Sub(filepath.Join("blocks", strconv.Itoa(number)))
	if err != nil {
		return nil, fmt.Errorf("open folder of block %d: %w", number, err)
	}
	s.blocks.dirs = append(s.blocks.dirs, dir)
	worker, err := process.Open(s.cfg.Process, process.Deps{
		Log: stream, Inputs: s.inputs, Feeds: s.feeds.Writer(), Zones: s.accounts, FS: dir,
		Logger: s.logger("process").With("block", number),
	})
	if err != nil {
		return nil, err
	}
	return &block{stream: stream, intake: input.New(s.cfg.Input, stream), worker: worker, begun: begun}, nil
}

func (s *Server) openControl(context.Context) error {
	c, err := openControl(s.cfg.Data, accountant{s.accounts}, s.logger("control"))
	if err != nil {
		return err
	}
	s.parts.Add("control", c.run, c.release)
	return nil
}

func (s *Server) openWatch(context.Context) error {
	dir, err := s.dir.Sub("watch")
	if err != nil {
		return fmt.Errorf("open watch folder: %w", err)
	}
	s.parts.Add("watch folder", nil, dir.Close)
	s.watch = &watch{
		cfg: s.cfg.Watch, settings: s.db, to: s.blocks, dir: dir, log: s.logger("watch"),
		first: s.firstAdmin, changed: make(chan struct{}, 1),
	}
	s.parts.Add("watch", s.watch.run, nil)
	return nil
}

func (s *Server) firstAdmin(ctx context.Context) (weir.UserID, error) {
	users, err := s.accounts.Users(ctx)
	if err != nil {
		return 0, err
	}
	for _, u := range users {
		if u.Admin {
			return u.ID, nil
		}
	}
	return 0, nil
}
