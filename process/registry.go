package process

import (
	"slices"
	"strconv"
	"strings"
)

// allSteps is every kind of step, in the order in which editors offer them. To add one, write its function into the
// file of its family and its line here.
func allSteps() []*Step {
	return []*Step{
		logToFeed(), logToFeedJoin(),
		scale(), offset(), signedToUnsigned(),
		powerToKWh(), whAccumulator(), powerToKWhPerDay(), accumulator(),
		maxPerDay(), minPerDay(),
		allowPositive(), allowNegative(), resetToZero(),
		addInput(), subtractInput(), timesInput(), divideByInput(),
		addFeed(), subtractFeed(), timesFeed(), divideByFeed(),
	}
}

// registry is never changed after the program has started.
var registry = newIndex(allSteps())

type index struct {
	steps []*Step
	byID  map[int]*Step
	byKey map[string]*Step
}

func newIndex(steps []*Step) *index {
	x := &index{steps: steps, byID: make(map[int]*Step), byKey: make(map[string]*Step)}
	for _, s := range steps {
		x.byID[s.ID] = s
		x.byKey[s.Key] = s
	}
	return x
}

const module = "process__"

// All is every kind of step in the order in which editors offer them. The steps are shared: they are not to be changed.
func All() []*Step { return slices.Clone(registry.steps) }

// ByID finds a step by its number; nil when there is none.
func ByID(id int) *Step { return registry.byID[id] }

// Find finds a step by what lists name it: "2", "process__scale" or "scale". nil when there is none.
func Find(key string) *Step {
	if id, err := strconv.Atoi(key); err == nil {
		return registry.byID[id]
	}
	return registry.byKey[qualified(key)]
}

// qualified puts the module before a bare key: "scale" is "process__scale".
func qualified(key string) string {
	if strings.Contains(key, "__") {
		return key
	}
	return module + key
}
