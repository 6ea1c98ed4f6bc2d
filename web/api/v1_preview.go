package api

import (
	"context"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/process"
	"github.com/weirhq/weir/web/api/emoncms/inputs"
)

// Previewer runs a list without writing anything; the worker of the user's block.
type Previewer interface {
	Preview(ctx context.Context, user weir.UserID, input weir.InputID, list process.List, s weir.Sample) ([]process.StepResult, error)
}

// previews show an editor what a list would make of a value.
type previews struct {
	inputs     inputs.Catalogue
	belongings *inputs.Belongings
	previewer  Previewer
}

func (h *previews) run(v *visit) error {
	var wanted struct {
		Input weir.InputID `json:"inputid"`
		List  string       `json:"list"`
		Value float64      `json:"value"`
		Time  int64        `json:"time"` // 0: now
	}
	if err := v.read(&wanted); err != nil {
		return err
	}
	ctx := v.http.Context()
	if _, err := h.inputs.Get(ctx, v.who.User, wanted.Input); err != nil {
		return err
	}
	list, err := process.Parse([]byte(wanted.List))
	if err != nil {
		return err
	}
	if err := h.belongings.Check(ctx, v.who.User, list); err != nil {
		return err
	}
	if wanted.Time == 0 {
		wanted.Time = time.Now().Unix()
	}
	sample := weir.Sample{Time: wanted.Time, Value: wanted.Value}
	steps, err := h.previewer.Preview(ctx, v.who.User, wanted.Input, list, sample)
	if err != nil {
		return err
	}
	var w phpjson.Writer
	w.Object().Key("steps").Array()
	for i := range steps {
		writeStep(&w, &steps[i])
	}
	w.EndArray().EndObject()
	v.send(w.Bytes())
	return nil
}

func writeStep(w *phpjson.Writer, step *process.StepResult) {
	key := step.Entry.Key
	if step.Step != nil {
		key = step.Step.Key
	}
	w.Object().Key("key").String(key).Key("value").Float(step.Value)
	if len(step.Writes) > 0 {
		w.Key("writes").Array()
		for _, write := range step.Writes {
			w.Object().Key("feed").Int(int64(write.Feed)).Key("time").Int(write.Sample.Time).
				Key("value").Float(write.Sample.Value).EndObject()
		}
		w.EndArray()
	}
	if step.Fault != "" {
		w.Key("fault").String(step.Fault)
	}
	w.EndObject()
}
