package process

// Energy: sums that grow with each sample. What they add up must not be counted twice, so time that the feed already
// covers adds nothing: a sample re-sent, or one that arrives out of order, leaves the total as it is.

// gapLimit is how long a sample's power is taken to have lasted, in seconds. A sender that was away longer says
// nothing about the time between.
const gapLimit = 7200

// energy is what a power in watts gives over some seconds, in kWh.
func energy(power float64, seconds int64) float64 {
	if seconds <= 0 || seconds >= gapLimit {
		return 0
	}
	return power * float64(seconds) / 3_600_000
}

func powerToKWh() *Step {
	return &Step{
		ID: 4, Key: "process__power_to_kwh", Name: "Power to kWh", Short: "kwh", Group: "Power & Energy",
		Description: "Adds up power in watts to energy in kWh and keeps the growing total in a feed. " +
			"After a gap of two hours or more the total goes on from where it was.",
		Args: []Arg{{Type: ArgFeed, Engines: anyEngine()}}, NoChange: true, Input: true,
		run: runPowerToKWh,
	}
}

func runPowerToKWh(f *frame, o *op, v float64) float64 {
	if missing(v) {
		return v
	}
	total := 0.0
	if last, ok := f.feeds.last(o.feed); ok {
		if f.time <= last.Time {
			return v
		}
		if !last.Missing() {
			total = last.Value
		}
		total += energy(v, f.time-last.Time)
	}
	f.write(o, f.time, total, true)
	return v
}

func accumulator() *Step {
	return &Step{
		ID: 14, Key: "process__accumulator", Name: "Accumulator", Short: "accum", Group: "Power & Energy",
		Description: "Adds each value to a feed's total. A sample older than the total, or the newest one sent again, is left out.",
		Args:        []Arg{{Type: ArgFeed, Engines: anyEngine()}}, Input: true,
		run: runAccumulator, remembers: true,
	}
}

// runAccumulator remembers the sample it counted last: one at the same time with the same value was sent again, one
// with another value is another sample.
func runAccumulator(f *frame, o *op, v float64) float64 {
	if missing(v) {
		return v
	}
	total := 0.0
	if last, ok := f.feeds.last(o.feed); ok {
		if !last.Missing() {
			total = last.Value
		}
		m := o.memory
		again := m.set && m.last.Time == f.time && m.last.Value == v
		if f.time < last.Time || f.time == last.Time && again {
			return total
		}
	}
	o.memory.keep(f.time, v)
	total = finite(total + v)
	f.write(o, f.time, total, true)
	return total
}

func (m *memory) keep(at int64, v float64) {
	m.set = true
	m.last.Time, m.last.Value = at, v
}

// maxMeterPower is the power, in watts, above which a step of a meter is taken for a fault of its counter.
const maxMeterPower = 60_000

func whAccumulator() *Step {
	return &Step{
		ID: 34, Key: "process__wh_accumulator", Name: "Wh Accumulator", Short: "whacc", Group: "Power & Energy",
		Description: "Follows a counter of watt-hours and keeps a total that never falls: when the counter starts again at zero, " +
			"or jumps by more than 60 kW could explain, the total stays and goes on from there.",
		Args: []Arg{{Type: ArgFeed, Engines: anyEngine()}}, Input: true,
		run: runWhAccumulator, remembers: true,
	}
}

func runWhAccumulator(f *frame, o *op, v float64) float64 {
	if missing(v) {
		return v
	}
	last, ok := f.feeds.last(o.feed)
	total := 0.0
	if ok && !last.Missing() {
		total = last.Value
	}
	m := o.memory
	if !m.set || !ok && f.time <= m.last.Time {
		m.keep(f.time, v) // only from the second sample on is there a difference
		return total
	}
	since := m.last.Time
	if ok {
		since = last.Time
	}
	if f.time <= since || f.time <= m.last.Time {
		return total
	}
	grown := v - m.last.Value
	if grown > 0 && grown*3600/float64(f.time-since) < maxMeterPower {
		total += grown
	}
	m.keep(f.time, v)
	f.write(o, f.time, total, true)
	return total
}
