package demo

import (
	"math"
	"strconv"
	"time"

	"github.com/weirhq/weir"
)

// Node is where the inputs of the house arrive; Tag is on all its feeds and says what they are.
const (
	Node = "house"
	Tag  = "simulated house"
)

// Reading is one value under its input's name.
type Reading struct {
	Name  string
	Value float64
}

// Process steps that the plan uses, by the keys of the step registry.
const (
	logToFeed  = "process__log_to_feed"
	powerToKWh = "process__power_to_kwh"
)

// Plan is what the demonstration account consists of.
type Plan struct {
	Node     string
	Tag      string
	Engine   weir.EngineID
	Interval int64 // seconds, of all feeds
	Inputs   []PlannedInput
}

// PlannedInput is an input with its process list.
type PlannedInput struct {
	Name        string
	Description string
	Steps       []PlannedStep
}

// PlannedStep writes to a feed, which exists once in the plan.
type PlannedStep struct {
	Process string // key in the step registry
	ID      int    // its number in the text form of process lists
	Feed    string
	Unit    string // of the feed
}

// PlannedFeed is a feed that has to be there before the process lists can be set.
type PlannedFeed struct {
	Name string
	Unit string
}

// Feeds are all feeds that the process lists write to.
func (p *Plan) Feeds() []PlannedFeed {
	var feeds []PlannedFeed
	for _, input := range p.Inputs {
		for _, step := range input.Steps {
			feeds = append(feeds, PlannedFeed{step.Feed, step.Unit})
		}
	}
	return feeds
}

// List is the input's process list in text form, for example "1:12,4:13". ids has all planned feeds by name.
func (in *PlannedInput) List(ids map[string]weir.FeedID) string {
	var list []byte
	for i, step := range in.Steps {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, int64(step.ID), 10)
		list = append(list, ':')
		list = strconv.AppendInt(list, int64(ids[step.Feed]), 10)
	}
	return string(list)
}

// ThePlan gives the plan of the demonstration account. Feeds have the names that the apps of emoncms look for.
func ThePlan() Plan {
	log := func(feed, unit string) []PlannedStep {
		return []PlannedStep{{Process: logToFeed, ID: 1, Feed: feed, Unit: unit}}
	}
	power := func(feed string) []PlannedStep {
		return append(log(feed, "W"), PlannedStep{Process: powerToKWh, ID: 4, Feed: feed + "_kwh", Unit: "kWh"})
	}
	inputs := []PlannedInput{
		{"use", "all consumption: appliances, heat pump, car", power("use")},
		{"solar", "4 kWp of panels", power("solar")},
		{"grid", "power at the meter, negative: to the grid", log("grid", "W")},
		{"grid_import", "power from the grid", power("import")},
		{"grid_export", "power to the grid", power("export")},
		{"appliances", "consumption without heat pump and car", power("appliances")},
		{"heatpump_elec", "electric power of the heat pump", power("heatpump_elec")},
		{"heatpump_heat", "heat from the heat pump", power("heatpump_heat")},
		{"heatpump_flow", "temperature of the water that leaves the heat pump", log("heatpump_flowT", "°C")},
		{"outside", "temperature outside", log("heatpump_outsideT", "°C")},
		{"room", "temperature of the living room", log("heatpump_roomT", "°C")},
		{"hot_water", "temperature of the hot water tank", log("heatpump_dhwT", "°C")},
		{"car", "charging power of the car", power("car")},
		{"car_soc", "state of charge of the car", log("car_soc", "%")},
		{"battery_charge", "power into the battery", power("battery_charge")},
		{"battery_discharge", "power out of the battery", power("battery_discharge")},
		{"battery_power", "power out of the battery, negative: into it", log("battery_power", "W")},
		{"battery_soc", "state of charge of the battery", log("battery_soc", "%")},
	}
	for i := range inputs {
		inputs[i].Description = "simulated: " + inputs[i].Description
	}
	return Plan{Node: Node, Tag: Tag, Engine: weir.EngineFixed, Interval: 60, Inputs: inputs}
}

// At moves the house to t and gives what its meters show, one reading for each input of the plan, in its order. The
// next call overwrites them.
func (h *House) At(t time.Time) []Reading {
	s := h.Step(t)
	h.readings = append(h.readings[:0],
		Reading{"use", float64(s.Use())},
		Reading{"solar", float64(s.Solar)},
		Reading{"grid", float64(s.GridImport - s.GridExport)},
		Reading{"grid_import", float64(s.GridImport)},
		Reading{"grid_export", float64(s.GridExport)},
		Reading{"appliances", float64(s.House)},
		Reading{"heatpump_elec", float64(s.HeatPump)},
		Reading{"heatpump_heat", float64(s.Heat)},
		Reading{"heatpump_flow", tenth(s.Flow)},
		Reading{"outside", tenth(s.Outside)},
		Reading{"room", hundredth(s.Room)},
		Reading{"hot_water", tenth(s.HotWater)},
		Reading{"car", float64(s.Car)},
		Reading{"car_soc", tenth(s.CarCharged)},
		Reading{"battery_charge", float64(s.BatteryCharge)},
		Reading{"battery_discharge", float64(s.BatteryDischarge)},
		Reading{"battery_power", float64(s.BatteryDischarge - s.BatteryCharge)},
		Reading{"battery_soc", tenth(s.BatteryCharged)},
	)
	return h.readings
}

// Sensors do not show more digits than they know.
func tenth(x float64) float64     { return math.Round(x*10) / 10 }
func hundredth(x float64) float64 { return math.Round(x*100) / 100 }
