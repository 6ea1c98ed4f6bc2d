package process

import (
	"github.com/weirhq/weir"
)

// program is a list made ready to run.
type program struct {
	ops   []op
	fault string // why the list stops after ops; "" when it is whole
}

func (p *program) run(f *frame, v float64) {
	for i := range p.ops {
		o := &p.ops[i]
		v = o.run(f, o, v)
	}
}

// linker finds what the arguments of a list name.
type linker interface {
	input(id weir.InputID) *live
	memory(step int, feed weir.FeedID) *memory
}

// compile makes a list ready. What stands behind an entry that cannot run is left out.
func compile(list List, link linker) program {
	var p program
	end, fault := list.Fault()
	p.fault = fault
	for _, e := range list[:end] {
		step := e.Step()
		o := op{step: step, run: step.run}
		switch step.Arg().Type {
		case ArgValue:
			o.value, _ = e.number()
		case ArgFeed:
			id, _ := e.id()
			o.feed = weir.FeedID(id)
		case ArgInput:
			id, _ := e.id()
			o.other = link.input(weir.InputID(id))
		default:
		}
		if step.remembers {
			o.memory = link.memory(step.ID, o.feed)
		}
		p.ops = append(p.ops, o)
	}
	return p
}

// takeMemory takes the first memory of a step at a feed out of those of a list that was edited, so that a step that
// only moved goes on where it was.
func takeMemory(from *[]*memory, step int, feed weir.FeedID) *memory {
	for i, m := range *from {
		if m.step == step && m.feed == feed {
			*from = append((*from)[:i:i], (*from)[i+1:]...)
			return m
		}
	}
	return &memory{step: step, feed: feed}
}
