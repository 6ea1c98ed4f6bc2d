package httpin

import (
	"strconv"
	"strings"
	"time"
)

// postReader reads the one row of an input/post.
type postReader struct {
	batch *Batch
	now   time.Time
	limit int   // of values
	time  int64 // of the row
	timed bool  // a parameter has set time
}

func (r *postReader) read(p Params, node, text string, strict bool) (fault string) {
	node, fault = nodeName(node)
	if fault != "" {
		return fault
	}
	r.time = r.now.Unix()
	if at, ok := p.Get("time"); ok && at != "" {
		r.time, r.timed = readTime(at, r.now), true
	}
	place := r.batch.intern(node)
	if strict {
		fault = r.strict(text)
	} else {
		fault = r.relaxed(text)
	}
	if fault == "" {
		fault = checkTime(r.time)
	}
	r.batch.endRow(r.time, place)
	return fault
}

// relaxed reads pieces between commas: "name:value", or a bare value whose name is the count of bare ones.
func (r *postReader) relaxed(text string) (fault string) {
	bare := 0
	for again := true; again; {
		var piece string
		piece, text, again = strings.Cut(text, ",")
		name, value, keyed := strings.Cut(piece, ":")
		if keyed {
			name, value = cleanName(name), beforeColon(value)
			fault = checkName(name)
		} else {
			bare++
			name, value = "", piece
		}
		if fault != "" {
			return fault
		}
		value = cleanName(value)
		if strings.EqualFold(value, "null") {
			continue
		}
		v, ok := numeric(value)
		switch {
		case !ok && keyed:
			return errValue
		case !ok:
			return errCSV
		case keyed:
			fault = r.put(r.batch.intern(name), v)
		default:
			fault = r.put(r.batch.position(bare), v)
		}
		if fault != "" {
			return fault
		}
	}
	return ""
}

func beforeColon(s string) string {
	s, _, _ = strings.Cut(s, ":")
	return s
}

func (r *postReader) put(name int, v float64) (fault string) {
	if len(r.batch.cells) >= r.limit {
		return tooMany(r.limit)
	}
	r.batch.put(0, name, v)
	return ""
}

// strict reads a flat JSON object or array.
func (r *postReader) strict(text string) (fault string) {
	c := &cursor{text: text}
	switch {
	case c.take('{'):
		fault = r.members(c)
	case c.take('['):
		fault = r.elements(c)
	default:
		return errStrict
	}
	if !c.end() && fault == "" {
		return errStrict
	}
	return fault
}

func (r *postReader) members(c *cursor) (fault string) {
	if c.take('}') {
		return ""
	}
	for {
		key, ok := c.key()
		if !ok {
			return errStrict
		}
		name := cleanName(key)
		if strings.EqualFold(name, "time") {
			fault = r.timeMember(c)
		} else {
			fault = r.value(c, name)
		}
		if fault != "" {
			return fault
		}
		if again, ok := c.more('}'); !again {
			return pick(ok, errStrict)
		}
	}
}

func (r *postReader) elements(c *cursor) (fault string) {
	if c.take(']') {
		return ""
	}
	for n := 0; ; n++ {
		if fault := r.value(c, strconv.Itoa(n)); fault != "" {
			return fault
		}
		if again, ok := c.more(']'); !again {
			return pick(ok, errStrict)
		}
	}
}

func (r *postReader) value(c *cursor, name string) (fault string) {
	nested := c.next() == '{' || c.next() == '['
	v, how := c.cast()
	switch {
	case how == broken || nested:
		return errStrict
	case how == refused:
		return errValue
	}
	if fault := checkName(name); fault != "" || how == absent {
		return fault
	}
	return r.put(r.batch.intern(name), v)
}

// timeMember reads the member "time": a number or a date in a string. A parameter goes before it.
func (r *postReader) timeMember(c *cursor) (fault string) {
	t := r.now.Unix()
	switch first := c.next(); first {
	case '{', '[':
		return errStrict
	case '"':
		text, ok := c.str()
		if !ok {
			return errStrict
		}
		t = readTime(text, r.now)
	default:
		v, how := c.cast()
		switch {
		case how == broken:
			return errStrict
		case first < '-' || first > '9': // true, false or null
		case how == refused:
			return errValue
		default:
			t = truncate(v)
		}
	}
	if !r.timed {
		r.time = t
	}
	return ""
}

// pick is fault unless ok.
func pick(ok bool, fault string) string {
	if ok {
		return ""
	}
	return fault
}
