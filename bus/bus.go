package bus

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	maxMessage   = 4 << 20          // largest message that the server takes; senders stay far below
	startTimeout = 30 * time.Second // recovery reads back what a crash left in the streams
	callTimeout  = 5 * time.Second
)

// Bus is the running message server and weir's connection to it.
type Bus struct {
	cfg    Config
	dir    string
	log    *slog.Logger
	server *server.Server
	healer *healing
	conn   *nats.Conn
	js     jetstream.JetStream
}

// Open starts the server on the files below dir and connects to it. It opens no port.
func Open(cfg Config, dir string, log *slog.Logger) (*Bus, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	srv, err := server.NewServer(serverOptions(cfg, dir))
	if err != nil {
		return nil, fmt.Errorf("set up bus in %s: %w", dir, err)
	}
	srv.SetLoggerV2(natsLog{log}, false, false, false)
	srv.Start()
	opts := serverOptions(cfg, dir)
	b := &Bus{cfg: cfg, dir: dir, log: log, server: srv, healer: &healing{server: srv, log: log, cfg: server.JetStreamConfig{
		StoreDir: opts.StoreDir, MaxMemory: opts.JetStreamMaxMemory, MaxStore: opts.JetStreamMaxStore,
		SyncInterval: opts.SyncInterval, SyncAlways: opts.SyncAlways,
	}}}
	if !srv.ReadyForConnections(startTimeout) || !srv.JetStreamEnabled() {
		b.stopServer()
		return nil, fmt.Errorf("start bus: the message server in %s did not get ready; its reason is in the log", dir)
	}
	if err := b.connect(); err != nil {
		b.stopServer()
		return nil, fmt.Errorf("connect to bus: %w", err)
	}
	return b, nil
}

func serverOptions(cfg Config, dir string) *server.Options {
	opts := &server.Options{
		ServerName:             "weir",
		DontListen:             true,
		JetStream:              true,
		StoreDir:               filepath.Clean(dir),
		MaxPayload:             maxMessage,
		NoSigs:                 true,
		DisableJetStreamBanner: true,
		JetStreamMaxMemory:     32 << 20,
		JetStreamMaxStore:      1 << 50, // the streams' own limits and MinFreeBytes bound it
		SyncInterval:           cfg.SyncInterval,
	}
	switch cfg.Sync {
	case SyncAlways:
		opts.SyncAlways = true
	case SyncNever:
		opts.SyncInterval = 10 * 365 * 24 * time.Hour
	}
	return opts
}

func (b *Bus) connect() error {
	conn, err := nats.Connect("", nats.InProcessServer(b.server), nats.Name("weir"), nats.MaxReconnects(-1),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { b.log.Warn("bus connection", "err", err) }))
	if err != nil {
		return err
	}
	b.conn = conn
	b.js, err = jetstream.New(conn, jetstream.WithDefaultTimeout(callTimeout))
	return err
}

// Stream opens the stream of a block, making it when it is new.
func (b *Bus) Stream(ctx context.Context, block int) (*Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	cfg := jetstream.StreamConfig{
		Name:       fmt.Sprintf("INPUT_%d", block),
		Subjects:   []string{fmt.Sprintf("INPUT.%d", block)},
		Storage:    jetstream.FileStorage,
		Retention:  jetstream.LimitsPolicy,
		Discard:    jetstream.DiscardNew, // refuse the newcomer, keep what was accepted
		MaxBytes:   b.cfg.MaxBytes,
		MaxMsgSize: maxMessage,
		Duplicates: time.Second, // not used; the least the server allows
	}
	s, err := b.js.CreateOrUpdateStream(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open stream %s: %w", cfg.Name, err)
	}
	return &Stream{
		js: b.js, stream: s, name: cfg.Name, subject: cfg.Subjects[0], healer: b.healer,
		space: freeSpace{dir: b.dir, min: uint64(b.cfg.MinFreeBytes)}, last: s.CachedInfo().State.LastSeq,
	}, nil
}

// Close disconnects and stops the server; the streams' files are flushed.
func (b *Bus) Close() error {
	b.conn.Close()
	b.stopServer()
	return nil
}

func (b *Bus) stopServer() {
	b.server.Shutdown()
	b.server.WaitForShutdown()
}

// natsLog passes the message server's complaints on; its chatter stays at debug.
type natsLog struct{ log *slog.Logger }

func (l natsLog) say(level slog.Level, format string, v ...any) {
	l.log.Log(context.Background(), level, fmt.Sprintf(format, v...))
}

func (l natsLog) Noticef(format string, v ...any) { l.say(slog.LevelDebug, format, v...) }
func (l natsLog) Warnf(format string, v ...any)   { l.say(slog.LevelWarn, format, v...) }
func (l natsLog) Fatalf(format string, v ...any)  { l.say(slog.LevelError, format, v...) }
func (l natsLog) Errorf(format string, v ...any)  { l.say(slog.LevelError, format, v...) }
func (l natsLog) Debugf(format string, v ...any)  { l.say(slog.LevelDebug, format, v...) }
func (l natsLog) Tracef(format string, v ...any)  { l.say(slog.LevelDebug, format, v...) }
