package process

import (
	"math"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
)

// Owner knows what belongs to the user whose list it is.
type Owner interface {
	HasFeed(id weir.FeedID) bool
	HasInput(id weir.InputID) bool
}

// maxSteps is far more than anybody needs, and few enough that a list costs others no time.
const maxSteps = 200

// Validate tells whether a list may be stored for that context, with the messages of emoncms. Feeds and inputs must
// belong to the user.
func Validate(list List, in Context, owner Owner) error {
	if len(list) > maxSteps {
		return weir.Errorf(weir.Invalid, "A process list may have at most %d steps, this one has %d", maxSteps, len(list))
	}
	for _, e := range list {
		step := e.Step()
		if step == nil || !step.In(in) {
			return weir.Errorf(weir.Invalid, "Invalid process process key:%s", e.Key)
		}
		if n := len(e.Args); n != 1 && (n != 0 || step.Arg().Type != ArgNone) {
			return weir.Errorf(weir.Invalid, "Invalid number of arguments for process: %s", step.Key)
		}
		if message := wrongArg(e, step, owner); message != "" {
			return weir.Errorf(weir.Invalid, "%s", message)
		}
	}
	return nil
}

func wrongArg(e Entry, step *Step, owner Owner) string {
	switch step.Arg().Type {
	case ArgValue:
		if _, ok := e.number(); !ok {
			return "Value is not numeric"
		}
	case ArgFeed:
		if id, ok := e.id(); !ok || !owner.HasFeed(weir.FeedID(id)) {
			return "Invalid feed"
		}
	case ArgInput:
		if id, ok := e.id(); !ok || !owner.HasInput(weir.InputID(id)) {
			return "Invalid input"
		}
	case ArgNone:
		if a := e.arg(); a != "" && a != "0" {
			return "Invalid characters in arg"
		}
	case ArgText:
		if strings.ContainsAny(e.arg(), ",:") {
			return "Invalid characters in arg"
		}
	case ArgSchedule:
		return "Invalid schedule"
	}
	return ""
}

// Feeds are the feeds that a list writes to or reads, each once.
func (l List) Feeds() []weir.FeedID {
	return refs[weir.FeedID](l, ArgFeed)
}

// Inputs are the other inputs that a list reads, each once.
func (l List) Inputs() []weir.InputID {
	return refs[weir.InputID](l, ArgInput)
}

func refs[ID ~int64](l List, t ArgType) []ID {
	var ids []ID
	seen := make(map[int64]bool)
	for _, e := range l {
		step := e.Step()
		if step == nil || step.Arg().Type != t {
			continue
		}
		if id, ok := e.id(); ok && !seen[id] {
			seen[id] = true
			ids = append(ids, ID(id))
		}
	}
	return ids
}

// Normal writes every known argument as it will be read: a number in its shortest form. Two lists that do the same are
// then the same text.
func (l List) Normal() List {
	out := make(List, len(l))
	for i, e := range l {
		out[i] = e
		step := e.Step()
		if step == nil || len(e.Args) != 1 {
			continue
		}
		switch step.Arg().Type {
		case ArgValue:
			if v, ok := e.number(); ok {
				out[i].Args = []string{formatNumber(v)}
			}
		case ArgInput, ArgFeed:
			if id, ok := e.id(); ok {
				out[i].Args = []string{strconv.FormatInt(id, 10)}
			}
		default:
		}
	}
	return out
}

func formatNumber(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
