package demo

// clock is a time as the people of the house see it.
type clock struct {
	unix    int64
	day     int64 // local days since 1970
	second  int64 // of the local day
	weekday int   // 0: Sunday
}

func (c clock) hour() float64 { return float64(c.second) / 3600 }

func (c clock) weekend() bool { return c.weekday == 0 || c.weekday == 6 }

// use is an appliance that runs from one second of the day to another.
type use struct {
	from, to int64
	watts    float64
	cycling  bool // a thermostat switches it on and off
}

// planDay draws what will be used on a day.
func (h *House) planDay(c clock) {
	h.uses = h.uses[:0]
	n := int64(0)
	draw := func(stream int64) float64 {
		n++
		return h.chance(stream, c.day*64+n)
	}
	add := func(hour, minutes, watts float64, cycling bool) {
		from := int64(hour * 3600)
		h.uses = append(h.uses, use{from: from, to: from + int64(minutes*60), watts: watts, cycling: cycling})
	}
	up := 6.6
	if c.weekend() {
		up = 8.2
	}
	up += 0.6 * draw(streamMeals)
	add(up+0.2, 3, 1900, false)                 // kettle
	add(up+0.4, 5, 950, true)                   // toaster
	add(17.6+draw(streamMeals), 38, 2300, true) // dinner: hob and oven
	if c.weekend() {
		add(12.2+0.8*draw(streamMeals), 20, 1500, true)
		add(15+draw(streamMeals), 3, 1900, false)
	}
	if draw(streamMeals) < 0.6 { // dishwasher: heats twice
		at := 19.5 + draw(streamMeals)
		add(at, 22, 1950, false)
		add(at+22.0/60, 45, 110, false)
		add(at+67.0/60, 14, 1950, false)
	}
	if draw(streamWashing) < 0.4 { // washing machine: heats, turns, spins
		at := 18.7 + draw(streamWashing)
		if c.weekend() {
			at = 9.5 + 2*draw(streamWashing)
		}
		add(at, 19, 2050, false)
		add(at+19.0/60, 50, 180, false)
		add(at+69.0/60, 8, 520, false)
	}
	h.up, h.down = up, 22.4+draw(streamMeals)
	h.planTrip(c)
}

// appliancePower is everything in the house but heat pump, car and battery.
func (h *House) appliancePower(c clock, dark bool) int {
	power := 95 + 40*h.smooth(streamStandby, float64(c.unix)/900)
	// The fridge runs 17 minutes of every 47.
	if c.unix%(47*60) < 17*60 {
		power += 85
	}
	power += h.peoplePower(c, dark)
	for i := range h.uses {
		u := &h.uses[i]
		if c.second < u.from || c.second >= u.to {
			continue
		}
		if u.cycling && h.chance(streamDuty, c.unix/90) > 0.62 {
			continue
		}
		power += u.watts
	}
	return int(power)
}

// peoplePower is what runs because someone is at home and awake.
func (h *House) peoplePower(c clock, dark bool) float64 {
	hour := c.hour()
	if hour < h.up || hour > h.down {
		return 0
	}
	power := 0.0
	if c.weekend() || hour < 8.2 || hour > 17 {
		power += 45
		if dark {
			power += 110
		}
	}
	if hour > 19 {
		power += 140 // television
	}
	if c.weekday == 3 && hour > 9 && hour < 17 {
		power += 120 // works at home
	}
	return power
}
