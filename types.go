package weir

import "math"

// UserID identifies an account. Ids start at 1 and are never used again.
type UserID int64

// InputID identifies an input: one name at one node of one user.
type InputID int64

// FeedID identifies a feed. Its decimal form names the feed's files.
type FeedID int64

// Sample is one value at one time.
type Sample struct {
	Time  int64   // unix seconds
	Value float64 // in the unit of its input or feed; NaN: missing
}

// Missing tells that the sample has a time but no value.
func (s Sample) Missing() bool { return math.IsNaN(s.Value) }

// EngineID says how a feed is kept. The numbers are those of emoncms, because clients send and match on them.
type EngineID int

// The engines.
const (
	EngineVariable EngineID = 2 // (time, value) pairs, PHPTimeSeries layout
	EngineFixed    EngineID = 5 // one value every so many seconds, PHPFina layout
	EngineVirtual  EngineID = 7 // computed when read
)

func (e EngineID) String() string {
	switch e {
	case EngineVariable:
		return "variable"
	case EngineFixed:
		return "fixed"
	case EngineVirtual:
		return "virtual"
	default:
		return "unknown"
	}
}

// User is a person or household with inputs and feeds of their own.
type User struct {
	ID       UserID
	Name     string
	Email    string
	Timezone string // IANA name; days of this user begin at midnight there
	UUID     string // stable, public identity that other systems keep
	Admin    bool
	Created  int64 // unix seconds
}

// Input is where samples of one name at one node of one user arrive.
type Input struct {
	ID          InputID
	User        UserID
	Node        string
	Name        string
	Description string
	List        string // process list in text form, for example "1:12,2:0.1"
}

// Feed is a kept series of samples.
type Feed struct {
	ID     FeedID
	User   UserID
	Name   string
	Tag    string // groups feeds on pages
	Unit   string
	Public bool
	Engine EngineID
	List   string // process list of a virtual feed
}
