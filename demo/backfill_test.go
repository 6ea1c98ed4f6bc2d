package demo_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/demo"
)

func TestThePlan(t *testing.T) {
	plan := demo.ThePlan()
	if !strings.Contains(plan.Tag, "simulated") {
		t.Errorf("tag %q does not say that it is simulated", plan.Tag)
	}
	ids := make(map[string]weir.FeedID)
	for i, f := range plan.Feeds() {
		if ids[f.Name] != 0 {
			t.Errorf("feed %s is planned twice", f.Name)
		}
		ids[f.Name] = weir.FeedID(10 + i)
		if f.Unit == "" || strings.HasSuffix(f.Name, "_kwh") != (f.Unit == "kWh") {
			t.Errorf("feed %s in %q", f.Name, f.Unit)
		}
	}
	for _, name := range []string{"use", "use_kwh", "solar", "solar_kwh", "import_kwh", "export_kwh", "heatpump_elec", "heatpump_elec_kwh",
		"heatpump_heat", "heatpump_heat_kwh", "heatpump_flowT", "heatpump_outsideT", "heatpump_roomT", "battery_power", "battery_soc", "car_kwh"} {
		if ids[name] == 0 {
			t.Errorf("no feed %s", name)
		}
	}
	var planned, given []string
	for _, in := range plan.Inputs {
		planned = append(planned, in.Name)
		if !strings.HasPrefix(in.Description, "simulated: ") {
			t.Errorf("input %s: %q", in.Name, in.Description)
		}
	}
	for _, r := range demo.New(demo.Default()).At(newYear) {
		given = append(given, r.Name)
	}
	if diff := cmp.Diff(planned, given); diff != "" {
		t.Errorf("readings do not fit the plan (-planned +given):\n%s", diff)
	}
	if got := plan.Inputs[0].List(ids); got != "1:10,4:11" {
		t.Errorf("process list of use: %s", got)
	}
}

func TestBackfill(t *testing.T) {
	span := demo.Span{From: newYear.Add(time.Second), To: newYear.Add(42*time.Hour + time.Second), Step: time.Minute}
	var times []int64
	var dones []int
	err := demo.New(demo.Default()).Backfill(t.Context(), span, func(_ context.Context, rows []demo.Row) error {
		if len(rows) > 1000 {
			t.Errorf("%d rows in one post", len(rows))
		}
		for _, r := range rows {
			times = append(times, r.Time)
			if len(r.Readings) != len(demo.ThePlan().Inputs) {
				t.Fatalf("%d readings", len(r.Readings))
			}
		}
		return nil
	}, func(done, total int) {
		dones = append(dones, done)
		if total != 42*60 {
			t.Errorf("total %d", total)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(dones, []int{1000, 2000, 2520}) || len(times) != 2520 {
		t.Errorf("%d rows, progress %v", len(times), dones)
	}
	for i, at := range times {
		if at != newYear.Unix()+int64(i+1)*60 {
			t.Fatalf("row %d has time %d", i, at)
		}
	}
}

func TestBackfillNothing(t *testing.T) {
	post := func(context.Context, []demo.Row) error { t.Error("posted"); return nil }
	h := demo.New(demo.Default())
	if err := h.Backfill(t.Context(), demo.Span{From: newYear, To: newYear, Step: time.Minute}, post, nil); err != nil {
		t.Error(err)
	}
	for _, step := range []time.Duration{0, time.Millisecond, 1500 * time.Millisecond, 2 * time.Hour} {
		if err := h.Backfill(t.Context(), demo.Span{From: newYear, To: newYear, Step: step}, post, nil); weir.KindOf(err) != weir.Invalid {
			t.Errorf("step %v: %v", step, err)
		}
	}
}

func TestBackfillBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		span := demo.Span{From: newYear, To: newYear.Add(10 * time.Hour), Step: time.Minute}
		tries := 0
		post := func(context.Context, []demo.Row) error {
			if tries++; tries < 5 {
				return weir.Errorf(weir.Unavailable, "the backlog is full")
			}
			return nil
		}
		if err := demo.New(demo.Default()).Backfill(t.Context(), span, post, nil); err != nil || tries != 5 {
			t.Errorf("%v after %d tries", err, tries)
		}
		broken := weir.Errorf(weir.Denied, "not yours")
		err := demo.New(demo.Default()).Backfill(t.Context(), span, func(context.Context, []demo.Row) error { return broken }, nil)
		if !errors.Is(err, broken) || weir.KindOf(err) != weir.Denied || !strings.Contains(err.Error(), "2025-01-01T00:00:00Z") {
			t.Errorf("got %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		busy := func(context.Context, []demo.Row) error { return weir.Errorf(weir.Unavailable, "always") }
		if err := demo.New(demo.Default()).Backfill(ctx, span, busy, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute+time.Second)
		defer cancel()
		begin := time.Now()
		var times []int64
		away := errors.New("away")
		post := func(_ context.Context, rows []demo.Row) error {
			if since := time.Since(begin); since > 30*time.Second && since < 60*time.Second {
				return away
			}
			for _, r := range rows {
				times = append(times, r.Time)
			}
			return nil
		}
		var told []error
		if err := demo.New(demo.Default()).Live(ctx, 10*time.Second, post, func(err error) { told = append(told, err) }); err != nil {
			t.Fatal(err)
		}
		var want []int64
		for n := range 12 {
			want = append(want, begin.Unix()+int64(n+1)*10)
		}
		if diff := cmp.Diff(want, times); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if len(told) != 1 || !errors.Is(told[0], away) {
			t.Errorf("told %v", told)
		}
	})
}
