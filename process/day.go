package process

import "time"

// days finds the local midnight a time belongs to. It remembers one day, because samples mostly come in order.
type days struct {
	loc        *time.Location
	start, end int64
}

// midnight is the first second of the local day that holds t.
func (d *days) midnight(t int64) int64 {
	if t < d.start || t >= d.end {
		y, m, day := time.Unix(t, 0).In(d.loc).Date()
		d.start = dayStart(y, m, day, d.loc)
		d.end = dayStart(y, m, day+1, d.loc)
	}
	return d.start
}

// dayStart is when a local day begins. Where clocks change at midnight that is not always at 00:00, or there are two.
func dayStart(y int, m time.Month, day int, loc *time.Location) int64 {
	t := time.Date(y, m, day, 0, 0, 0, 0, loc)
	if t.Day() != time.Date(y, m, day, 12, 0, 0, 0, loc).Day() {
		// The clock was put forward over midnight and Date looked at it before: the day begins with the change.
		_, change := t.ZoneBounds()
		return change.Unix()
	}
	change, _ := t.ZoneBounds()
	if change.IsZero() {
		return t.Unix()
	}
	_, before := change.Add(-time.Second).Zone()
	_, after := t.Zone()
	// The clock was put back over midnight and Date took the second: the day began with the first.
	if first := t.Unix() - int64(before-after); first < change.Unix() && before > after {
		return first
	}
	return t.Unix()
}
