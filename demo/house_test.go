package demo_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/demo"
)

var newYear = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

func checkBalance(t rapid.TB, s demo.State) {
	in := s.Solar + s.GridImport + s.BatteryDischarge
	out := s.House + s.HeatPump + s.Car + s.BatteryCharge + s.GridExport
	if in != out {
		t.Fatalf("at %s: %d W in, %d W out: %+v", time.Unix(s.Time, 0).UTC(), in, out, s)
	}
	for _, p := range []int{s.Solar, s.House, s.HeatPump, s.Car, s.BatteryCharge, s.BatteryDischarge, s.GridImport, s.GridExport, s.Heat} {
		if p < 0 || p > 20000 {
			t.Fatalf("at %s: a power of %d W: %+v", time.Unix(s.Time, 0).UTC(), p, s)
		}
	}
	if s.BatteryCharge > 5000 || s.BatteryDischarge > 5000 || s.BatteryCharge > 0 && s.BatteryDischarge > 0 || s.GridImport > 0 && s.GridExport > 0 {
		t.Fatalf("at %s: battery or grid does what it cannot: %+v", time.Unix(s.Time, 0).UTC(), s)
	}
	if s.BatteryCharged < 9 || s.BatteryCharged > 100.01 || s.CarCharged < 4 || s.CarCharged > 101 {
		t.Fatalf("at %s: charged beyond its limits: %+v", time.Unix(s.Time, 0).UTC(), s)
	}
	if s.Outside < -25 || s.Outside > 42 || s.Room < 17 || s.Room > 31 || s.HotWater < 35 || s.HotWater > 60 {
		t.Fatalf("at %s: a temperature is out of bounds: %+v", time.Unix(s.Time, 0).UTC(), s)
	}
}

// TestBalance steps houses of any seed through a year in steps of any length, with gaps.
func TestBalance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cfg := demo.Default()
		cfg.Seed = rapid.Uint64().Draw(rt, "seed")
		h := demo.New(cfg)
		at := newYear
		for at.Before(newYear.AddDate(1, 0, 0)) {
			step := rapid.SampledFrom([]int{10, 60, 600, 3600}).Draw(rt, "step")
			for range 100 {
				s := h.Step(at)
				if s.Time != at.Unix() {
					rt.Fatalf("asked for %d, got %d", at.Unix(), s.Time)
				}
				checkBalance(rt, s)
				at = at.Add(time.Duration(step) * time.Second)
			}
			at = at.Add(time.Duration(rapid.IntRange(0, 120*86400).Draw(rt, "gap")) * time.Second)
		}
	})
}

// sums are kWh.
type sums struct{ solar, house, heatPump, heat, car, charge, discharge, imported, exported float64 }

func (k *sums) add(s demo.State, hours float64) {
	hours /= 1000
	k.solar += float64(s.Solar) * hours
	k.house += float64(s.House) * hours
	k.heatPump += float64(s.HeatPump) * hours
	k.heat += float64(s.Heat) * hours
	k.car += float64(s.Car) * hours
	k.charge += float64(s.BatteryCharge) * hours
	k.discharge += float64(s.BatteryDischarge) * hours
	k.imported += float64(s.GridImport) * hours
	k.exported += float64(s.GridExport) * hours
}

func TestPlausibleYear(t *testing.T) {
	h := demo.New(demo.Default())
	var year sums
	var months [12]sums
	for at := newYear; at.Year() == newYear.Year(); at = at.Add(time.Minute) {
		s := h.Step(at)
		checkBalance(t, s)
		year.add(s, 1.0/60)
		months[at.Month()-1].add(s, 1.0/60)
	}
	within := func(what string, got, low, high float64) {
		t.Helper()
		if got < low || got > high {
			t.Errorf("%s: %.0f, want %.0f to %.0f", what, got, low, high)
		}
	}
	within("solar", year.solar, 3500, 4500)
	within("appliances", year.house, 2300, 3200)
	within("heat pump", year.heatPump, 2500, 4000)
	within("heat", year.heat, 9000, 13000)
	within("seasonal performance, tenths", 10*year.heat/year.heatPump, 30, 42)
	within("car", year.car, 2000, 3500)
	within("import", year.imported, 4000, 7000)
	within("export", year.exported, 200, 1500)
	within("battery efficiency in %", 100*year.discharge/year.charge, 85, 93)
	for _, winter := range []int{0, 1, 10, 11} {
		within("solar in winter", months[winter].solar, 50, 260)
		within("heat in winter", months[winter].heat, 900, 2500)
	}
	for _, summer := range []int{4, 5, 6, 7} {
		within("solar in summer", months[summer].solar, 300, 650)
		within("heat in summer", months[summer].heat, 100, 700)
	}
	for month, k := range months {
		within("appliances in month "+time.Month(month+1).String(), k.house, 170, 300)
		within("car in month "+time.Month(month+1).String(), k.car, 130, 350)
	}
}

func TestNight(t *testing.T) {
	h := demo.New(demo.Default())
	for day := range 365 {
		midnight := newYear.AddDate(0, 0, day)
		if s := h.Step(midnight); s.Solar != 0 {
			t.Errorf("%s: %d W from the sun", midnight, s.Solar)
		}
	}
}

func TestDeterministic(t *testing.T) {
	step := func(h *demo.House) (states []demo.State) {
		for n := range 5000 {
			states = append(states, h.Step(newYear.Add(time.Duration(n)*5*time.Minute)))
		}
		return states
	}
	h := demo.New(demo.Default())
	first := step(h)
	if !slices.Equal(first, step(demo.New(demo.Default()))) {
		t.Error("two houses of the same seed differ")
	}
	if !slices.Equal(first, step(h)) {
		t.Error("a house that goes back in time is another house")
	}
	cfg := demo.Default()
	cfg.Seed++
	if slices.Equal(first, step(demo.New(cfg))) {
		t.Error("two seeds make the same house")
	}
}

// TestRestart: a program that is started anew continues about where the house was, and the energy over a day does not
// depend on the step.
func TestRestart(t *testing.T) {
	at := newYear.AddDate(0, 4, 10).Add(7 * time.Hour)
	running := demo.New(demo.Default())
	for s := at.AddDate(0, -1, 0); s.Before(at); s = s.Add(time.Minute) {
		running.Step(s)
	}
	restarted := demo.New(demo.Default())
	a, b := running.Step(at), restarted.Step(at)
	if d := a.Room - b.Room; d < -0.5 || d > 0.5 {
		t.Errorf("room %.2f °C becomes %.2f °C", a.Room, b.Room)
	}
	if d := a.BatteryCharged - b.BatteryCharged; d < -15 || d > 15 {
		t.Errorf("battery %.0f %% becomes %.0f %%", a.BatteryCharged, b.BatteryCharged)
	}
	var minutes, seconds sums
	for n := range 7 * 24 * 60 {
		minutes.add(running.Step(at.Add(time.Duration(n+1)*time.Minute)), 1.0/60)
	}
	for n := range 7 * 24 * 360 {
		seconds.add(restarted.Step(at.Add(time.Duration(n+1)*10*time.Second)), 10.0/3600)
	}
	for what, ratio := range map[string]float64{
		"solar": minutes.solar / seconds.solar, "appliances": minutes.house / seconds.house,
		"heat": minutes.heat / seconds.heat, "import": minutes.imported / seconds.imported,
	} {
		if ratio < 0.9 || ratio > 1.1 {
			t.Errorf("%s: by minutes %.2f times of what it is by ten seconds", what, ratio)
		}
	}
}

func BenchmarkAt(b *testing.B) {
	for _, step := range []time.Duration{time.Minute, 10 * time.Second} {
		b.Run(step.String(), func(b *testing.B) {
			h := demo.New(demo.Default())
			at := newYear
			b.ReportAllocs()
			for b.Loop() {
				h.At(at)
				at = at.Add(step)
			}
		})
	}
}
