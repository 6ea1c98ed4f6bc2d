package form

import (
	"iter"
	"strings"

	"github.com/weirhq/weir"
)

const (
	// MaxParams is how many parameters a query or a body may have.
	MaxParams = 1000
	// MaxName is the longest name in bytes. A parameter with a longer one is left out: nobody asks for it.
	MaxName = 256
)

// Values are the parameters of a query or body in the order sent. The zero value has none.
type Values struct {
	pairs []pair
}

type pair struct {
	name    string
	value   string
	escaped bool // value is as sent, with %xx and +
}

// ParseValues reads "a=1&b=2". It fails with weir.TooLarge when there are more than MaxParams.
func ParseValues(raw string) (Values, error) {
	var v Values
	err := v.add(raw)
	return v, err
}

// Plain reads "a=1&b=2" where nothing is escaped. Pieces that do not have exactly one = are left out.
func Plain(raw string) (Values, error) {
	var v Values
	for piece := range strings.SplitSeq(raw, "&") {
		name, value, ok := strings.Cut(piece, "=")
		if !ok || strings.Contains(value, "=") {
			continue
		}
		if err := v.put(pair{name: name, value: value}); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (v *Values) add(raw string) error {
	for raw != "" {
		var piece string
		piece, raw, _ = strings.Cut(raw, "&")
		name, value, _ := strings.Cut(piece, "=")
		if len(name) > 3*MaxName { // cannot become short enough
			continue
		}
		if err := v.put(pair{name: Unescape(name), value: value, escaped: true}); err != nil {
			return err
		}
	}
	return nil
}

func (v *Values) put(p pair) error {
	if p.name == "" || len(p.name) > MaxName {
		return nil
	}
	if len(v.pairs) == MaxParams {
		return weir.Errorf(weir.TooLarge, "more than %d parameters: send fewer at once", MaxParams)
	}
	v.pairs = append(v.pairs, p)
	return nil
}

// Get is the value of a parameter, the last one when there are several of that name, and whether there is one.
func (v Values) Get(name string) (string, bool) {
	for i := len(v.pairs) - 1; i >= 0; i-- {
		if v.pairs[i].name == name {
			return v.pairs[i].text(), true
		}
	}
	return "", false
}

// Len is the number of parameters.
func (v Values) Len() int { return len(v.pairs) }

// All goes through names and values in the order sent.
func (v Values) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for i := range v.pairs {
			if !yield(v.pairs[i].name, v.pairs[i].text()) {
				return
			}
		}
	}
}

func (p *pair) text() string {
	if p.escaped {
		return Unescape(p.value)
	}
	return p.value
}
