package process

import (
	"context"
	"log/slog"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/journal"
)

// entries works on the entries of one message. It returns an error only when ctx ended while something had to be
// waited for; then the message is not finished.
type entries struct {
	w   *Worker
	ctx context.Context // of the message in hand: the journal's Handler has no room for it
	err error           // set once the wait was given up: the rest of the message is not worked on

	frame frame
	pairs []*live // by place of node and place of name: what the post in hand has looked up
	row   []*live // of the row in hand
}

func (e *entries) within(ctx context.Context) { e.ctx = ctx }

// nobody stands in pairs for an input that was refused, so that it is not asked for again in the same post.
var nobody = &live{}

// pairLimit is the number of names up to which a post has a table of pairs; beyond it the worker's cache does.
const pairLimit = 64

func (e *entries) Post(p *journal.Post) error {
	if e.err != nil {
		return e.err
	}
	w := e.w
	w.counters.entries.Add(1)
	u := e.user(p.User)
	if e.err != nil {
		return e.err
	}
	e.frame.days, e.frame.feeds = &u.days, e
	n := len(p.Names)
	if n > pairLimit {
		n = 0
	}
	e.pairs = append(e.pairs[:0], make([]*live, n*n)...)
	for i := range p.Rows {
		e.postRow(u, p, &p.Rows[i], n)
	}
	return e.err
}

// postRow gives all inputs of a row their new value, then runs their lists: a list sees the values of its whole row.
func (e *entries) postRow(u *user, p *journal.Post, r *journal.Row, n int) {
	e.row = e.row[:0]
	for i := range r.Cells {
		e.row = append(e.row, e.lookUp(u, p, r.Node, r.Cells[i].Name, n))
	}
	if e.err != nil {
		return
	}
	w := e.w
	w.counters.values.Add(uint64(len(r.Cells)))
	w.mu.Lock()
	for i, l := range e.row {
		if l != nobody {
			l.known = true
			l.sample = weir.Sample{Time: r.Time, Value: finite(r.Cells[i].Value)}
		}
	}
	w.mu.Unlock()
	e.frame.time = r.Time
	for i, l := range e.row {
		if l.program.fault != "" {
			w.counters.stopped.Add(1)
		}
		if len(l.program.ops) > 0 && e.err == nil {
			l.program.run(&e.frame, finite(r.Cells[i].Value))
		}
	}
}

func (e *entries) user(id weir.UserID) *user {
	u := e.w.state.users[id]
	if u == nil {
		e.w.mu.Lock()
		u = e.w.state.user(id)
		e.w.mu.Unlock()
	}
	if u.days.loc != nil {
		return u
	}
	// Waits for it: by another zone a day would be split, for good.
	_ = e.insist(func() (err error) {
		u.days.loc, err = e.w.deps.Zones.Zone(e.ctx, id)
		return err
	})
	if u.days.loc == nil {
		u.days.loc = time.UTC
	}
	return u
}

func (e *entries) lookUp(u *user, p *journal.Post, node, name, n int) *live {
	if n > 0 {
		if l := e.pairs[node*n+name]; l != nil {
			return l
		}
	}
	key := pair{user: u.id, node: p.Names[node], name: p.Names[name]}
	l := e.w.state.cache[key]
	if l == nil {
		l = e.resolve(u, key)
	}
	if n > 0 {
		e.pairs[node*n+name] = l
	}
	return l
}

// resolve asks for an input that is not in the cache, and makes its list ready.
func (e *entries) resolve(u *user, key pair) *live {
	var in weir.Input
	err := e.insist(func() (err error) {
		in, err = e.w.deps.Inputs.Resolve(e.ctx, key.user, key.node, key.name)
		return err
	})
	if err != nil {
		e.refuse("input", err)
		return nobody
	}
	list, err := ParseText(in.List)
	w := e.w
	w.mu.Lock()
	defer w.mu.Unlock()
	l := u.input(in.ID)
	if err == nil {
		u.setList(l, list)
	} else {
		l.program = program{fault: "the list cannot be read: " + err.Error()}
	}
	w.state.cache[key] = l
	return l
}

func (e *entries) Points(p *journal.Points) error {
	return e.order(len(p.Samples), p.Feed, func() error { return e.w.deps.Feeds.Insert(p.Feed, p.Samples, p.Join) })
}

func (e *entries) Clear(c *journal.Clear) error {
	return e.order(0, c.Feed, func() error { return e.w.deps.Feeds.Clear(c.Feed) })
}

func (e *entries) Drop(d *journal.Drop) error {
	return e.order(0, d.Feed, func() error { return e.w.deps.Feeds.Drop(d.Feed) })
}

func (e *entries) order(values int, feed weir.FeedID, fn func() error) error {
	if e.err != nil {
		return e.err
	}
	e.w.counters.entries.Add(1)
	e.w.counters.values.Add(uint64(values))
	if err := e.insist(fn); err != nil {
		e.refuse("feed", err, slog.Int64("feed", int64(feed)))
	}
	return e.err
}

// write and last make entries the book of the steps.

func (e *entries) write(id weir.FeedID, s weir.Sample, join bool) {
	if e.err != nil {
		return
	}
	err := e.w.deps.Feeds.Append(id, s, join)
	if err == nil {
		return
	}
	if !refused(err) {
		err = e.insist(func() error { return e.w.deps.Feeds.Append(id, s, join) })
	}
	if err != nil {
		e.refuse("feed", err, slog.Int64("feed", int64(id)))
	}
}

// last waits for the disk too: taken for empty, a total would begin at 0 again.
func (e *entries) last(id weir.FeedID) (s weir.Sample, known bool) {
	if e.err != nil {
		return s, false
	}
	s, known, err := e.w.deps.Feeds.Last(id)
	if err != nil && !refused(err) {
		err = e.insist(func() (err error) {
			s, known, err = e.w.deps.Feeds.Last(id)
			return err
		})
	}
	return s, known && err == nil
}

// insist does something until it works or is refused. While it waits, the position stays where it is and the stream
// keeps what comes.
func (e *entries) insist(fn func() error) error {
	var b backoff
	for {
		err := fn()
		if err == nil || refused(err) {
			if b.wait > 0 {
				e.w.writing.end(e.w.log)
			}
			return err
		}
		e.w.writing.begin(e.w.log, err)
		timer := time.NewTimer(b.next())
		select {
		case <-timer.C:
		case <-e.ctx.Done():
			timer.Stop()
			e.err = e.ctx.Err()
			return e.err
		}
	}
}

// refuse counts what an input or a feed did not take.
func (e *entries) refuse(what string, err error, attrs ...any) {
	if e.err != nil {
		return
	}
	e.w.counters.refused.Add(1)
	if what == "input" && weir.KindOf(err) == weir.NotFound {
		return // the user does not want new inputs: nothing to complain of
	}
	e.w.complain.warn(e.w.log, "a "+what+" did not take a sample", append(attrs, slog.Any("error", err))...)
}
