package httpin

import (
	"strings"
	"time"
)

// readTime is the time that text names: unix seconds or a date. What cannot be read is now.
func readTime(text string, now time.Time) int64 {
	if t, ok := parseTime(text, now); ok {
		return t
	}
	return now.Unix()
}

func parseTime(text string, now time.Time) (int64, bool) {
	if v, ok := numeric(text); ok {
		return truncate(v), true
	}
	text = strings.TrimSpace(text)
	if unix, ok := strings.CutPrefix(text, "@"); ok {
		v, ok := numeric(unix)
		return truncate(v), ok
	}
	if strings.EqualFold(text, "now") {
		return now.Unix(), true
	}
	return parseDate(text, now.Location())
}

// parseDate reads the forms that devices and logs write. Seconds may have a fraction, which is dropped.
func parseDate(text string, zone *time.Location) (int64, bool) {
	text, utc := cutUTC(strings.ToUpper(text))
	if utc {
		zone = time.UTC
	}
	layouts := [...]string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02",
		"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 Z0700",
		"2006-01-02T15:04:05Z07", "2006-01-02 15:04:05Z07",
		"2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04",
		"20060102T150405Z07:00", "20060102T150405Z0700", "20060102T150405",
		"2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02",
		"Mon, 02 Jan 2006 15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 2006",
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

// cutUTC takes the name of the zone off. Other names mean different zones to different people.
func cutUTC(text string) (rest string, utc bool) {
	for _, name := range [...]string{"UTC", "GMT"} {
		if n := len(text) - len(name); n > 0 && text[n:] == name {
			return strings.TrimSpace(text[:n]), true
		}
	}
	return text, false
}
