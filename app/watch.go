package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/collect"
	"github.com/weirhq/weir/internal/durable"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/monitor/probe"
)

// watchSetting holds the id of the user who gets this machine's figures, 0 for nobody.
const watchSetting = "watch.user"

// settingsStore keeps settings of the server.
type settingsStore interface {
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// poster hands samples in as a device would.
type poster interface {
	Post(ctx context.Context, p *journal.Post) error
}

// watch has the machine that weir runs on among the machines that send to it, for one of its users.
type watch struct {
	cfg      WatchConfig
	settings settingsStore
	to       poster
	dir      *durable.Dir
	log      *slog.Logger

	// first finds whom the figures are for: the first administrator. 0: there is none yet.
	first func(ctx context.Context) (weir.UserID, error)

	mu      sync.Mutex
	user    weir.UserID
	changed chan struct{}
}

// firstUserInterval is how often a server that should watch itself looks whether it has a user by now.
const firstUserInterval = time.Second

const switchTimeout = 10 * time.Second

func (w *watch) Watching() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.user != 0
}

// Watch switches the watch on, for the first administrator, or off. The choice outlives a restart.
func (w *watch) Watch(on bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), switchTimeout)
	defer cancel()
	var user weir.UserID
	if on {
		var err error
		if user, err = w.first(ctx); err != nil {
			return err
		}
		if user == 0 {
			return weir.Errorf(weir.Conflict, "there is no administrator yet whose inputs the figures could go to: register first")
		}
	}
	return w.choose(ctx, user)
}

func (w *watch) choose(ctx context.Context, user weir.UserID) error {
	if err := w.settings.SetSetting(ctx, watchSetting, strconv.FormatInt(int64(user), 10)); err != nil {
		return err
	}
	w.set(user)
	return nil
}

func (w *watch) set(user weir.UserID) {
	w.mu.Lock()
	w.user = user
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default: // it has not yet looked since the change before
	}
}

func (w *watch) run(ctx context.Context) error {
	if err := w.recall(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		w.mu.Lock()
		user := w.user
		w.mu.Unlock()
		during, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- w.collect(during, user) }()
		select {
		case <-ctx.Done():
		case <-w.changed:
		}
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return nil
}

// recall finds out whom the machine was watched for before, or should be from now on.
func (w *watch) recall(ctx context.Context) error {
	text, err := w.settings.Setting(ctx, watchSetting)
	if err != nil && weir.KindOf(err) != weir.NotFound {
		return err
	}
	if user, err := strconv.ParseInt(text, 10, 64); err == nil {
		w.set(weir.UserID(user))
		return nil
	}
	if !w.cfg.Self {
		return nil
	}
	tick := time.NewTicker(firstUserInterval)
	defer tick.Stop()
	for {
		user, err := w.first(ctx)
		if err != nil {
			return err
		}
		if user != 0 {
			return w.choose(ctx, user)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-w.changed: // someone has chosen on a page
			return nil
		case <-tick.C:
		}
	}
}

// collect samples this machine for a user until ctx is done.
func (w *watch) collect(ctx context.Context, user weir.UserID) error {
	if user == 0 {
		<-ctx.Done()
		return nil
	}
	cfg := collect.Default()
	cfg.Node, cfg.Every = HostName(), w.cfg.Every
	send := collect.SendFunc(func(ctx context.Context, rows []collect.Row) error { return w.to.Post(ctx, postOf(user, rows)) })
	c, err := collect.New(cfg, Machine(), send, w.dir, w.log)
	if err != nil {
		return fmt.Errorf("watch this machine: %w", err)
	}
	return errors.Join(c.Run(ctx), c.Close())
}

// Machine samples the machine that weir runs on.
func Machine() collect.Sampler {
	p := probe.New()
	return collect.SampleFunc(func(ctx context.Context) ([]collect.Value, error) {
		figures, err := p.Sample(ctx)
		values := make([]collect.Value, len(figures))
		for i, f := range figures {
			values[i] = collect.Value{Name: f.Name, Value: f.Value}
		}
		return values, err
	})
}

// HostName is the name under which this machine's figures arrive.
func HostName() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "this machine"
	}
	return name
}

// postOf is rows as a post of user.
func postOf(user weir.UserID, rows []collect.Row) *journal.Post {
	p := &journal.Post{User: user}
	index := map[string]int{}
	name := func(s string) int {
		i, ok := index[s]
		if !ok {
			i = len(p.Names)
			index[s] = i
			p.Names = append(p.Names, s)
		}
		return i
	}
	for _, row := range rows {
		cells := make([]journal.Cell, len(row.Values))
		for i, v := range row.Values {
			cells[i] = journal.Cell{Name: name(v.Name), Value: v.Value}
		}
		p.Rows = append(p.Rows, journal.Row{Time: row.Time, Node: name(row.Node), Cells: cells})
	}
	return p
}
