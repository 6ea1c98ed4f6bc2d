package processtest

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
)

// Parse reads a case. Errors name the line.
func Parse(name, text string) (*Case, error) {
	c := &Case{Name: name, Zone: time.UTC, intervals: make(map[weir.FeedID]int64), lists: make(map[weir.InputID]string)}
	lines := strings.Split(text, "\n")
	p := &parser{c: c}
	// Times need to know the zone and the start, wherever they stand.
	err := p.each(lines, p.setting)
	if err == nil {
		c.Start = time.Date(2024, 1, 1, 0, 0, 0, 0, c.Zone).Unix()
		err = p.each(lines, p.beginning)
	}
	if err == nil {
		err = p.each(lines, p.statement)
	}
	if err != nil {
		return nil, weir.Errorf(weir.Invalid, "%s, line %d: %w", name, p.line, err)
	}
	return c, nil
}

func (p *parser) each(lines []string, read func(word, rest string) error) error {
	for i, line := range lines {
		line, _, _ = strings.Cut(line, "#")
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "" {
			continue
		}
		p.line = i + 1
		if err := read(word, strings.TrimSpace(rest)); err != nil {
			return err
		}
	}
	return nil
}

type parser struct {
	c    *Case
	line int
}

func wrong(format string, args ...any) error { return weir.Errorf(weir.Invalid, format, args...) }

func (p *parser) setting(word, rest string) error {
	switch word {
	case "zone":
		zone, err := time.LoadLocation(rest)
		if err != nil {
			return wrong("zone %q is not known", rest)
		}
		p.c.Zone = zone
	case "feed":
		words := strings.Fields(rest)
		if len(words) != 3 || words[1] != "fixed" || !plain(words[0]) {
			return wrong("want: feed NAME fixed SECONDS")
		}
		interval, err := strconv.ParseInt(words[2], 10, 32)
		if err != nil || interval < 1 {
			return wrong("the interval %q is not a number of seconds", words[2])
		}
		p.c.intervals[p.c.feed(words[0])] = interval
	}
	return nil
}

func (p *parser) beginning(word, rest string) error {
	if word != "start" {
		return nil
	}
	start, ok := p.clock(rest)
	if !ok {
		return wrong("start %q is not a local time such as 2024-03-31 00:00", rest)
	}
	p.c.Start = start
	return nil
}

func (p *parser) statement(word, rest string) error {
	switch word {
	case "zone", "feed", "start":
		return nil
	case "list":
		return p.list(rest)
	case "input":
		return p.samples(send, rest)
	case "write":
		return p.samples(write, rest)
	case "post":
		return p.post(rest)
	case "clear":
		if !plain(rest) {
			return wrong("want: clear FEED")
		}
		p.add(statement{verb: clearFeed, feed: p.c.feed(rest)})
		return nil
	case "expect":
		return p.expect(rest)
	}
	verbs := map[string]verb{"resend": resend, "checkpoint": checkpoint, "restart": restart, "crash": crash}
	v, ok := verbs[word]
	if !ok {
		return wrong("%q is no statement; see the package's documentation", word)
	}
	if rest != "" {
		return wrong("%s takes nothing behind it", word)
	}
	p.add(statement{verb: v})
	return nil
}

func (p *parser) add(s statement) {
	s.line = p.line
	p.c.statements = append(p.c.statements, s)
}

// list turns names into ids. The first list of an input holds from the beginning.
func (p *parser) list(rest string) error {
	name, text, _ := strings.Cut(rest, " ")
	if !plain(name) {
		return wrong("want: list INPUT STEPS")
	}
	list, err := process.ParseText(text)
	if err != nil {
		return err
	}
	for i, e := range list {
		step := e.Step()
		if step == nil || len(e.Args) == 0 {
			continue
		}
		switch step.Arg().Type {
		case process.ArgFeed:
			list[i].Args[0] = strconv.FormatInt(int64(p.c.feed(e.Args[0])), 10)
		case process.ArgInput:
			list[i].Args[0] = strconv.FormatInt(int64(p.c.input(e.Args[0])), 10)
		default:
		}
	}
	id := p.c.input(name)
	if _, later := p.c.lists[id]; later {
		p.add(statement{verb: setList, input: id, list: list.String()})
	} else {
		p.c.lists[id] = list.String()
	}
	return nil
}

func (p *parser) samples(v verb, rest string) error {
	name, text, ok := strings.Cut(rest, ":")
	if name = strings.TrimSpace(name); !ok || !plain(name) {
		return wrong("want: NAME: VALUE at TIME, …")
	}
	points, err := p.points(text)
	if err != nil {
		return err
	}
	if v == write {
		p.add(statement{verb: write, feed: p.c.feed(name), points: points})
		return nil
	}
	s := statement{verb: send}
	id := p.c.input(name)
	for _, point := range points {
		s.rows = append(s.rows, row{time: point.Time, cells: []cell{{id, point.Value}}})
	}
	p.add(s)
	return nil
}

func (p *parser) post(rest string) error {
	at, text, ok := cutLast(rest, ":")
	if !ok {
		return wrong("want: post TIME: INPUT VALUE, …")
	}
	when, err := p.time(strings.TrimSpace(at))
	if err != nil {
		return err
	}
	r := row{time: when}
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Fields(part)
		if len(words) != 2 || !plain(words[0]) {
			return wrong("want INPUT VALUE, not %q", strings.TrimSpace(part))
		}
		v, err := value(words[1])
		if err != nil {
			return err
		}
		r.cells = append(r.cells, cell{p.c.input(words[0]), v})
	}
	p.add(statement{verb: send, rows: []row{r}})
	return nil
}

func (p *parser) expect(rest string) error {
	words := strings.Fields(rest)
	if len(words) < 3 || !plain(words[1]) {
		return wrong("want: expect feed|input NAME …")
	}
	name := words[1]
	_, rest, _ = strings.Cut(strings.TrimSpace(rest[len(words[0]):]), " ")
	s := statement{verb: expectFeed}
	switch words[0] {
	case "feed":
		s.feed = p.c.feed(name)
		rest, s.among = strings.CutPrefix(strings.TrimSpace(rest), "has ")
	case "input":
		s.verb, s.input = expectInput, p.c.input(name)
	default:
		return wrong("expect what of a %q? feed or input", words[0])
	}
	if err := p.expected(&s, strings.TrimSpace(rest)); err != nil {
		return err
	}
	p.add(s)
	return nil
}

func (p *parser) expected(s *statement, text string) (err error) {
	if text == "nothing" {
		return nil
	}
	if list, slack, ok := strings.Cut(text, "(±"); ok {
		text = list
		s.slack, err = strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(slack), ")"), 64)
		if err != nil || !(s.slack > 0) {
			return wrong("(±%s is not a number in brackets", slack)
		}
	}
	s.points, err = p.points(text)
	if err == nil && s.verb == expectInput && len(s.points) != 1 {
		return wrong("an input has one newest sample")
	}
	return err
}

func (p *parser) points(text string) ([]weir.Sample, error) {
	var points []weir.Sample
	for part := range strings.SplitSeq(text, ",") {
		v, at, ok := strings.Cut(part, " at ")
		if !ok {
			return nil, wrong("want VALUE at TIME, not %q", strings.TrimSpace(part))
		}
		x, err := value(strings.TrimSpace(v))
		if err != nil {
			return nil, err
		}
		when, err := p.time(strings.TrimSpace(at))
		if err != nil {
			return nil, err
		}
		points = append(points, weir.Sample{Time: when, Value: x})
	}
	return points, nil
}

func value(s string) (float64, error) {
	if s == "null" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, wrong("%q is not a number", s)
	}
	return v, nil
}

func (p *parser) time(s string) (int64, error) {
	if t, ok := p.clock(s); ok {
		return t, nil
	}
	rest, negative := strings.CutPrefix(s, "-")
	seconds := int64(0)
	units := map[byte]int64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400}
	for first := true; first || rest != ""; first = false {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits < 1 || digits > 10 || units[rest[digits]] == 0 {
			return 0, wrong("%q is not a time such as 10s, 1h30m or 2024-03-31 02:30", s)
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil {
			return 0, wrong("%q is not a time", s)
		}
		seconds += n * units[rest[digits]]
		rest = rest[digits+1:]
	}
	if negative {
		seconds = -seconds
	}
	return p.c.Start + seconds, nil
}

func (p *parser) clock(s string) (int64, bool) {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, p.c.Zone); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

// plain tells whether s can be a name.
func plain(s string) bool {
	return s != "" && !strings.ContainsAny(s, ",:#") && strings.IndexFunc(s, unicode.IsSpace) < 0
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
