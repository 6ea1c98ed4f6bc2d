package process

// Limits: one half of the numbers, or none.

func allowPositive() *Step {
	return &Step{
		ID: 24, Key: "process__allowpositive", Name: "Allow positive", Short: "p > 0", Group: "Limits",
		Description: "Turns a negative value into zero, for example to keep only what is imported from the grid.",
		Args:        []Arg{{Type: ArgNone}}, Input: true, Virtual: true,
		run: func(_ *frame, _ *op, v float64) float64 {
			if v < 0 {
				return 0
			}
			return v
		},
	}
}

func allowNegative() *Step {
	return &Step{
		ID: 25, Key: "process__allownegative", Name: "Allow negative", Short: "p < 0", Group: "Limits",
		Description: "Turns a positive value into zero, for example to keep only what is exported to the grid.",
		Args:        []Arg{{Type: ArgNone}}, Input: true, Virtual: true,
		run: func(_ *frame, _ *op, v float64) float64 {
			if v > 0 {
				return 0
			}
			return v
		},
	}
}

func resetToZero() *Step {
	return &Step{
		ID: 33, Key: "process__reset2zero", Name: "Reset to ZERO", Short: "0", Group: "Limits",
		Description: "Puts zero in place of the value, so that the steps below begin a sum of their own.",
		Args:        []Arg{{Type: ArgNone}}, Input: true, Virtual: true,
		run: func(*frame, *op, float64) float64 { return 0 },
	}
}
