package moment

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// milliseconds is the number above which a time is in milliseconds: as seconds it would be the year 5138.
const milliseconds = 1e11

// longest bounds the text that is looked at.
const longest = 100

// Parse gives the unix seconds that text means, seen from now and in its zone.
func Parse(text string, now time.Time) (int64, bool) {
	text = strings.TrimSpace(text)
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return fromNumber(v)
	}
	if text == "" || len(text) > longest {
		return 0, false
	}
	if unix, ok := strings.CutPrefix(text, "@"); ok {
		v, err := strconv.ParseInt(unix, 10, 64)
		return v, err == nil
	}
	if t, ok := date(text, now.Location()); ok {
		return t.Unix(), true
	}
	r := reader{words: split(strings.ToLower(text)), at: now}
	for len(r.words) > 0 {
		if !r.date() && !r.word() && !r.shift() {
			return 0, false
		}
	}
	return r.at.Unix(), true
}

func fromNumber(v float64) (int64, bool) {
	if math.IsNaN(v) || math.Abs(v) > 1e15 {
		return 0, false
	}
	if math.Abs(v) > milliseconds {
		v /= 1000
	}
	return int64(math.Floor(v)), true
}

// date reads the forms that stand alone. Those with a numeric zone come before those without.
func date(text string, zone *time.Location) (time.Time, bool) {
	layouts := [...]string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04",
		"2006-01-02", "2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02", "02-01-2006", "02.01.2006",
		"2 January 2006 15:04", "2 January 2006", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 2006",
		time.RFC1123Z, time.RFC1123,
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// split cuts text into words, and a sign with its number from the unit behind it: "-1week" is "-1", "week".
func split(text string) []string {
	var words []string
	for field := range strings.FieldsSeq(text) {
		end := 0
		for end < len(field) && strings.IndexByte("+-0123456789", field[end]) >= 0 {
			end++
		}
		if end > 0 && end < len(field) && unitOf(field[end:]) != "" {
			words = append(words, field[:end], field[end:])
			continue
		}
		words = append(words, field)
	}
	return words
}

// reader moves a time by one word, or a few that belong together, after the other.
type reader struct {
	words []string
	at    time.Time
}

func (r *reader) take(n int) bool { r.words = r.words[n:]; return true }

// next is the i-th word to come, empty when there are fewer.
func (r *reader) next(i int) string {
	if i < len(r.words) {
		return r.words[i]
	}
	return ""
}

func (r *reader) date() bool {
	for n := min(2, len(r.words)); n > 0; n-- {
		if t, ok := date(strings.ToUpper(strings.Join(r.words[:n], " ")), r.at.Location()); ok {
			r.at = t
			return r.take(n)
		}
	}
	if t, err := time.Parse("15:04", r.next(0)); err == nil {
		r.at = r.day(0).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
		return r.take(1)
	}
	return false
}

func (r *reader) word() bool {
	switch r.next(0) {
	case "now", "ago", "of", "at":
	case "today", "midnight":
		r.at = r.day(0)
	case "noon":
		y, m, d := r.at.Date()
		r.at = time.Date(y, m, d, 12, 0, 0, 0, r.at.Location())
	case "yesterday":
		r.at = r.day(-1)
	case "tomorrow":
		r.at = r.day(1)
	case "first":
		if r.next(1) != "day" || r.next(2) != "of" {
			return false
		}
		return r.firstDay()
	default:
		return false
	}
	return r.take(1)
}

// day is midnight, so many days from the day in hand.
func (r *reader) day(offset int) time.Time {
	y, m, d := r.at.Date()
	return time.Date(y, m, d+offset, 0, 0, 0, 0, r.at.Location())
}

// firstDay keeps the time of the day, moves by what follows, and then to the first of that month.
func (r *reader) firstDay() bool {
	y, m, _ := r.at.Date()
	h, minute, s := r.at.Clock()
	r.at = time.Date(y, m, 1, h, minute, s, 0, r.at.Location())
	r.take(3)
	return len(r.words) == 0 || r.shift()
}

// shift reads "-1 week", "3 hours", "2 days ago" and "last month".
func (r *reader) shift() bool {
	unit := unitOf(r.next(1))
	if unit == "" {
		return false
	}
	var n int
	switch word := r.next(0); word {
	case "last", "previous":
		n = -1
	case "next":
		n = 1
	case "this":
		n = 0
	default:
		var err error
		if n, err = strconv.Atoi(word); err != nil || n > 1e9 || n < -1e9 {
			return false
		}
	}
	if r.take(2) && r.next(0) == "ago" {
		n = -n
	}
	r.at = move(r.at, n, unit)
	return true
}

func move(t time.Time, n int, unit string) time.Time {
	switch unit {
	case "second":
		return t.Add(time.Duration(n) * time.Second)
	case "minute":
		return t.Add(time.Duration(n) * time.Minute)
	case "hour":
		return t.Add(time.Duration(n) * time.Hour)
	case "day":
		return t.AddDate(0, 0, n)
	case "week":
		return t.AddDate(0, 0, 7*n)
	case "month":
		return t.AddDate(0, n, 0)
	default:
		return t.AddDate(n, 0, 0)
	}
}

// unitOf is the full name of a unit in the singular, empty for what is none.
func unitOf(word string) string {
	switch strings.TrimSuffix(word, "s") {
	case "sec", "second":
		return "second"
	case "min", "minute":
		return "minute"
	case "hour":
		return "hour"
	case "day":
		return "day"
	case "week":
		return "week"
	case "month":
		return "month"
	case "year":
		return "year"
	default:
		return ""
	}
}
