package process

// Calibration: from what a sensor counts to the unit people think in.

func scale() *Step {
	return &Step{
		ID: 2, Key: "process__scale", Name: "x", Short: "x", Group: "Calibration",
		Description: "Multiplies the value by a constant, for example to turn a sensor's counts into watts.",
		Args:        []Arg{{Type: ArgValue, Default: "1"}}, Input: true, Virtual: true,
		run: func(_ *frame, o *op, v float64) float64 { return finite(v * o.value) },
	}
}

func offset() *Step {
	return &Step{
		ID: 3, Key: "process__offset", Name: "+", Short: "+", Group: "Calibration",
		Description: "Adds a constant to the value, for example to correct a sensor that reads too low.",
		Args:        []Arg{{Type: ArgValue, Default: "0"}}, Input: true, Virtual: true,
		run: func(_ *frame, o *op, v float64) float64 { return finite(v + o.value) },
	}
}

func signedToUnsigned() *Step {
	return &Step{
		ID: 26, Key: "process__signed2unsigned", Name: "Signed to unsigned", Short: "unsign", Group: "Calibration",
		Description: "Adds 65536 to a negative value: a 16-bit counter that was sent as a signed number becomes what it was.",
		Args:        []Arg{{Type: ArgNone}}, Input: true, Virtual: true,
		run: func(_ *frame, _ *op, v float64) float64 {
			if v < 0 {
				return v + 65536
			}
			return v
		},
	}
}
