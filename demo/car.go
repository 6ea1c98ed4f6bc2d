package demo

const (
	carLeast = 1400 // W; six amperes, below which a car does not charge
	carMost  = 7400 // W
	carLoss  = 0.9  // share of the power that gets into its battery
)

// trip is when the car is away on a day, and what it uses.
type trip struct {
	from, to int64   // seconds of the day; equal: it stays at home
	energy   float64 // Wh
}

// car is the state of the car's battery.
type car struct {
	energy  float64 // Wh
	trip    trip
	night   bool    // charges from the grid until it has enough
	sunny   bool    // charges from surplus
	surplus float64 // W, smoothed over some minutes, so that a cloud does not switch it off
}

// planTrip draws the day's trip: to work on weekdays, somewhere on most weekends, far away now and then.
func (h *House) planTrip(c clock) {
	draw := func(n int64) float64 { return h.chance(streamTrips, c.day*8+n) }
	hours := func(from, to float64) trip { return trip{from: int64(from * 3600), to: int64(to * 3600)} }
	t := trip{}
	switch {
	case c.weekday == 3:
		// works at home
	case !c.weekend():
		t = hours(7.5+0.5*draw(0), 17.1+1.2*draw(1))
		t.energy = 6500 + 5000*draw(2)
	case draw(3) < 0.55:
		t = hours(9.5+2*draw(0), 13+5*draw(1))
		t.energy = 3000 + 9000*draw(2)
		if draw(4) < 0.12 {
			t.energy += 22000
		}
	}
	h.car.trip = t
}

// stepCar decides how the car charges and lets seconds pass. surplus is what the panels give beyond the house's need.
func (h *House) stepCar(c clock, surplus int, seconds float64) int {
	s := &h.car
	s.surplus += (float64(surplus) - s.surplus) * min(seconds/300, 1)
	if c.second >= s.trip.from && c.second < s.trip.to {
		s.night, s.sunny = false, false
		s.energy = max(s.energy-s.trip.energy*seconds/float64(s.trip.to-s.trip.from), 0.05*h.cfg.CarWh)
		return 0
	}
	full := s.energy / h.cfg.CarWh
	hour := c.hour()
	switch {
	case hour < 0.5 || hour >= 6 || full >= 0.8:
		s.night = false
	case full < 0.6:
		s.night = true
	}
	switch {
	case full >= 0.95 || s.surplus < 900:
		s.sunny = false
	case s.surplus > 1500 && full < 0.92:
		s.sunny = true
	}
	power := 0
	switch {
	case s.night:
		power = carMost
	case s.sunny:
		power = int(clamp(s.surplus, carLeast, carMost))
	}
	s.energy += float64(power) * carLoss * seconds / 3600
	return power
}
