package process

import (
	"encoding/json"
	"html"
	"strconv"

	"github.com/weirhq/weir"
)

// description is a step in the shape of process/list.json.
type description struct {
	ID       int              `json:"id_num"`
	Name     string           `json:"name"`
	Short    string           `json:"short"`
	Function string           `json:"function"`
	Args     []argDescription `json:"args"`
	Group    string           `json:"group"`
	NoChange bool             `json:"nochange"`
	Input    bool             `json:"input_context"`
	Virtual  bool             `json:"virtual_feed_context"`
	Text     string           `json:"description"`
}

type argDescription struct {
	Type    ArgType         `json:"type"`
	Default *float64        `json:"default,omitempty"`
	Engines []weir.EngineID `json:"engines,omitempty"`
}

// ListJSON is the answer of process/list.json: the steps that keep accepts, by key, in the order editors offer them.
// keep may be nil.
func ListJSON(keep func(*Step) bool) ([]byte, error) {
	out := []byte{'{'}
	for _, s := range registry.steps {
		if keep != nil && !keep(s) {
			continue
		}
		value, err := json.Marshal(describe(s))
		if err != nil {
			return nil, err
		}
		out = appendMember(out, s.Key, value)
	}
	return append(out, '}'), nil
}

// MapJSON is the answer of process/map.json: the key of each step by its number.
func MapJSON() []byte {
	out := []byte{'{'}
	for _, s := range registry.steps {
		out = appendMember(out, strconv.Itoa(s.ID), []byte(strconv.Quote(s.Key)))
	}
	return append(out, '}')
}

func appendMember(out []byte, name string, value []byte) []byte {
	if len(out) > 1 {
		out = append(out, ',')
	}
	out = strconv.AppendQuote(out, name)
	out = append(out, ':')
	return append(out, value...)
}

func describe(s *Step) description {
	arg := argDescription{Type: s.Arg().Type, Engines: s.Arg().Engines}
	if v, err := strconv.ParseFloat(s.Arg().Default, 64); err == nil {
		arg.Default = &v
	}
	return description{
		ID: s.ID, Name: s.Name, Short: s.Short, Function: s.Key[len(module):], Args: []argDescription{arg}, Group: s.Group,
		NoChange: s.NoChange, Input: s.Input, Virtual: s.Virtual, Text: "<p>" + html.EscapeString(s.Description) + "</p>",
	}
}
