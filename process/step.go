package process

import (
	"math"

	"github.com/weirhq/weir"
)

// Context says where a list runs.
type Context int

// The contexts, with the numbers of emoncms.
const (
	ForInput   Context = 0 // on each sample of an input
	ForVirtual Context = 1 // on each row of a virtual feed when it is read
)

// ArgType says what a step's argument names. The numbers are those of emoncms: its clients build forms from them.
type ArgType int

// The types of argument.
const (
	ArgValue    ArgType = 0
	ArgInput    ArgType = 1
	ArgFeed     ArgType = 2
	ArgNone     ArgType = 3
	ArgText     ArgType = 4
	ArgSchedule ArgType = 5
)

// Arg is what a step is told besides the value.
type Arg struct {
	Type    ArgType
	Default string          // what an editor offers
	Engines []weir.EngineID // for a feed: which engines suit, the best first
}

// Step is one kind of process.
type Step struct {
	ID          int
	Key         string // "process__scale"
	Name        string // as on buttons and in menus
	Short       string // as on a badge in a table
	Group       string
	Description string // plain text
	Args        []Arg  // one; a step that needs none has one of type ArgNone
	NoChange    bool   // passes its value on as it is
	Input       bool   // may stand in the list of an input
	Virtual     bool   // may stand in the list of a virtual feed

	run       stepFunc
	remembers bool // keeps a memory from one sample to the next
}

// Arg is the step's argument.
func (s *Step) Arg() Arg { return s.Args[0] }

// In tells whether the step may stand in a list of that context.
func (s *Step) In(c Context) bool { return c == ForInput && s.Input || c == ForVirtual && s.Virtual }

// stepFunc turns a value into the next. It is a pure function of the frame, the op's memory and the value: after a
// crash the same samples are worked on again and must give the same.
type stepFunc func(f *frame, o *op, v float64) float64

// op is a step of one list with its argument looked up.
type op struct {
	step   *Step
	run    stepFunc
	value  float64     // argument of type value
	feed   weir.FeedID // argument of type feed
	other  *live       // argument of type input; nil when there is no such input of this user
	memory *memory     // nil unless the step remembers
}

// frame is what a step sees besides its op: the sample's time, the days of the user, the feeds.
type frame struct {
	time  int64
	days  *days
	feeds book
}

// book is the part of Feeds that steps use. Failures are the book's affair, not the step's.
type book interface {
	write(id weir.FeedID, s weir.Sample, join bool)
	last(id weir.FeedID) (weir.Sample, bool)
}

func (f *frame) write(o *op, at int64, v float64, join bool) {
	f.feeds.write(o.feed, weir.Sample{Time: at, Value: v}, join)
}

// memory is what a step keeps between samples. It belongs to an input and moves with the checkpoint. step and feed say
// whose it is when the list is edited.
type memory struct {
	step int
	feed weir.FeedID
	set  bool
	last weir.Sample
}

var null = math.NaN()

func missing(v float64) bool { return math.IsNaN(v) }

// finite turns what overflowed into null: nobody could store or show it.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return null
	}
	return v
}
