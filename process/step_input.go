package process

// Input: the value together with the newest value of another input of the same user.
//
// All inputs of a post have their new value before the first list runs, so "+ input b" on a sees the b of the same
// post. Another input whose newest value is null makes the result null. One that is gone or never had a value leaves
// the value as it is.

func addInput() *Step {
	return inputStep(11, "process__add_input", "+ input", "+ inp",
		"Adds the newest value of another input.",
		func(v, other float64) float64 { return v + other })
}

func subtractInput() *Step {
	return inputStep(22, "process__subtract_input", "- input", "- inp",
		"Subtracts the newest value of another input.",
		func(v, other float64) float64 { return v - other })
}

func timesInput() *Step {
	return inputStep(6, "process__times_input", "x input", "x inp",
		"Multiplies by the newest value of another input, for example a current by its voltage.",
		func(v, other float64) float64 { return v * other })
}

func inputStep(id int, key, name, short, text string, combine func(v, other float64) float64) *Step {
	return &Step{
		ID: id, Key: key, Name: name, Short: short, Group: "Input", Description: text,
		Args: []Arg{{Type: ArgInput}}, Input: true,
		run: func(_ *frame, o *op, v float64) float64 {
			if o.other == nil || !o.other.known {
				return v
			}
			return finite(combine(v, o.other.sample.Value))
		},
	}
}

func divideByInput() *Step {
	return &Step{
		ID: 12, Key: "process__divide_input", Name: "/ input", Short: "/ inp", Group: "Input",
		Description: "Divides by the newest value of another input. The result is null unless that value is above zero.",
		Args:        []Arg{{Type: ArgInput}}, Input: true,
		run: func(_ *frame, o *op, v float64) float64 {
			if o.other == nil || !o.other.known || !(o.other.sample.Value > 0) {
				return null
			}
			return finite(v / o.other.sample.Value)
		},
	}
}
