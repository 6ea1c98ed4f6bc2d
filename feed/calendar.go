package feed

import "time"

// Calendar is a step by days and larger, which last differently long.
type Calendar uint8

// The steps.
const (
	NoCalendar Calendar = iota
	Daily
	Weekly // from Monday on
	Monthly
	Annual
)

// midnight is when a day begins in a zone: the first moment whose clock shows that day, which is not 00:00 where
// summer time begins at midnight. Day may lie outside the month.
func midnight(year int, month time.Month, day int, zone *time.Location) time.Time {
	want := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	t := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if t.Day() != want.Day() { // the clock jumps over midnight: t is before it
		return t.Add(time.Hour)
	}
	if earlier := t.Add(-time.Hour); earlier.Day() == want.Day() { // the clock shows midnight twice
		return earlier
	}
	return t
}

// at is the calendar step that a time lies in, moved on by so many steps.
func (c Calendar) at(t time.Time, steps int) time.Time {
	year, month, day := t.Date()
	switch c {
	case Weekly:
		monday := (int(t.Weekday()) + 6) % 7
		return midnight(year, month, day-monday+7*steps, t.Location())
	case Monthly:
		return midnight(year, month+time.Month(steps), 1, t.Location())
	case Annual:
		return midnight(year+steps, time.January, 1, t.Location())
	default:
		return midnight(year, month, day+steps, t.Location())
	}
}

// firstStep moves a start back to its midnight and from there to a step's beginning. A week begins on the Monday on or
// after it: clients line up with that.
func firstStep(start int64, c Calendar, zone *time.Location) int64 {
	today := Daily.at(time.Unix(start, 0).In(zone), 0)
	first := c.at(today, 0)
	if c == Weekly && first.Before(today) {
		first = c.at(today, 1)
	}
	return first.Unix()
}

// lastStep moves an end on to the first beginning of a step after its day, so that the step it lies in has an end.
func lastStep(end int64, c Calendar, zone *time.Location) int64 {
	tomorrow := Daily.at(time.Unix(end, 0).In(zone), 1)
	last := c.at(tomorrow, 0)
	if last.Before(tomorrow) {
		last = c.at(tomorrow, 1)
	}
	return last.Unix()
}

// calendarEdges are the beginnings of steps from start, which is one, to end, and of the one after.
func calendarEdges(start, end int64, c Calendar, zone *time.Location) []int64 {
	var edges []int64
	first := time.Unix(start, 0).In(zone)
	for i := 0; ; i++ {
		t := c.at(first, i).Unix()
		if n := len(edges); n > 0 && t <= edges[n-1] {
			continue // a day that a zone left out
		}
		edges = append(edges, t)
		if t > end {
			return edges
		}
	}
}
