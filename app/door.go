package app

import (
	"context"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/web"
	"github.com/weirhq/weir/web/api"
	"github.com/weirhq/weir/web/ui"
)

// openDoor opens the HTTP server and shows it who answers what.
func (s *Server) openDoor(context.Context) error {
	guard, err := web.NewGuard(s.cfg.Web.BaseURL)
	if err != nil {
		return err
	}
	answers := api.New(api.Parts{
		Accounts: s.accounts, Creation: s.db, Inputs: s.inputs, Decoder: httpin.New(s.cfg.Input), Feeds: s.feeds,
		Pipeline: s.blocks, Previewer: s.blocks, Watcher: s.watch, Guard: guard, Log: s.logger("api"),
		BodyLimit: s.cfg.Web.BodyLimit, Version: Version(), Demo: s.cfg.Demo,
	})
	pages, err := ui.New(s.logger("ui"))
	if err != nil {
		return err
	}
	s.measure()
	s.door, err = web.New(s.cfg.Web, &web.Routes{
		Compatible: answers.Compatible, V1: answers.V1, Pages: pages,
		Metrics: promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}),
		Ready:   s.ready, Log: s.logger("web"),
	}, s.logger("web"))
	if err != nil {
		return err
	}
	s.parts.Add("web", s.door.Run, s.door.Release)
	return nil
}

// ready says why the server cannot do its work at present.
func (s *Server) ready(context.Context) error {
	for _, b := range *s.blocks.list.Load() {
		if err := b.worker.Problem(); err != nil {
			return weir.Errorf(weir.Unavailable, "samples are accepted but cannot be worked on: %s", weir.Message(err))
		}
	}
	return nil
}

// Preview shows what a list would make of a sample, without writing.
func (b *blocks) Preview(ctx context.Context, user weir.UserID, in weir.InputID, list process.List, sample weir.Sample) ([]process.StepResult, error) {
	block, err := b.of(ctx, user)
	if err != nil {
		return nil, err
	}
	return block.worker.Preview(ctx, user, in, list, sample)
}

// Forget drops what the user's worker knows of inputs that were deleted.
func (b *blocks) Forget(user weir.UserID, ids ...weir.InputID) {
	if block, ok := b.opened(user); ok {
		block.worker.Forget(user, ids...)
	}
}
