package demo

const (
	lossPerKelvin = 165.0  // W through walls, windows and air
	roomCapacity  = 2.6e7  // J/K, the house's mass
	windowArea    = 1.7    // m² of sun that comes in, after shading
	heatLeast     = 2200.0 // W; the compressor cannot go lower
	heatMost      = 8000.0 // W
	tankCapacity  = 8.4e5  // J/K, 200 l
	tankHeat      = 5000.0 // W when the tank is heated
	pumpStandby   = 9.0    // W
)

// heating is the heat pump with what it heats.
type heating struct {
	room    float64 // °C
	tank    float64 // °C
	heating bool    // the room
	filling bool    // the tank: it goes first
}

// heat is what the heat pump does at one time.
type heat struct {
	electric int     // W
	thermal  int     // W
	flow     float64 // °C of the water that leaves it
}

// stepHeating decides what the heat pump does and lets seconds pass.
func (h *House) stepHeating(c clock, w *weather, appliances int, seconds float64) heat {
	s := &h.heating
	hour := c.hour()
	target := 19.6
	if hour > 6 && hour < 22.5 {
		target = 20.6
	}

	// The tank is filled around noon, when there is sun, and whenever it gets cold.
	noon := hour > 12 && hour < 14.5
	switch {
	case s.tank < 42, noon && s.tank < 49:
		s.filling = true
	case s.tank > 53:
		s.filling = false
	}
	switch {
	case s.room < target-0.2:
		s.heating = true
	case s.room > target+0.3:
		s.heating = false
	}

	out := heat{electric: int(pumpStandby), flow: s.room}
	var toRoom, toTank float64
	switch {
	case s.filling:
		toTank = tankHeat
		out = pump(toTank, s.tank+5, w.outside)
	case s.heating:
		toRoom = clamp(lossPerKelvin*(target-w.outside)+2600*(target-s.room)-300, heatLeast, heatMost)
		out = pump(toRoom, clamp(25+0.75*(20-w.outside), 26, 48), w.outside)
	}

	loss := lossPerKelvin * (s.room - w.outside)
	if s.room > 23.5 && w.outside < s.room {
		loss *= 4 // windows are opened
	}
	gains := 160 + 0.7*float64(appliances) + windowArea*w.irradiance
	s.room += (toRoom + gains - loss) * seconds / roomCapacity
	s.tank += (toTank - 65 - hotWater(hour)) * seconds / tankCapacity
	return out
}

// hotWater is the heat that showers and sinks take, in W.
func hotWater(hour float64) float64 {
	switch {
	case hour > 6.7 && hour < 7.5:
		return 2600
	case hour > 18.5 && hour < 19:
		return 1500
	case hour > 21.5 && hour < 22:
		return 2200
	default:
		return 0
	}
}

// pump gives the electric power for a heat: about half of what an ideal machine would need twice.
func pump(thermal, flow, outside float64) heat {
	cop := clamp(0.48*(flow+275)/(flow-outside+8), 1.6, 6.5)
	return heat{electric: int(thermal/cop) + 35, thermal: int(thermal), flow: flow}
}
