package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/weirhq/weir"
)

// maxHeader bounds a request's line and headers. Devices post by GET, so their samples stand in the line.
const maxHeader = 128 << 10

// Server listens and serves. Make it with New, then Run it; Release when it was never run.
type Server struct {
	http     *http.Server
	listener net.Listener
	grace    time.Duration
	log      *slog.Logger
}

// New opens the listener, so that a port that is taken fails here, and serves nothing yet.
func New(cfg Config, handler http.Handler, log *slog.Logger) (*Server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	proxies, err := parseProxies(cfg.TrustedProxies)
	if err != nil {
		return nil, err
	}
	var secure *tls.Config
	if cfg.TLSCert != "" {
		certs, err := loadCertificate(cfg.TLSCert, cfg.TLSKey)
		if err != nil {
			return nil, err
		}
		secure = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certs.get}
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", cfg.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, weir.Errorf(weir.Conflict, "another program listens on %s: stop it, or choose another address with --listen or web.listen", cfg.Listen)
	}
	if err != nil {
		return nil, fmt.Errorf("web: cannot listen on %s, see --listen or web.listen: %w", cfg.Listen, err)
	}
	draining := make(chan struct{})
	wrapped := &attendant{
		next: handler, proxies: proxies, limit: cfg.BodyLimit, bodies: newBodies(cfg.BodyLimit),
		draining: draining, log: log,
	}
	s := &Server{
		http: &http.Server{
			Handler:           wrapped,
			TLSConfig:         secure,
			ReadHeaderTimeout: cfg.ReadHeaderTimeout,
			ReadTimeout:       cfg.ReadTimeout,
			WriteTimeout:      cfg.WriteTimeout,
			IdleTimeout:       cfg.IdleTimeout,
			MaxHeaderBytes:    maxHeader,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		},
		listener: listener,
		grace:    cfg.Grace,
		log:      log,
	}
	s.http.RegisterOnShutdown(func() { close(draining) })
	return s, nil
}

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Run serves until ctx is done. Then the listener closes, streams are told to end, and requests in hand have the grace
// time to be answered.
func (s *Server) Run(ctx context.Context) error {
	s.log.Info("listening", "addr", s.Addr().String(), "tls", s.http.TLSConfig != nil)
	failed := make(chan error, 1)
	go func() { failed <- s.serve() }()
	select {
	case err := <-failed:
		return fmt.Errorf("web: serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.grace)
	defer cancel()
	if err := s.http.Shutdown(stop); err != nil {
		return errors.Join(fmt.Errorf("web: requests still in hand after %s: %w", s.grace, err), s.http.Close())
	}
	return nil
}

func (s *Server) serve() error {
	if s.http.TLSConfig != nil {
		return s.http.ServeTLS(s.listener, "", "")
	}
	return s.http.Serve(s.listener)
}

// Release closes the listener and whatever is still connected.
func (s *Server) Release() error {
	err := s.http.Close()
	if closed := s.listener.Close(); err == nil && !errors.Is(closed, net.ErrClosed) {
		err = closed
	}
	return err
}
