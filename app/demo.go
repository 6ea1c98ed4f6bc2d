package app

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
	"github.com/weirhq/weir/demo"
	"github.com/weirhq/weir/feed"
	"github.com/weirhq/weir/internal/journal"
)

// Name and password of the demonstration account.
const (
	DemoName     = "demo"
	DemoPassword = "demo"
)

const (
	demoPast  = 365 * 24 * time.Hour
	demoStep  = time.Minute      // between the rows of the past
	demoEvery = 10 * time.Second // between those that follow
)

// openDemo makes the demonstration account and lets a simulated house post to it.
func (s *Server) openDemo(ctx context.Context) error {
	if !s.cfg.Demo {
		return nil
	}
	user, _, err := s.accounts.Create(ctx, account.Registration{
		Name: DemoName, Password: DemoPassword, Email: "demo@example.org", Timezone: localZone(),
	})
	if err != nil {
		return fmt.Errorf("make demonstration account: %w", err)
	}
	cfg := demo.Default()
	cfg.Location = s.accounts.Location(user.ID)
	house := demo.New(cfg)
	s.parts.Add("demo", func(ctx context.Context) error {
		if err := s.furnish(ctx, user.ID, demo.ThePlan()); err != nil {
			return err
		}
		return s.liveIn(ctx, user.ID, house)
	}, nil)
	return nil
}

// furnish makes the inputs, feeds and process lists of the plan.
func (s *Server) furnish(ctx context.Context, user weir.UserID, plan demo.Plan) error {
	for _, p := range plan.Inputs {
		in, err := s.inputs.Resolve(ctx, user, plan.Node, p.Name)
		if err != nil {
			return fmt.Errorf("furnish %s: %w", p.Name, err)
		}
		var list []string
		for _, step := range p.Steps {
			made, err := s.feeds.Create(ctx, weir.Feed{
				User: user, Name: step.Feed, Tag: plan.Tag, Unit: step.Unit, Engine: plan.Engine,
			}, feed.Options{Interval: plan.Interval})
			if err != nil {
				return fmt.Errorf("furnish %s: %w", p.Name, err)
			}
			list = append(list, fmt.Sprintf("%d:%d", step.ID, made.ID))
		}
		in.Description, in.List = p.Description, strings.Join(list, ",")
		if err := s.blocks.Change(ctx, user, func() error { return s.inputs.Update(ctx, in) }); err != nil {
			return fmt.Errorf("furnish %s: %w", p.Name, err)
		}
	}
	return nil
}

// liveIn posts the house's past year, then what happens from now on.
func (s *Server) liveIn(ctx context.Context, user weir.UserID, house *demo.House) error {
	log := s.logger("demo")
	post := func(ctx context.Context, rows []demo.Row) error { return s.blocks.Post(ctx, postOfHouse(user, rows)) }
	now := time.Now().Truncate(demoStep)
	began, shown := time.Now(), 0
	err := house.Backfill(ctx, demo.Span{From: now.Add(-demoPast), To: now, Step: demoStep}, post, func(done, total int) {
		if tenth := done * 10 / total; tenth > shown {
			shown = tenth
			log.Info("simulating the past year", "done", fmt.Sprintf("%d%%", tenth*10), "took", time.Since(began).Round(time.Second/10))
		}
	})
	if err != nil {
		return err
	}
	// A year in a second took more memory than will be needed again. It is free once all of it is worked in and saved.
	if s.blocks.Change(ctx, user, func() error { return nil }) == nil {
		debug.FreeOSMemory()
	}
	return house.Live(ctx, demoEvery, post, func(err error) { log.Warn("simulated house cannot post", "err", err) })
}

func postOfHouse(user weir.UserID, rows []demo.Row) *journal.Post {
	p := &journal.Post{User: user, Names: []string{demo.Node}}
	if len(rows) == 0 {
		return p
	}
	for _, r := range rows[0].Readings {
		p.Names = append(p.Names, r.Name)
	}
	for _, row := range rows {
		cells := make([]journal.Cell, len(row.Readings))
		for i, r := range row.Readings {
			cells[i] = journal.Cell{Name: i + 1, Value: r.Value}
		}
		p.Rows = append(p.Rows, journal.Row{Time: row.Time, Node: 0, Cells: cells})
	}
	return p
}

// localZone is the name of this machine's time zone, UTC when it has none.
func localZone() string {
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(target, "zoneinfo/"); ok {
			if _, err := time.LoadLocation(name); err == nil {
				return name
			}
		}
	}
	return "UTC"
}
