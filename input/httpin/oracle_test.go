package httpin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// The oracle reads a bulk the long way: encoding/json checks and takes apart the text, then plain rules are applied
// to the tree. It shares no code with the decoder.

type member struct {
	name  string
	value any
}

type object []member

// tree reads JSON, keeping the order of members.
func tree(text string) (any, bool) {
	if !json.Valid([]byte(text)) {
		return nil, false
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	return branch(dec), true
}

func branch(dec *json.Decoder) any {
	token, err := dec.Token()
	if err != nil {
		panic(err) // the text is valid
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			list = append(list, branch(dec))
		}
		_, _ = dec.Token()
		return list
	case json.Delim('{'):
		var o object
		for dec.More() {
			name, _ := dec.Token()
			o = append(o, member{name.(string), branch(dec)})
		}
		_, _ = dec.Token()
		return o
	default:
		return token
	}
}

type oracleRow struct {
	offset float64
	node   string
	names  []string
	values map[string]float64
}

// oracleBulk gives the rows as show does, the last row being now, and the message of the fault.
func oracleBulk(text string) (rows, message string) {
	const noJSON = "Format error, json string supplied is not valid"
	data, valid := tree(text)
	list, isList := data.([]any)
	if !valid || !isList || len(list) == 0 {
		return "", noJSON
	}
	last, isRow := list[len(list)-1].([]any)
	if !isRow || len(last) == 0 || last[0] == nil {
		return "", "Format error, last item in bulk data does not contain any data"
	}
	offset, _, sound := oracleCast(last[0])
	if !sound { // the row itself will say so, unless it is too short to be one
		offset = 0
	}
	base := 1_700_000_000 - toward(offset)
	var lines []string
	for _, item := range list {
		row, isRow := item.([]any)
		if !isRow {
			message = noJSON
			break
		}
		if len(row) < 3 {
			continue
		}
		var r *oracleRow
		if r, message = oracleReadRow(row); message != "" {
			break
		}
		if len(r.names) == 0 {
			continue
		}
		at := base + toward(r.offset)
		if at < 0 || at > math.MaxUint32 {
			message = fmt.Sprintf("Format error, time %d is not between 0 and 4294967295 (unix seconds)", at)
			break
		}
		line := []string{fmt.Sprintf("%+d %s:", at-1_700_000_000, r.node)}
		for _, name := range r.names {
			line = append(line, fmt.Sprintf("%s=%v", name, r.values[name]))
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return strings.Join(lines, "\n"), message
}

func oracleReadRow(row []any) (*oracleRow, string) {
	offset, _, sound := oracleCast(row[0])
	if !sound {
		return nil, "Format error, json value is not numeric"
	}
	node, message := oracleNode(row[1])
	if message != "" {
		return nil, message
	}
	r := &oracleRow{offset: offset, node: node, values: map[string]float64{}}
	position := 0
	for _, element := range row[2:] {
		members, isObject := element.(object)
		if !isObject {
			position++
			members = object{{strconv.Itoa(position), element}}
		}
		for _, m := range members {
			name := oracleName(m.name)
			if name == "" {
				return nil, "Format error, json key missing or invalid character"
			}
			if len(name) > 255 {
				return nil, "Format error, name is longer than 255 bytes"
			}
			v, given, sound := oracleCast(m.value)
			if !sound {
				return nil, "Format error, json value is not numeric"
			}
			if !given {
				continue
			}
			if _, repeated := r.values[name]; !repeated {
				r.names = append(r.names, name)
			}
			r.values[name] = v
		}
	}
	return r, ""
}

func oracleNode(v any) (string, string) {
	text := ""
	switch v := v.(type) {
	case object, []any:
		return "", "Format error, node must not be an object"
	case string:
		text = v
	case bool:
		if v {
			text = "1"
		}
	case json.Number:
		text = v.String()
		if len(text) >= 19 || strings.ContainsAny(text, ".eE") {
			f, _ := v.Float64()
			f, _ = strconv.ParseFloat(fmt.Sprintf("%.14g", f), 64)
			text = strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	if strings.TrimSpace(text) == "" {
		return "0", ""
	}
	text = oracleName(text)
	if text == "" {
		return "", "Format error, json key missing or invalid character"
	}
	if len(text) > 255 {
		return "", "Format error, name is longer than 255 bytes"
	}
	return text, ""
}

func oracleName(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.L, unicode.N) || unicode.IsSpace(r) || strings.ContainsRune("_-.", r) {
			return r
		}
		return -1
	}, s))
}

var number = regexp.MustCompile(`^[ \t\n\r\v\f]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)`)

func oracleCast(v any) (value float64, given, sound bool) {
	switch v := v.(type) {
	case nil:
		return 0, false, true
	case bool:
		if v {
			value = 1
		}
	case json.Number:
		value, _ = v.Float64()
	case string:
		if found := number.FindStringSubmatch(v); found != nil {
			value, _ = strconv.ParseFloat(found[1], 64)
		}
	default:
		return 0, true, false
	}
	return value, true, !math.IsInf(value, 0)
}

func toward(v float64) int64 {
	return int64(math.Trunc(max(-1<<60, min(1<<60, v))))
}

// depth is a bound of how deep text is nested.
func depth(text string) int { return bytes.Count([]byte(text), []byte("[")) + strings.Count(text, "{") }
