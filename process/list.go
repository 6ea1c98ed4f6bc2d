package process

import (
	"math"
	"strconv"
	"strings"

	"github.com/weirhq/weir"
)

// List is what is done, in order, to each sample of an input or each row of a virtual feed.
type List []Entry

// Entry is one step of a list as it was written. Key may be of a step that this program does not know: such an entry
// is kept, so that a list that came from another server is not harmed by being read, but a list stops before it.
type Entry struct {
	Key  string   // "2", "process__scale" or "scale"
	Args []string // as text; nil: the entry has no colon
}

// Step is the entry's kind of step; nil when it is not known.
func (e Entry) Step() *Step { return Find(e.Key) }

// ParseText reads the text form, "1:12,2:0.1". Empty text is the empty list.
func ParseText(s string) (List, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, nil
	}
	var list List
	for i, part := range strings.Split(s, ",") {
		key, args, has := strings.Cut(strings.TrimSpace(part), ":")
		if key == "" {
			return nil, weir.Errorf(weir.Invalid, "Missing process key in process list at index %d", i)
		}
		e := Entry{Key: key}
		if has {
			e.Args = strings.Split(args, ":")
		}
		list = append(list, e)
	}
	return list, nil
}

// String is the text form, with the numbers of known steps as emoncms stores them.
func (l List) String() string {
	var b strings.Builder
	for i, e := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		step := e.Step()
		if step == nil {
			b.WriteString(e.Key)
		} else {
			b.WriteString(strconv.Itoa(step.ID))
			if len(e.Args) == 0 {
				b.WriteString(":0")
			}
		}
		for _, arg := range e.Args {
			b.WriteByte(':')
			b.WriteString(arg)
		}
	}
	return b.String()
}

// Fault says why a list stops before its end, and before which entry, counted from 0; "" when it runs whole.
func (l List) Fault() (at int, reason string) {
	for i, e := range l {
		if reason := e.fault(); reason != "" {
			return i, reason
		}
	}
	return len(l), ""
}

func (e Entry) fault() string {
	step := e.Step()
	if step == nil {
		return "unknown process " + strconv.Quote(e.Key)
	}
	if !step.Input {
		return step.Key + " cannot stand in the list of an input"
	}
	switch step.Arg().Type {
	case ArgValue:
		if _, ok := e.number(); !ok {
			return step.Key + " needs a number"
		}
	case ArgInput, ArgFeed:
		if _, ok := e.id(); !ok {
			return step.Key + " needs the id of " + map[ArgType]string{ArgInput: "an input", ArgFeed: "a feed"}[step.Arg().Type]
		}
	default:
	}
	return ""
}

func (e Entry) arg() string {
	if len(e.Args) == 0 {
		return ""
	}
	return e.Args[0]
}

func (e Entry) number() (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(e.arg()), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) && !strings.ContainsAny(e.arg(), "xXpP_")
}

func (e Entry) id() (int64, bool) {
	id, err := strconv.ParseInt(e.arg(), 10, 64)
	return id, err == nil && id > 0
}
