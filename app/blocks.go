package app

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/bus"
	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/internal/journal"
	"github.com/weirhq/weir/process"
)

// usersPerBlock is fixed for good: checkpoints and streams are named by block.
const usersPerBlock = 1000

// block is a range of users whose samples are worked on in order.
type block struct {
	stream *bus.Stream
	intake *input.Intake
	worker *process.Worker
	begun  uint64 // the stream's last message when the block was opened
}

// accepted is the last message that some sender has been told ok for.
func (b *block) accepted() uint64 { return max(b.begun, b.intake.Accepted()) }

// blocks are all blocks up to the one of the newest user. A new one is opened when the first of its users is seen.
type blocks struct {
	open func(ctx context.Context, number int) (*block, error)

	list  atomic.Pointer[[]*block]
	grow  sync.Mutex
	dirs  []io.Closer    // the blocks' folders; under grow
	added [2]chan *block // to the runners of workers and of intakes
}

// settleTime is how long a read waits for what its user has just had accepted.
const settleTime = time.Second

func newBlocks(open func(context.Context, int) (*block, error)) *blocks {
	b := &blocks{open: open}
	for i := range b.added {
		b.added[i] = make(chan *block, 1<<12) // never full: four million users
	}
	b.list.Store(&[]*block{})
	return b
}

// opened gives the block of a user if it is there. Reading asks it: an id that nobody has must not make a block.
func (b *blocks) opened(user weir.UserID) (*block, bool) {
	list := *b.list.Load()
	if n := int(user-1) / usersPerBlock; user >= 1 && n < len(list) {
		return list[n], true
	}
	return nil, false
}

// of gives the block of a user, opening it for the first of its users. The caller knows that there is such a user.
func (b *blocks) of(ctx context.Context, user weir.UserID) (*block, error) {
	if user < 1 {
		return nil, weir.Errorf(weir.NotFound, "there is no user %d", user)
	}
	n := int(user-1) / usersPerBlock
	if block, ok := b.opened(user); ok {
		return block, nil
	}
	return b.extend(ctx, n)
}

func (b *blocks) extend(ctx context.Context, n int) (*block, error) {
	b.grow.Lock()
	defer b.grow.Unlock()
	list := *b.list.Load()
	for len(list) <= n {
		next, err := b.open(ctx, len(list))
		if err != nil {
			return nil, err
		}
		list = append(slices.Clip(list), next)
		b.list.Store(&list)
		for _, added := range b.added {
			added <- next
		}
	}
	return list[n], nil
}

// runWorkers lets the blocks' workers work, those of blocks that come later too.
func (b *blocks) runWorkers(ctx context.Context) error {
	return runEach(ctx, b.added[0], func(b *block) func(context.Context) error { return b.worker.Run })
}

func (b *blocks) runIntakes(ctx context.Context) error {
	return runEach(ctx, b.added[1], func(b *block) func(context.Context) error { return b.intake.Run })
}

// runEach runs a part of every block until ctx is done or one fails, and returns when all have returned.
func runEach(ctx context.Context, added <-chan *block, part func(*block) func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	failed := make(chan error, 1)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case next := <-added:
			running.Go(func() {
				if err := part(next)(ctx); err != nil && ctx.Err() == nil {
					select {
					case failed <- err:
					default: // one reason is enough
					}
				}
			})
		}
	}
}

// close flushes every worker and writes its last checkpoint.
func (b *blocks) close() error {
	var errs []error
	for _, block := range *b.list.Load() {
		errs = append(errs, block.worker.Close())
	}
	for _, dir := range b.dirs {
		errs = append(errs, dir.Close())
	}
	return errors.Join(errs...)
}

// Accept hands an entry to the user's stream and returns when it is on disk.
func (b *blocks) Accept(ctx context.Context, user weir.UserID, entry []byte) error {
	block, err := b.of(ctx, user)
	if err != nil {
		return err
	}
	_, err = block.intake.Accept(ctx, entry)
	return err
}

// Post hands in samples as a device does.
func (b *blocks) Post(ctx context.Context, p *journal.Post) error {
	block, err := b.of(ctx, p.User)
	if err != nil {
		return err
	}
	_, err = block.intake.AcceptPost(ctx, p)
	return err
}

// Settle waits until what the user has had accepted so far is worked in, for a second at most: a reader gets slightly
// old values rather than none.
func (b *blocks) Settle(ctx context.Context, user weir.UserID) {
	block, ok := b.opened(user)
	if !ok {
		return
	}
	accepted := block.accepted()
	if block.worker.Processed() >= accepted {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	_ = block.worker.Wait(ctx, accepted)
}

// Change runs fn between two messages of the user, so that all samples accepted before are treated in the old way and
// all after in the new, also when a crash makes the worker go over them again.
func (b *blocks) Change(ctx context.Context, user weir.UserID, fn func() error) error {
	block, err := b.of(ctx, user)
	if err != nil {
		return err
	}
	if err := block.worker.Wait(ctx, block.accepted()); err != nil {
		return weir.Errorf(weir.Unavailable, "there is still a backlog of samples to work through: change this again later")
	}
	return block.worker.Do(ctx, fn)
}

// LastInputs are the newest samples of a user's inputs.
func (b *blocks) LastInputs(user weir.UserID) map[weir.InputID]weir.Sample {
	block, ok := b.opened(user)
	if !ok {
		return nil
	}
	return block.worker.LastInputs(user)
}
