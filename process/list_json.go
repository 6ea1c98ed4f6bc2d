package process

import (
	"bytes"
	"encoding/json"

	"github.com/weirhq/weir"
)

// Parse reads what an editor or program sends as a list: the JSON form, or the text form.
func Parse(data []byte) (List, error) {
	data = bytes.TrimSpace(data)
	if json.Valid(data) {
		return ParseJSON(data)
	}
	if len(data) > 0 && data[0] == '[' {
		return nil, errFormat()
	}
	return ParseText(string(data))
}

// ParseJSON reads the JSON form, [{"fn":"process__log_to_feed","args":[12]}]. The messages of its errors are those of
// emoncms, because its clients show and match them.
func ParseJSON(data []byte) (List, error) {
	if !json.Valid(data) {
		return nil, errFormat()
	}
	var elements []json.RawMessage
	if data = bytes.TrimSpace(data); data[0] != '[' || json.Unmarshal(data, &elements) != nil {
		return nil, weir.Errorf(weir.Invalid, "Process list must be an array")
	}
	var list List
	for i, element := range elements {
		e, err := parseElement(i, element)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func errFormat() error { return weir.Errorf(weir.Invalid, "Invalid process list format: ") }

func parseElement(i int, data []byte) (Entry, error) {
	var element struct {
		Fn   json.RawMessage   `json:"fn"`
		Args []json.RawMessage `json:"args"`
	}
	err := json.Unmarshal(data, &element)
	if len(element.Fn) == 0 || string(element.Fn) == "null" {
		return Entry{}, weir.Errorf(weir.Invalid, "Missing process key in process list at index %d", i)
	}
	if err != nil || element.Args == nil {
		return Entry{}, weir.Errorf(weir.Invalid, "Invalid or missing args in process list at index %d", i)
	}
	var key string
	if json.Unmarshal(element.Fn, &key) != nil || Find(key) == nil || Find(key).Key != qualified(key) {
		return Entry{}, weir.Errorf(weir.Invalid, "Invalid process process key:%s", bytes.Trim(element.Fn, `"`))
	}
	e := Entry{Key: key}
	for _, raw := range element.Args {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw) // a number as it was written
		}
		e.Args = append(e.Args, text)
	}
	return e, nil
}
