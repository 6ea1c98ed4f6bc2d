package process_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/process"
)

func TestPreview(t *testing.T) {
	list, err := process.ParseText("2:0.1,1:7,11:3,11:4,4:8,29:8,67:1,2:5")
	if err != nil {
		t.Fatal(err)
	}
	got := process.Preview(list, weir.Sample{Time: 10, Value: 1000}, process.Env{
		Inputs: map[weir.InputID]weir.Sample{3: {Time: 9, Value: 20}},
		Feed:   func(id weir.FeedID) (weir.Sample, bool) { return weir.Sample{Time: 0, Value: 5}, id == 8 },
	})
	want := []process.StepResult{
		{Value: 100},
		{Value: 100, Writes: []process.Write{{Feed: 7, Sample: weir.Sample{Time: 10, Value: 100}}}},
		{Value: 120},
		{Value: 120}, // input 4 never had a value
		{Value: 120, Writes: []process.Write{{Feed: 8, Sample: weir.Sample{Time: 10, Value: 5 + 120*10/3.6e6}, Join: true}}},
		{Value: 125 + 120*10/3.6e6}, // sees what the step before would have written
		{Value: 125 + 120*10/3.6e6, Fault: `unknown process "67"`},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(process.StepResult{}, "Entry", "Step"), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Error(diff)
	}
	for i, r := range got {
		if r.Entry.Key != list[i].Key || r.Step != list[i].Step() {
			t.Errorf("step %d is %+v", i, r.Entry)
		}
	}
}

func TestPreviewOfALiveInput(t *testing.T) {
	b := newBlock(t, folder(t))
	prepare(b)
	b.inputs.Put(weir.Input{ID: 1, User: 1, Node: "node", Name: "a", List: "34:1"})
	b.start()
	defer b.close()
	b.append(message(0, "a", 1000))
	b.append(message(60, "a", 1010))
	b.catchUp()
	list, _ := process.ParseText("34:1,2:2")
	for range 2 { // a second look gives the same: nothing was remembered
		got, err := b.w.Preview(t.Context(), 1, 1, list, weir.Sample{Time: 120, Value: 1030})
		if err != nil || len(got) != 2 || got[0].Value != 30 || got[1].Value != 60 {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if points := b.points(1); len(points) != 1 {
		t.Errorf("a preview wrote: %v", points)
	}
}
