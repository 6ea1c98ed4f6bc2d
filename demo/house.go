package demo

import (
	"math"
	"time"
)

// Config is a house and its place. The zero value is not useful; see Default.
type Config struct {
	Seed                uint64
	Latitude, Longitude float64        // degrees north and east
	Location            *time.Location // by whose clock the people live
	SolarPeak           float64        // W
	BatteryWh           float64
	BatteryMost         float64 // W, in and out
	CarWh               float64
}

// Default is the house that the demonstration account shows.
func Default() Config {
	location, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil { // a system without time zone data
		location = time.UTC
	}
	return Config{
		Seed: 1, Latitude: 52.1, Longitude: 5.1, Location: location,
		SolarPeak: 4000, BatteryWh: 9600, BatteryMost: 5000, CarWh: 58000,
	}
}

const (
	warmUp     = 7 * daySeconds // that the house lives through before its first figure
	longest    = 300            // seconds in one step of the simulation
	batteryLow = 0.1            // share that stays in the battery
	oneWayLoss = 0.955          // share that is left after charging, and again after discharging
)

// State is the house at one time. Powers are in W, temperatures in °C, charges in %.
type State struct {
	Time                            int64
	Solar                           int
	House                           int // appliances, without heat pump and car
	HeatPump, Car                   int
	BatteryCharge, BatteryDischarge int
	GridImport, GridExport          int
	Heat                            int // thermal, out of the heat pump
	BatteryCharged, CarCharged      float64
	Outside, Room, Flow, HotWater   float64
}

// Use is all that the people of the house use: everything but charging the battery and selling to the grid.
func (s *State) Use() int { return s.House + s.HeatPump + s.Car }

// House is a simulation that is moved forward in time. It is not for use by several goroutines at once.
type House struct {
	cfg                                  Config
	sinLat, cosLat, sinTilted, cosTilted float64

	state   State
	day     int64 // for which uses and trip are drawn
	up      float64
	down    float64
	uses    []use
	heating heating
	car     car
	battery float64 // Wh

	readings []Reading
}

// New builds a house. It lives from the first call of Step on.
func New(cfg Config) *House {
	const tilt = 35
	h := &House{cfg: cfg}
	h.sinLat, h.cosLat = math.Sincos(cfg.Latitude * math.Pi / 180)
	h.sinTilted, h.cosTilted = math.Sincos((cfg.Latitude - tilt) * math.Pi / 180)
	return h
}

// Step moves the house to t and gives its state. A t before the last one begins anew, as a gap of more than a week
// does.
func (h *House) Step(t time.Time) State {
	now := t.Unix()
	if now < h.state.Time || now-h.state.Time > warmUp || h.state.Time == 0 {
		h.begin(now)
	}
	for now-h.state.Time > longest {
		h.advance(h.state.Time + longest)
	}
	if now > h.state.Time {
		h.advance(now)
	}
	return h.state
}

// begin puts the house a week back, into a state that is forgotten within that week.
func (h *House) begin(now int64) {
	h.heating = heating{room: 20.5, tank: 48}
	h.car = car{energy: 0.7 * h.cfg.CarWh}
	h.battery = 0.5 * h.cfg.BatteryWh
	h.day = math.MinInt64
	h.state = State{Time: now - now%daySeconds - warmUp}
}

// clockAt reads the clock on the wall.
func (h *House) clockAt(unix int64) clock {
	_, offset := time.Unix(unix, 0).In(h.cfg.Location).Zone()
	local := unix + int64(offset)
	day := local / daySeconds
	return clock{unix: unix, day: day, second: local % daySeconds, weekday: int((day + 4) % 7)}
}

func (h *House) advance(to int64) {
	seconds := float64(to - h.state.Time)
	c := h.clockAt(to)
	if c.day != h.day {
		h.day = c.day
		h.planDay(c)
	}
	w := h.weatherAt(to)
	s := State{Time: to, Outside: w.outside}
	s.Solar = h.solarPower(&w)
	s.House = h.appliancePower(c, w.dark)
	heat := h.stepHeating(c, &w, s.House, seconds)
	s.HeatPump, s.Heat, s.Flow = heat.electric, heat.thermal, heat.flow
	s.Car = h.stepCar(c, s.Solar-s.House-s.HeatPump, seconds)
	h.stepBattery(&s, seconds)

	// The grid gives and takes what remains, which makes the balance exact.
	remains := s.Use() + s.BatteryCharge - s.Solar - s.BatteryDischarge
	s.GridImport, s.GridExport = max(remains, 0), max(-remains, 0)

	s.Room, s.HotWater = h.heating.room, h.heating.tank
	s.CarCharged = 100 * h.car.energy / h.cfg.CarWh
	h.state = s
}

// stepBattery stores what the panels give too much and gives it back when appliances and heat pump need it. It does
// not charge the car: that would only lose twice.
func (h *House) stepBattery(s *State, seconds float64) {
	hours := seconds / 3600
	const worthwhile = 25 // W; below it the inverter stays asleep
	surplus := float64(s.Solar - s.Use())
	need := float64(s.House + s.HeatPump - s.Solar)
	switch {
	case surplus > worthwhile:
		room := (h.cfg.BatteryWh - h.battery) / (oneWayLoss * hours)
		s.BatteryCharge = int(min(surplus, h.cfg.BatteryMost, max(room, 0)))
	case need > worthwhile:
		left := (h.battery - batteryLow*h.cfg.BatteryWh) * oneWayLoss / hours
		s.BatteryDischarge = int(min(need, h.cfg.BatteryMost, max(left, 0)))
	}
	h.battery += (float64(s.BatteryCharge)*oneWayLoss - float64(s.BatteryDischarge)/oneWayLoss) * hours
	s.BatteryCharged = 100 * h.battery / h.cfg.BatteryWh
}
