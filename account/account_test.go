package account_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/meta"
	"github.com/weirhq/weir/meta/sqlite"
)

// server is accounts on a real database in a folder of their own.
type server struct {
	*account.Service

	cfg account.Config
	db  *meta.DB
	dir string
	log *journal
	ips byte
}

// cheap is a config whose passwords cost little.
func cheap() account.Config {
	cfg := account.Default()
	cfg.Registration = account.RegistrationOpen
	cfg.Argon2 = account.Argon2{Memory: 64, Passes: 1, Lanes: 1}
	return cfg
}

func start(t testing.TB, cfg account.Config) *server {
	t.Helper()
	s := &server{cfg: cfg, dir: t.TempDir(), log: &journal{}}
	s.start(t, nil)
	return s
}

// start opens the accounts in s.dir; wrap may stand between them and their store.
func (s *server) start(t testing.TB, wrap func(account.Store) account.Store) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(s.dir, "meta.db"))
	must(t, err)
	t.Cleanup(func() { db.Close() })
	var store account.Store = db
	if wrap != nil {
		store = wrap(store)
	}
	files, err := durable.OpenDir(s.dir)
	must(t, err)
	t.Cleanup(func() { files.Close() })
	s.db = db
	s.Service, err = account.New(t.Context(), s.cfg, store, files, slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	must(t, err)
}

// from is an address that has not tried anything yet.
func (s *server) from() netip.Addr {
	s.ips++
	return netip.AddrFrom4([4]byte{192, 0, 2, s.ips})
}

const password = "correct horse battery"

func (s *server) register(t testing.TB, name string) (weir.User, account.Keys) {
	t.Helper()
	u, keys, err := s.Register(t.Context(), account.Registration{
		From: s.from(), Name: name, Password: password, Email: name + "@example.org", Timezone: "Europe/London",
	})
	must(t, err)
	return u, keys
}

func (s *server) login(t testing.TB, name string, remember bool) account.Session {
	t.Helper()
	session, err := s.Login(t.Context(), account.Credentials{From: s.from(), Name: name, Password: password, Remember: remember})
	must(t, err)
	return session
}

// journal collects what is logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantError checks the kind and the words of an error.
func wantError(t *testing.T, err error, kind weir.Kind, message string) {
	t.Helper()
	if err == nil || weir.KindOf(err) != kind || weir.Message(err) != message {
		t.Errorf("error %v of kind %v, want %q of kind %v", err, weir.KindOf(err), message, kind)
	}
}

func TestDefault(t *testing.T) {
	must(t, account.Default().Validate())
	if _, err := account.New(t.Context(), account.Config{}, nil, nil, nil); weir.KindOf(err) != weir.Invalid {
		t.Errorf("empty config: %v", err)
	}
	for name, spoil := range map[string]func(*account.Config){
		"registration": func(c *account.Config) { c.Registration = "perhaps" },
		"session_ttl":  func(c *account.Config) { c.SessionTTL = time.Second },
		"remember_ttl": func(c *account.Config) { c.RememberTTL = c.SessionTTL - 1 },
		"hashes":       func(c *account.Config) { c.Hashes = 0 },
		"argon2":       func(c *account.Config) { c.Argon2.Memory = 7 },
	} {
		c := account.Default()
		spoil(&c)
		if err := c.Validate(); weir.KindOf(err) != weir.Invalid || !bytes.Contains([]byte(err.Error()), []byte("account."+name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// counting counts what the store is asked to do.
type counting struct {
	account.Store

	mu     sync.Mutex
	owners int // KeyOwner
	reads  int // Session
	renews int // RenewSession
}

func (c *counting) count(n *int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*n++
}

func (c *counting) KeyOwner(ctx context.Context, digest []byte) (weir.User, string, error) {
	c.count(&c.owners)
	return c.Store.KeyOwner(ctx, digest)
}

func (c *counting) Session(ctx context.Context, digest []byte) (weir.User, account.StoredSession, error) {
	c.count(&c.reads)
	return c.Store.Session(ctx, digest)
}

func (c *counting) RenewSession(ctx context.Context, digest []byte, expires int64) error {
	c.count(&c.renews)
	return c.Store.RenewSession(ctx, digest, expires)
}
