package moment_test

import (
	"testing"
	"time"

	"github.com/weirhq/weir/web/api/emoncms/feeds/moment"
)

// now is the afternoon after the clocks of London went forward.
func now(t *testing.T) time.Time {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2024, 3, 31, 15, 30, 45, 0, london)
}

func TestParse(t *testing.T) {
	now := now(t)
	f := func(text, want string) {
		t.Helper()
		got, ok := moment.Parse(text, now)
		if shown := time.Unix(got, 0).In(now.Location()).Format(time.RFC3339); !ok || shown != want {
			t.Errorf("%q: got %s %v, want %s", text, shown, ok, want)
		}
	}
	f("1711895445", "2024-03-31T15:30:45+01:00")
	f(" 1711895445.9 ", "2024-03-31T15:30:45+01:00")
	f("1711895445999", "2024-03-31T15:30:45+01:00")
	f("1.711895445e9", "2024-03-31T15:30:45+01:00")
	f("@1711895445", "2024-03-31T15:30:45+01:00")
	f("0", "1970-01-01T01:00:00+01:00")
	f("2024-03-31T02:00:00Z", "2024-03-31T03:00:00+01:00")
	f("2024-03-31T02:00:00+02:00", "2024-03-31T00:00:00Z")
	f("2024-01-02 03:04:05", "2024-01-02T03:04:05Z")
	f("2024-07-02 03:04", "2024-07-02T03:04:00+01:00")
	f("2024-07-02", "2024-07-02T00:00:00+01:00")
	f("2 Jul 2024", "2024-07-02T00:00:00+01:00")
	f("now", "2024-03-31T15:30:45+01:00")
	f("Today", "2024-03-31T00:00:00Z")
	f("midnight", "2024-03-31T00:00:00Z")
	f("noon", "2024-03-31T12:00:00+01:00")
	f("yesterday noon", "2024-03-30T12:00:00Z")
	f("tomorrow", "2024-04-01T00:00:00+01:00")
	f("-1 week", "2024-03-24T15:30:45Z")
	f("-1week", "2024-03-24T15:30:45Z")
	f("+2 days 3 hours", "2024-04-02T18:30:45+01:00")
	f("2 months ago", "2024-01-31T15:30:45Z")
	f("last year", "2023-03-31T15:30:45+01:00")
	f("next hour", "2024-03-31T16:30:45+01:00")
	f("-90 sec", "2024-03-31T15:29:15+01:00")
	f("2024-04-10 -1 day", "2024-04-09T00:00:00+01:00")
	f("today -1 day", "2024-03-30T00:00:00Z")
	f("yesterday 06:30", "2024-03-30T06:30:00Z")
	f("first day of this month", "2024-03-01T15:30:45Z")
	f("first day of last month", "2024-02-01T15:30:45Z")
	f("midnight first day of", "2024-03-01T00:00:00Z")
}

func TestParseRefuses(t *testing.T) {
	now := now(t)
	for _, text := range []string{"", " ", "soon", "1e300", "nan", "inf", "@", "@x", "-1 fortnight", "2024-13-01", "first", "first day", "-", "last", "99999999999 years"} {
		if got, ok := moment.Parse(text, now); ok {
			t.Errorf("%q: took it for %d", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"now", "-1 week", "first day of last month", "2024-03-31T02:00:00Z", "1e11", "@5", "+-3 days ago"} {
		f.Add(text)
	}
	at := time.Date(2024, 3, 31, 15, 30, 45, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		first, ok := moment.Parse(text, at)
		if again, okAgain := moment.Parse(text, at); first != again || ok != okAgain {
			t.Errorf("%q: %d %v, then %d %v", text, first, ok, again, okAgain)
		}
	})
}
