package process

import (
	"github.com/weirhq/weir"
)

// Feed: keep the value, or combine it with the newest value of a feed. A feed that is gone or empty leaves the value
// as it is.

// Engines that suit a feed which is written at the times of the samples, and one which is written once a day.
func anyEngine() []weir.EngineID   { return []weir.EngineID{weir.EngineFixed, weir.EngineVariable} }
func dailyEngine() []weir.EngineID { return []weir.EngineID{weir.EngineVariable} }

func logToFeed() *Step {
	return &Step{
		ID: 1, Key: "process__log_to_feed", Name: "Log to feed", Short: "log", Group: "Main",
		Description: "Keeps the value in a feed at the time of the sample. A null is kept as missing.",
		Args:        []Arg{{Type: ArgFeed, Engines: anyEngine()}}, NoChange: true, Input: true,
		run: func(f *frame, o *op, v float64) float64 {
			f.write(o, f.time, v, false)
			return v
		},
	}
}

func logToFeedJoin() *Step {
	return &Step{
		ID: 65, Key: "process__log_to_feed_join", Name: "Log to feed (Join)", Short: "log join", Group: "Main",
		Description: "Keeps the value in a feed and fills the gap since the value before with a straight line. " +
			"For counters and slow figures that are sent now and then.",
		Args: []Arg{{Type: ArgFeed, Engines: anyEngine()}}, NoChange: true, Input: true,
		run: func(f *frame, o *op, v float64) float64 {
			f.write(o, f.time, v, !missing(v)) // no line leads to nowhere
			return v
		},
	}
}

func addFeed() *Step {
	return feedStep(29, "process__add_feed", "+ feed", "+ feed", "Adds the newest value of a feed.",
		func(v, last float64) float64 { return v + last })
}

func subtractFeed() *Step {
	return feedStep(30, "process__sub_feed", "- feed", "- feed", "Subtracts the newest value of a feed.",
		func(v, last float64) float64 { return v - last })
}

func timesFeed() *Step {
	return feedStep(31, "process__multiply_by_feed", "* feed", "x feed", "Multiplies by the newest value of a feed.",
		func(v, last float64) float64 { return v * last })
}

func divideByFeed() *Step {
	return feedStep(32, "process__divide_by_feed", "/ feed", "/ feed",
		"Divides by the newest value of a feed. The result is null when that value is zero.",
		func(v, last float64) float64 {
			if last == 0 {
				return null
			}
			return v / last
		})
}

func feedStep(id int, key, name, short, text string, combine func(v, last float64) float64) *Step {
	return &Step{
		ID: id, Key: key, Name: name, Short: short, Group: "Feed", Description: text,
		Args: []Arg{{Type: ArgFeed, Engines: anyEngine()}}, Input: true,
		run: func(f *frame, o *op, v float64) float64 {
			last, ok := f.feeds.last(o.feed)
			if !ok {
				return v
			}
			return finite(combine(v, last.Value))
		},
	}
}
