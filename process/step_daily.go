package process

// Daily: one value a day, kept at the day's local midnight. The feed's newest sample says which day it is about, so
// these steps read the day from the feed and only the time that is already covered from their own memory.

func powerToKWhPerDay() *Step {
	return &Step{
		ID: 5, Key: "process__power_to_kwhd", Name: "Power to kWh/d", Short: "kwhd", Group: "Power & Energy",
		Description: "Adds up power in watts to the energy of each day in kWh, beginning anew at local midnight.",
		Args:        []Arg{{Type: ArgFeed, Engines: dailyEngine()}}, NoChange: true, Input: true,
		run: runPowerToKWhPerDay, remembers: true,
	}
}

func runPowerToKWhPerDay(f *frame, o *op, v float64) float64 {
	if missing(v) {
		return v
	}
	today := f.days.midnight(f.time)
	last, ok := f.feeds.last(o.feed)
	m := o.memory
	if !ok {
		m.set = false // the feed was emptied: begin anew
	}
	added := 0.0
	if m.set {
		if f.time <= m.last.Time {
			return v
		}
		added = energy(v, f.time-m.last.Time)
	}
	total := added
	if ok {
		switch day := f.days.midnight(last.Time); {
		case today < day:
			return v // the feed is about a later day: somebody else writes to it
		case today == day && !last.Missing():
			total += last.Value
		}
	}
	m.keep(f.time, v)
	f.write(o, today, total, false)
	return v
}

func maxPerDay() *Step {
	return extreme(27, "process__max_value", "Max daily value", "max",
		"Keeps the highest value of each day.",
		func(v, last float64) bool { return v > last })
}

func minPerDay() *Step {
	return extreme(28, "process__min_value", "Min daily value", "min",
		"Keeps the lowest value of each day.",
		func(v, last float64) bool { return v < last })
}

func extreme(id int, key, name, short, text string, beats func(v, last float64) bool) *Step {
	return &Step{
		ID: id, Key: key, Name: name, Short: short, Group: "Daily", Description: text,
		Args: []Arg{{Type: ArgFeed, Engines: dailyEngine()}}, NoChange: true, Input: true,
		run: func(f *frame, o *op, v float64) float64 {
			if missing(v) {
				return v
			}
			today := f.days.midnight(f.time)
			if last, ok := f.feeds.last(o.feed); ok {
				day := f.days.midnight(last.Time)
				if today < day || today == day && !last.Missing() && !beats(v, last.Value) {
					return v
				}
			}
			f.write(o, today, v, false)
			return v
		},
	}
}
