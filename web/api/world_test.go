package api_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/feed/fixed"
	"github.com/weirhq/weir/feed/variable"
	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/meta/sqlite"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/process/processtest"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api"
)

// world is a whole server in a temporary folder, without its listener and with the stream in memory.
type world struct {
	t        testing.TB
	handler  http.Handler
	accounts *account.Service
	feeds    *feed.Catalogue
	pipeline *pipeline
	watcher  *watcher
	user     weir.User // the first user, administrator
	keys     account.Keys
}

// pipeline is what app puts between the API and the worker, with a stream in memory.
type pipeline struct {
	*process.Worker

	log     *processtest.Log
	last    atomic.Uint64
	full    atomic.Bool // refuse everything
	settled atomic.Int64
}

func (p *pipeline) Accept(ctx context.Context, _ weir.UserID, entry []byte) error {
	if p.full.Load() {
		return weir.Errorf(weir.Unavailable, "the stream is full: try again later")
	}
	seq, err := p.log.Append(ctx, append(journal.AppendHeader(nil), entry...))
	if err == nil {
		p.last.Store(max(seq, p.last.Load()))
	}
	return err
}

func (p *pipeline) Settle(ctx context.Context, _ weir.UserID) {
	p.settled.Add(1)
	_ = p.Wait(ctx, p.last.Load())
}

func (p *pipeline) Change(ctx context.Context, _ weir.UserID, fn func() error) error {
	return p.Do(ctx, fn)
}

type watcher struct{ on atomic.Bool }

func (w *watcher) Watching() bool      { return w.on.Load() }
func (w *watcher) Watch(on bool) error { w.on.Store(on); return nil }

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, func(*api.Parts) {})
}

// newWorldWith builds a world in which some parts of the API are others.
func newWorldWith(t testing.TB, change func(*api.Parts)) *world {
	t.Helper()
	ctx := t.Context()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	dir := t.TempDir()
	files, err := durable.OpenDir(dir)
	check(t, err)
	db, err := sqlite.Open(ctx, filepath.Join(dir, "meta.db"))
	check(t, err)
	cfg := account.Default()
	cfg.Registration = account.RegistrationOpen
	cfg.Argon2 = account.Argon2{Memory: 64, Passes: 1, Lanes: 1}
	accounts, err := account.New(ctx, cfg, db, files, log)
	check(t, err)
	data, err := durable.OpenDir(t.TempDir())
	check(t, err)
	feeds, err := feed.Open(feed.Default(), data, db, log, fixed.New, variable.New)
	check(t, err)
	inputs := input.NewCatalogue(input.Default(), db)
	p := &pipeline{log: processtest.NewLog()}
	p.Worker, err = process.Open(process.Default(), process.Deps{
		Log: p.log, Inputs: inputs, Feeds: feeds.Writer(), Zones: accounts, FS: files, Logger: log,
	})
	check(t, err)
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- p.Run(run) }()
	t.Cleanup(func() {
		stop()
		check(t, <-done)
		check(t, p.Close())
		check(t, feeds.Close())
		check(t, data.Close())
		check(t, db.Close())
		check(t, files.Close())
	})
	guard, err := web.NewGuard("")
	check(t, err)
	w := &world{t: t, accounts: accounts, feeds: feeds, pipeline: p, watcher: &watcher{}}
	parts := api.Parts{
		Accounts: accounts, Creation: db, Inputs: inputs, Decoder: httpin.New(input.Default()), Feeds: feeds,
		Pipeline: p, Previewer: p, Watcher: w.watcher, Guard: guard, Log: log,
		BodyLimit: 1 << 20, Version: "1.2.3",
	}
	change(&parts)
	built := api.New(parts)
	w.handler = &web.Routes{Compatible: built.Compatible, V1: built.V1, Pages: http.HandlerFunc(page), Log: log}
	w.user, w.keys = w.register("alice")
	return w
}

func page(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<page>") }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) register(name string) (weir.User, account.Keys) {
	w.t.Helper()
	u, keys, err := w.accounts.Create(w.t.Context(), account.Registration{
		Name: name, Password: "secret of " + name, Email: name + "@example.org", Timezone: "Europe/London",
	})
	check(w.t, err)
	return u, keys
}

// request is one to send; headers as "Name: value".
type request struct {
	method, target, body string
	headers              []string
}

func (w *world) send(r request) *http.Response {
	w.t.Helper()
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	if r.method == "" {
		r.method = http.MethodGet
	}
	req := httptest.NewRequestWithContext(w.t.Context(), r.method, r.target, body)
	if r.body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range r.headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, req)
	return rec.Result()
}

func text(t testing.TB, resp *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	check(t, err)
	return string(body)
}

// get sends a GET; KEY and READ in the target stand for the first user's keys.
func (w *world) get(target string) (status int, body string) {
	w.t.Helper()
	resp := w.send(request{target: w.fill(target)})
	return resp.StatusCode, text(w.t, resp)
}

func (w *world) fill(s string) string {
	return strings.NewReplacer("KEY", w.keys.Write, "READ", w.keys.Read).Replace(s)
}

// expect sends a GET and compares status 200 and the body.
func (w *world) expect(target, want string) {
	w.t.Helper()
	if status, got := w.get(target); status != http.StatusOK || got != want {
		w.t.Errorf("%s\n got %d %s\nwant %s", target, status, got, want)
	}
}

// post sends a form.
func (w *world) post(target, form, want string) {
	w.t.Helper()
	resp := w.send(request{method: http.MethodPost, target: w.fill(target), body: w.fill(form)})
	if got := text(w.t, resp); resp.StatusCode != http.StatusOK || got != want {
		w.t.Errorf("POST %s %s\n got %d %s\nwant %s", target, form, resp.StatusCode, got, want)
	}
}

// login gives the cookie of a session as a header.
func (w *world) login(name string) string {
	w.t.Helper()
	resp := w.send(request{method: http.MethodPost, target: "/user/login.json", body: "username=" + name + "&password=secret+of+" + name})
	cookies := resp.Cookies()
	if len(cookies) != 1 {
		w.t.Fatalf("login: %s", text(w.t, resp))
	}
	return "Cookie: " + cookies[0].Name + "=" + cookies[0].Value
}

// feed makes a fixed feed of the first user.
func (w *world) feed(name string, interval int64) weir.Feed {
	w.t.Helper()
	f, err := w.feeds.Create(w.t.Context(), weir.Feed{User: w.user.ID, Name: name, Tag: "t", Engine: weir.EngineFixed}, feed.Options{Interval: interval})
	check(w.t, err)
	return f
}

type apiParts = api.Parts

func options(interval int64) feed.Options { return feed.Options{Interval: interval} }

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (w *world) publish(f weir.Feed) {
	w.t.Helper()
	public := true
	_, err := w.feeds.Update(w.t.Context(), f.ID, feed.Changes{Public: &public})
	check(w.t, err)
}
