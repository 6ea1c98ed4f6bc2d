package feed_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/feed"
)

type pair struct {
	T int64
	V float64
}

func pairs(s feed.Series) []pair {
	out := make([]pair, len(s.Times))
	for i := range out {
		out[i] = pair{s.Times[i], s.Values[i]}
	}
	return out
}

// sparse is data of both engines: 1000 1010 1020 1030, a gap, 1060 1070, with 0 1 2 3 6 7 for values.
func sparse(t *testing.T) (s *server, fixed, variable weir.FeedID) {
	s = newServer(t)
	fixed, variable = s.feed(t, weir.EngineFixed, "fixed"), s.feed(t, weir.EngineVariable, "variable")
	w := s.Writer()
	s.writer = w
	for _, i := range []int64{0, 1, 2, 3, 6, 7} {
		for _, id := range []weir.FeedID{fixed, variable} {
			must(t, w.Append(id, weir.Sample{Time: 1000 + 10*i, Value: float64(i)}, false))
		}
		if i == 2 {
			must(t, w.Flush()) // the rest stays in memory
		}
	}
	return s, fixed, variable
}

func TestQueryRules(t *testing.T) {
	s, fixed, variable := sparse(t)
	one := []bool{true}
	two, none := 0, -1
	sec := func(n int64) feed.Interval { return feed.Interval{Seconds: n} }
	for _, c := range []struct {
		name string
		feed weir.FeedID
		q    feed.Query
		want []pair
	}{
		{"end is included, nulls before, in gaps and after", fixed, feed.Query{Start: 990, End: 1080, Interval: sec(10)},
			[]pair{{990, nan()}, {1000, 0}, {1010, 1}, {1020, 2}, {1030, 3}, {1040, nan()}, {1050, nan()}, {1060, 6}, {1070, 7}, {1080, nan()}}},
		{"times are not aligned, slots hold until the next", fixed, feed.Query{Start: 995, End: 1080, Interval: sec(25)},
			[]pair{{995, nan()}, {1020, 2}, {1045, nan()}, {1070, 7}}},
		{"finer than the slots repeats them, up to the last one's time", fixed, feed.Query{Start: 1060, End: 1075, Interval: sec(5)},
			[]pair{{1060, 6}, {1065, 6}, {1070, 7}, {1075, nan()}}},
		{"a variable feed gives the first point of each window", variable, feed.Query{Start: 995, End: 1080, Interval: sec(25)},
			[]pair{{995, 0}, {1020, 2}, {1045, 6}, {1070, 7}}},
		{"finer than a variable feed's points gives nulls between", variable, feed.Query{Start: 1060, End: 1075, Interval: sec(5)},
			[]pair{{1060, 6}, {1065, nan()}, {1070, 7}, {1075, nan()}}},
		{"own times", variable, feed.Query{Start: 995, End: 1080, Interval: sec(25), LimitInterval: 2},
			[]pair{{1000, 0}, {1020, 2}, {1060, 6}, {1070, 7}}},
		{"own times mean nothing to slots", fixed, feed.Query{Start: 1003, End: 1010, Interval: sec(5), LimitInterval: 2},
			[]pair{{1003, 0}, {1008, 0}}},
		{"average", fixed, feed.Query{Start: 1000, End: 1070, Interval: sec(30), Average: one},
			[]pair{{1000, 1}, {1030, 3}, {1060, 6.5}}},
		{"average counts points by their time", fixed, feed.Query{Start: 1005, End: 1070, Interval: sec(20), Average: one},
			[]pair{{1005, 1.5}, {1025, 3}, {1045, 6}, {1065, 7}}},
		{"average is off when it could only repeat", fixed, feed.Query{Start: 1000, End: 1020, Interval: sec(10), Average: one},
			[]pair{{1000, 0}, {1010, 1}, {1020, 2}}},
		{"average of a variable feed, the point before the gap counted after it", variable,
			feed.Query{Start: 1000, End: 1060, Interval: sec(15), Average: one},
			[]pair{{1000, 0}, {1015, 1.5}, {1030, nan()}, {1045, 3}, {1060, 6.5}}},
		{"skip missing", fixed, feed.Query{Start: 990, End: 1060, Interval: sec(10), SkipMissing: true},
			[]pair{{1000, 0}, {1010, 1}, {1020, 2}, {1030, 3}, {1060, 6}}},
		{"limited to the slots", fixed, feed.Query{Start: 1000, End: 1020, Interval: sec(1), LimitInterval: 1},
			[]pair{{1000, 0}, {1010, 1}, {1020, 2}}},
		{"limited to a multiple of the slots", fixed, feed.Query{Start: 1000, End: 1060, Interval: sec(26), LimitInterval: 1},
			[]pair{{1000, 0}, {1030, 3}, {1060, 6}}},
		{"limited means nothing to a variable feed", variable, feed.Query{Start: 1000, End: 1005, Interval: sec(5), LimitInterval: 1},
			[]pair{{1000, 0}, {1005, nan()}}},
		{"delta, the end moved on to a whole step", fixed, feed.Query{Start: 1000, End: 1024, Interval: sec(10), Delta: one},
			[]pair{{1000, 1}, {1010, 1}, {1020, 1}}},
		{"delta is null when either side is, but the newest point stands in", fixed, feed.Query{Start: 1030, End: 1070, Interval: sec(20), Delta: one},
			[]pair{{1030, nan()}, {1050, nan()}}},
		{"delta so far", fixed, feed.Query{Start: 1020, End: 1060, Interval: sec(40), Delta: one},
			[]pair{{1020, 4}}},
		{"delta of a start that is no whole step may leave nothing", fixed, feed.Query{Start: 1060, End: 1061, Interval: sec(60), Delta: one},
			nil},
		{"delta so far within the window", fixed, feed.Query{Start: 1020, End: 1110, Interval: sec(90), Delta: one},
			[]pair{{1020, 5}}},
		{"original", fixed, feed.Query{Start: 1005, End: 1020, Interval: feed.Interval{Original: true}},
			[]pair{{1005, 0}, {1015, 1}}},
		{"original of a variable feed", variable, feed.Query{Start: 1005, End: 1070, Interval: feed.Interval{Original: true}},
			[]pair{{1010, 1}, {1020, 2}, {1030, 3}, {1060, 6}, {1070, 7}}},
		{"a fraction of a second is cut off", fixed, feed.Query{Start: 1000.9, End: 1010.9, Interval: sec(10)},
			[]pair{{1000, 0}, {1010, 1}}},
		{"rounded", fixed, feed.Query{Start: 1000, End: 1030, Interval: sec(30), Average: one, Decimals: &two},
			[]pair{{1000, 1}, {1030, 3}}},
		{"not rounded", fixed, feed.Query{Start: 1000, End: 1020, Interval: sec(20), Average: one, Decimals: &none},
			[]pair{{1000, 0.5}, {1020, 2.5}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Feeds = []weir.FeedID{c.feed}
			got, err := s.Data(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, pairs(got[0]), floats(), cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestQueryDefaultInterval(t *testing.T) {
	s, fixed, _ := sparse(t)
	got, err := s.Data(t.Context(), feed.Query{Feeds: []weir.FeedID{fixed}, Start: 0, End: 8000})
	if err != nil || len(got[0].Times) != 801 || got[0].Times[1] != 10 {
		t.Errorf("%d points, %v", len(got[0].Times), err)
	}
}

func TestQueryRefusals(t *testing.T) {
	s, fixed, _ := sparse(t)
	ids := []weir.FeedID{fixed}
	for _, c := range []struct {
		q       feed.Query
		kind    weir.Kind
		message string
	}{
		{feed.Query{Feeds: ids, Start: 10, End: 10, Interval: feed.Interval{Seconds: 1}}, weir.Invalid, "Request end time before start time"},
		{feed.Query{Feeds: ids, Start: 1000, End: 1200}, weir.Invalid, "Invalid interval"},
		{feed.Query{Feeds: ids, Start: 0, End: 200_004, Interval: feed.Interval{Seconds: 5}}, weir.TooLarge,
			"request datapoint limit reached (20000), increase request interval or reduce time range, requested datapoints = 40001"},
		{feed.Query{Start: 0, End: 10}, weir.Invalid, "no ids given"},
		{feed.Query{Feeds: []weir.FeedID{9}, Start: 0, End: 10}, weir.NotFound, "feed 9 does not exist"},
		{feed.Query{Feeds: []weir.FeedID{9, fixed, 8}, Start: 0, End: 10}, weir.NotFound, "2 feeds do not exist"},
		{feed.Query{Feeds: ids, Start: math.NaN(), End: 10}, weir.Invalid, "Request start or end time out of range"},
		{feed.Query{Feeds: ids, Start: 0, End: math.Inf(1)}, weir.Invalid, "Request start or end time out of range"},
	} {
		_, err := s.Data(t.Context(), c.q)
		if weir.KindOf(err) != c.kind || weir.Message(err) != c.message {
			t.Errorf("%+v: %v (%v)", c.q, err, weir.KindOf(err))
		}
	}
	_, err := s.Data(t.Context(), feed.Query{Feeds: []weir.FeedID{9, fixed, 8}, Start: 0, End: 10})
	missing, ok := errors.AsType[*feed.MissingError](err)
	if !ok || cmp.Diff([]weir.FeedID{9, 8}, missing.Feeds) != "" {
		t.Errorf("missing feeds are not named: %v", err)
	}
	if _, err := s.Data(t.Context(), feed.Query{Feeds: ids, Start: 0, End: 200_004, Interval: feed.Interval{Seconds: 5}, Unlimited: true}); err != nil {
		t.Error(err)
	}
}

func TestSeveralFeeds(t *testing.T) {
	s, fixed, variable := sparse(t)
	got, err := s.Data(t.Context(), feed.Query{
		Feeds: []weir.FeedID{variable, fixed, variable}, Start: 1000, End: 1020, Interval: feed.Interval{Seconds: 20},
		Average: []bool{false, true}, Delta: []bool{false, false, true},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []feed.Series{
		{Feed: variable, Times: []int64{1000, 1020}, Values: []float64{0, 2}},
		{Feed: fixed, Times: []int64{1000, 1020}, Values: []float64{0.5, 2.5}},
		// Averages of a variable feed's windows 1000, 1020 and 1040: 0.5, 2, 3.
		{Feed: variable, Times: []int64{1000, 1020}, Values: []float64{1.5, 1}},
	}
	if d := cmp.Diff(want, got, floats()); d != "" {
		t.Error(d)
	}
}

func TestParseInterval(t *testing.T) {
	for in, want := range map[string]feed.Interval{
		"": {}, "0": {}, "0.5": {}, "-3": {}, "10": {Seconds: 10}, "10.9": {Seconds: 10}, "abc": {Seconds: 1}, "NaN": {Seconds: 1},
		"original": {Original: true}, "daily": {Calendar: feed.Daily}, "weekly": {Calendar: feed.Weekly},
		"monthly": {Calendar: feed.Monthly}, "annual": {Calendar: feed.Annual},
	} {
		if got := feed.ParseInterval(in); got != want {
			t.Errorf("%q: %+v, want %+v", in, got, want)
		}
	}
}

// clock gives the local times of an answer.
func clock(s feed.Series, zone *time.Location) []string {
	out := make([]string, len(s.Times))
	for i, at := range s.Times {
		out[i] = time.Unix(at, 0).In(zone).Format("Mon 2006-01-02 15:04 -0700")
	}
	return out
}

func TestCalendarTimes(t *testing.T) {
	s, fixed, variable := sparse(t)
	for _, c := range []struct {
		zone, start, end string
		step             feed.Calendar
		want             []string
	}{
		{"Europe/London", "2024-03-30 15:00", "2024-04-01 01:00", feed.Daily, // 31 March has 23 hours
			[]string{"Sat 2024-03-30 00:00 +0000", "Sun 2024-03-31 00:00 +0000", "Mon 2024-04-01 00:00 +0100"}},
		{"America/New_York", "2024-11-02 12:00", "2024-11-04 00:00", feed.Daily, // 3 November has 25 hours
			[]string{"Sat 2024-11-02 00:00 -0400", "Sun 2024-11-03 00:00 -0400", "Mon 2024-11-04 00:00 -0500"}},
		{"America/Sao_Paulo", "2018-11-03 12:00", "2018-11-05 12:00", feed.Daily, // 4 November begins at one o'clock
			[]string{"Sat 2018-11-03 00:00 -0300", "Sun 2018-11-04 01:00 -0200", "Mon 2018-11-05 00:00 -0200"}},
		{"America/Havana", "2024-11-02 12:00", "2024-11-04 12:00", feed.Daily, // midnight of 3 November comes twice
			[]string{"Sat 2024-11-02 00:00 -0400", "Sun 2024-11-03 00:00 -0400", "Mon 2024-11-04 00:00 -0500"}},
		{"Europe/London", "2024-03-23 10:00", "2024-04-09 00:00", feed.Weekly, // a Saturday begins the Monday after
			[]string{"Mon 2024-03-25 00:00 +0000", "Mon 2024-04-01 00:00 +0100", "Mon 2024-04-08 00:00 +0100"}},
		{"Europe/London", "2024-03-25 10:00", "2024-03-26 00:00", feed.Weekly, // a Monday begins itself
			[]string{"Mon 2024-03-25 00:00 +0000"}},
		{"Europe/London", "2024-01-31 10:00", "2024-04-01 00:00", feed.Monthly,
			[]string{"Mon 2024-01-01 00:00 +0000", "Thu 2024-02-01 00:00 +0000", "Fri 2024-03-01 00:00 +0000", "Mon 2024-04-01 00:00 +0100"}},
		{"Europe/London", "2022-06-15 10:00", "2024-05-01 00:00", feed.Annual, // from January, with every engine
			[]string{"Sat 2022-01-01 00:00 +0000", "Sun 2023-01-01 00:00 +0000", "Mon 2024-01-01 00:00 +0000"}},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at := func(text string) float64 {
			when, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
			if err != nil {
				t.Fatal(err)
			}
			return float64(when.Unix())
		}
		got, err := s.Data(t.Context(), feed.Query{
			Feeds: []weir.FeedID{fixed, variable}, Start: at(c.start), End: at(c.end), Zone: zone, Interval: feed.Interval{Calendar: c.step},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, series := range got {
			if d := cmp.Diff(c.want, clock(series, zone)); d != "" {
				t.Errorf("%s %s: %s", c.zone, c.start, d)
			}
		}
	}
}

// A meter that counts 1 kWh an hour: days of 23, 24 and 25 hours show as such, and today as far as it has come.
func TestDaysOfAMeter(t *testing.T) {
	for _, c := range []struct {
		zone, from, now string
		want            []float64
	}{
		{"Europe/London", "2024-03-30 00:00", "2024-04-01 06:00", []float64{24, 23, 6}},
		{"America/New_York", "2024-11-02 00:00", "2024-11-04 06:00", []float64{24, 25, 6}},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.ParseInLocation("2006-01-02 15:04", c.from, zone)
		must(t, err)
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, zone)
		must(t, err)
		s := newServer(t)
		fixed, variable := s.feed(t, weir.EngineFixed, "fixed"), s.feed(t, weir.EngineVariable, "variable")
		w := s.Writer()
		for at := from.Unix(); at <= now.Unix(); at += 600 {
			kwh := float64(at-from.Unix()) / 3600
			must(t, w.Append(fixed, weir.Sample{Time: at, Value: kwh}, true))
			must(t, w.Append(variable, weir.Sample{Time: at, Value: kwh}, false))
		}
		for _, end := range []int64{now.Unix(), now.Unix() + 3600} {
			got, err := s.Data(t.Context(), feed.Query{
				Feeds: []weir.FeedID{fixed, variable}, Start: float64(from.Unix() + 7200), End: float64(end), Zone: zone,
				Interval: feed.Interval{Calendar: feed.Daily}, Delta: []bool{true},
			})
			must(t, err)
			for _, series := range got {
				if d := cmp.Diff(c.want, series.Values, floats()); d != "" {
					t.Errorf("%s, feed %d: %s", c.zone, series.Feed, d)
				}
			}
		}
	}
}

func TestBands(t *testing.T) {
	s, fixed, variable := sparse(t)
	for _, id := range []weir.FeedID{fixed, variable} {
		got, err := s.Bands(t.Context(), id, 990, 1075, 3) // 29 s a piece, from 986 on
		must(t, err)
		want := feed.Bands{
			Times: []int64{986, 1015, 1044, 1073}, Width: 29,
			Mean: []float64{.5, 2.5, 6.5, nan()}, Min: []float64{0, 2, 6, nan()}, Max: []float64{1, 3, 7, nan()},
		}
		if d := cmp.Diff(want, got, floats()); d != "" {
			t.Errorf("feed %d: %s", id, d)
		}
	}
	got, err := s.Bands(t.Context(), fixed, 1020, 1060, 5)
	must(t, err)
	values := []float64{2, 3, nan(), nan(), 6}
	want := feed.Bands{Times: []int64{1020, 1030, 1040, 1050, 1060}, Mean: values, Min: values, Max: values}
	if d := cmp.Diff(want, got, floats()); d != "" {
		t.Error(d)
	}
	if _, err := s.Bands(t.Context(), fixed, 0, 10, 0); weir.KindOf(err) != weir.Invalid {
		t.Error(err)
	}
}

func TestValue(t *testing.T) {
	s, fixed, variable := sparse(t)
	for _, c := range []struct {
		feed weir.FeedID
		at   int64
		want float64
	}{
		{fixed, 994, nan()}, {fixed, 995, 0}, {fixed, 1004, 0}, {fixed, 1005, 1}, {fixed, 1045, nan()}, {fixed, 1074, 7}, {fixed, 1075, nan()},
		{variable, 0, 0}, {variable, 1001, 1}, {variable, 1031, 6}, {variable, 1070, 7}, {variable, 1071, nan()},
	} {
		got, err := s.Value(t.Context(), c.feed, c.at)
		must(t, err)
		if d := cmp.Diff(c.want, got, floats()); d != "" {
			t.Errorf("feed %d at %d: %s", c.feed, c.at, d)
		}
	}
}
