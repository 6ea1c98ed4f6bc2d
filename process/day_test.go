package process

import (
	"testing"
	"time"
	_ "time/tzdata" // also where the machine has none

	"pgregory.net/rapid"
)

// A day begins at the first second that has its date, whatever the clocks do.
func TestMidnight(t *testing.T) {
	zones := []string{"UTC", "Europe/London", "America/New_York", "Asia/Beirut", "America/Havana", "America/Sao_Paulo", "Africa/Cairo",
		"Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Atlantic/Azores", "America/Asuncion", "Asia/Tehran"}
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatalf("time zone: %v", err)
		}
		d := days{loc: loc}
		at := rapid.Int64Range(0, 2_000_000_000).Draw(t, "time")
		for _, at := range []int64{at, at + 3600, at + 86400, at - 86400} { // one after the other: days remembers one
			checkMidnight(t, at, d.midnight(at), loc)
		}
	})
}

func checkMidnight(t *rapid.T, at, start int64, loc *time.Location) {
	date := func(sec int64) string { return time.Unix(sec, 0).In(loc).Format(time.DateOnly) }
	if start > at || date(start) != date(at) || date(start-1) == date(at) {
		t.Fatalf("%s: the day of %s begins at %s", loc, time.Unix(at, 0).In(loc), time.Unix(start, 0).In(loc))
	}
}

func TestMidnightOfFarTimes(*testing.T) {
	for _, at := range []int64{-1 << 62, -1, 0, 1 << 40, 1 << 62} {
		d := days{loc: time.UTC}
		d.midnight(at) // must return
	}
}
