package processtest

import (
	"time"

	"github.com/weirhq/weir"
)

// Case is a text that was read.
type Case struct {
	Name  string
	Zone  *time.Location
	Start int64 // what 0s means

	feeds      []string // names; the place is the id less 1
	inputs     []string
	intervals  map[weir.FeedID]int64 // of fixed feeds
	lists      map[weir.InputID]string
	statements []statement
}

// statement is something that happens. Exactly one of its parts is set.
type statement struct {
	line int
	verb verb

	rows   []row         // send
	feed   weir.FeedID   // write, clear, expect feed
	input  weir.InputID  // list, expect input
	list   string        // list: text form with ids
	points []weir.Sample // write, expect
	among  bool          // expect feed: there may be others
	slack  float64       // expect: how far a value may be off; 0: a millionth of it
}

type verb int

const (
	send verb = iota
	write
	clearFeed
	resend
	setList
	checkpoint
	restart
	crash
	expectFeed
	expectInput
)

// row is the values that a post has for one time.
type row struct {
	time  int64
	cells []cell
}

type cell struct {
	input weir.InputID
	value float64
}

func (c *Case) feed(name string) weir.FeedID {
	return weir.FeedID(place(&c.feeds, name))
}

func (c *Case) input(name string) weir.InputID {
	return weir.InputID(place(&c.inputs, name))
}

func place(names *[]string, name string) int {
	for i, n := range *names {
		if n == name {
			return i + 1
		}
	}
	*names = append(*names, name)
	return len(*names)
}
