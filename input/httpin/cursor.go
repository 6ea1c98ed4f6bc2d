package httpin

import (
	"encoding/json"
	"math"
)

// deepest is how deep arrays and objects may be nested, as in PHP.
const deepest = 512

// cursor reads JSON. Its methods move it on; after one that reports broken text it must not be used.
type cursor struct {
	text string
	at   int
}

// outcome tells what became of a JSON value that should be a number.
type outcome uint8

const (
	valued  outcome = iota
	absent          // null
	refused         // sound JSON, but nested or too large for a float64
	broken          // not JSON
)

func (c *cursor) next() byte {
	for c.at < len(c.text) {
		switch b := c.text[c.at]; b {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return b
		}
	}
	return 0
}

// take moves over b if that is next.
func (c *cursor) take(b byte) bool {
	if c.next() != b || c.at == len(c.text) {
		return false
	}
	c.at++
	return true
}

// more moves over the comma before another element, or over the end of the array or object.
func (c *cursor) more(end byte) (again, ok bool) {
	if c.take(',') {
		return true, true
	}
	return false, c.take(end)
}

// end tells that nothing but space is left.
func (c *cursor) end() bool {
	c.next()
	return c.at == len(c.text)
}

// cast reads any value as PHP's (float) does: text by the number it begins with, true as 1.
func (c *cursor) cast() (float64, outcome) {
	v, how := 0.0, valued
	switch c.next() {
	case '"':
		text, ok := c.str()
		if !ok {
			return 0, broken
		}
		v = castFloat(text)
	case 't':
		v, how = 1, c.word("true", valued)
	case 'f':
		how = c.word("false", valued)
	case 'n':
		how = c.word("null", absent)
	case '{', '[':
		if !c.skip(deepest) {
			return 0, broken
		}
		return 0, refused
	default:
		number, ok := c.number()
		if !ok {
			return 0, broken
		}
		v = number
	}
	if math.IsInf(v, 0) {
		return 0, refused
	}
	return v, how
}

func (c *cursor) number() (float64, bool) {
	v, end, strict := scanNumber(c.text, c.at)
	c.at = end
	return v, strict
}

func (c *cursor) word(word string, how outcome) outcome {
	if len(c.text)-c.at < len(word) || c.text[c.at:c.at+len(word)] != word {
		return broken
	}
	c.at += len(word)
	return how
}

// str reads a string. Without escapes it is a part of the text and costs nothing.
func (c *cursor) str() (string, bool) {
	if !c.take('"') {
		return "", false
	}
	start, escaped := c.at, false
	for ; c.at < len(c.text); c.at++ {
		switch b := c.text[c.at]; {
		case b == '"':
			text := c.text[start:c.at]
			c.at++
			if escaped {
				return unquote(c.text[start-1 : c.at])
			}
			return text, true
		case b == '\\':
			escaped = true
			c.at++
		case b < ' ':
			return "", false
		}
	}
	return "", false
}

func unquote(token string) (text string, ok bool) {
	err := json.Unmarshal([]byte(token), &text)
	return text, err == nil
}

// skip moves over a value of any kind and tells whether it is sound.
func (c *cursor) skip(depth int) bool {
	switch c.next() {
	case '{':
		return c.skipAll('}', depth)
	case '[':
		return c.skipAll(']', depth)
	default:
		_, how := c.cast()
		return how != broken
	}
}

func (c *cursor) skipAll(end byte, depth int) bool {
	if depth == 0 {
		return false
	}
	c.at++
	if c.take(end) {
		return true
	}
	for {
		if end == '}' {
			if _, ok := c.key(); !ok {
				return false
			}
		}
		if !c.skip(depth - 1) {
			return false
		}
		if again, ok := c.more(end); !again {
			return ok
		}
	}
}

// key reads a member's name and the colon.
func (c *cursor) key() (string, bool) {
	name, ok := c.str()
	return name, ok && c.take(':')
}
