package process

import (
	"context"
	"time"

	"github.com/weirhq/weir"
)

// Env is what a preview knows besides the list.
type Env struct {
	Zone   *time.Location
	Inputs map[weir.InputID]weir.Sample          // newest samples, of the list's own input too
	Feed   func(weir.FeedID) (weir.Sample, bool) // newest sample of a feed

	memories []*memory
}

// Write is a sample that a step would put into a feed.
type Write struct {
	Feed   weir.FeedID
	Sample weir.Sample
	Join   bool
}

// StepResult is what one step of a list makes of a value.
type StepResult struct {
	Entry  Entry
	Step   *Step   // nil when it is not known
	Value  float64 // after the step; NaN: null
	Writes []Write
	Fault  string // why the list stops here; the steps behind do not run
}

// Preview runs a list on one sample without writing anything.
func Preview(list List, s weir.Sample, env Env) []StepResult {
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	b := &draft{env: env, newest: make(map[weir.FeedID]weir.Sample)}
	p := compile(list, b)
	f := frame{time: s.Time, days: &days{loc: env.Zone}, feeds: b}
	v := finite(s.Value)
	results := make([]StepResult, 0, len(list))
	for i := range p.ops {
		b.writes = nil
		v = p.ops[i].run(&f, &p.ops[i], v)
		results = append(results, StepResult{Entry: list[i], Step: p.ops[i].step, Value: v, Writes: b.writes})
	}
	if at := len(p.ops); at < len(list) {
		results = append(results, StepResult{Entry: list[at], Step: list[at].Step(), Value: v, Fault: p.fault})
	}
	return results
}

// draft is a book that keeps writes to itself, and finds inputs and memories in an Env.
type draft struct {
	env    Env
	writes []Write
	newest map[weir.FeedID]weir.Sample
}

func (d *draft) write(id weir.FeedID, s weir.Sample, join bool) {
	d.writes = append(d.writes, Write{Feed: id, Sample: s, Join: join})
	d.newest[id] = s
}

func (d *draft) last(id weir.FeedID) (weir.Sample, bool) {
	if s, ok := d.newest[id]; ok {
		return s, true
	}
	if d.env.Feed == nil {
		return weir.Sample{}, false
	}
	return d.env.Feed(id)
}

func (d *draft) input(id weir.InputID) *live {
	s, ok := d.env.Inputs[id]
	return &live{id: id, known: ok, sample: s}
}

func (d *draft) memory(step int, feed weir.FeedID) *memory {
	return takeMemory(&d.env.memories, step, feed)
}

// Preview runs a list on one sample as it would run now on an input, without writing anything. The input's own
// memories are used for the steps that are in its present list.
func (w *Worker) Preview(ctx context.Context, user weir.UserID, input weir.InputID, list List, s weir.Sample) ([]StepResult, error) {
	if err := w.take(ctx); err != nil {
		return nil, err
	}
	defer w.release()
	zone, err := w.deps.Zones.Zone(ctx, user)
	if err != nil {
		return nil, err
	}
	env := Env{Zone: zone, Inputs: w.LastInputs(user), Feed: func(id weir.FeedID) (weir.Sample, bool) {
		last, known, err := w.deps.Feeds.Last(id)
		return last, known && err == nil
	}}
	if u := w.state.users[user]; u != nil && u.inputs[input] != nil {
		for _, m := range u.inputs[input].memories {
			c := *m
			env.memories = append(env.memories, &c)
		}
	}
	return Preview(list, s, env), nil
}
