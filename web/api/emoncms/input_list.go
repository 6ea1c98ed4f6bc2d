package emoncms

import (
	"context"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web/api/emoncms/phpjson"
)

// Inputs is the catalogue of inputs; *input.Catalogue.
type Inputs interface {
	List(ctx context.Context, user weir.UserID) ([]weir.Input, error)
	Get(ctx context.Context, user weir.UserID, id weir.InputID) (weir.Input, error)
	Update(ctx context.Context, in weir.Input) error
	Delete(ctx context.Context, user weir.UserID, ids []weir.InputID) (int, error)
}

// inputReads shows inputs and their last samples.
type inputReads struct {
	inputs   Inputs
	pipeline Pipeline
}

func (h *inputReads) routes() []route {
	return []route{
		{path: "input/list", need: reader, run: h.list},
		{path: "input/get", need: reader, run: h.get},
		{path: "input/getinputs", need: reader, run: h.getInputs},
		{path: "input/get_inputs", need: reader, run: h.getInputs},
	}
}

// read waits for what was posted before and gives the user's inputs with their last samples.
func (h *inputReads) read(c *call) ([]weir.Input, map[weir.InputID]weir.Sample, error) {
	h.pipeline.Settle(c.ctx(), c.who.User)
	inputs, err := h.inputs.List(c.ctx(), c.who.User)
	return inputs, h.pipeline.LastInputs(c.who.User), err
}

func (h *inputReads) list(c *call) error {
	inputs, last, err := h.read(c)
	if err != nil {
		return err
	}
	c.out.Array()
	for i := range inputs {
		in := &inputs[i]
		c.out.Object().
			Key("id").IntString(int64(in.ID)).
			Key("nodeid").String(in.Node).
			Key("name").String(in.Name).
			Key("description").String(in.Description).
			Key("processList").String(in.List)
		writeSample(&c.out, last, in.ID)
		c.out.EndObject()
	}
	c.out.EndArray()
	return nil
}

// writeSample writes time and value, in this order because a meter's firmware finds the time by the comma after it.
func writeSample(w *phpjson.Writer, last map[weir.InputID]weir.Sample, id weir.InputID) {
	s, ok := last[id]
	if !ok {
		w.Key("time").Null().Key("value").Null()
		return
	}
	w.Key("time").Int(s.Time).Key("value").Float(s.Value)
}

// get shows all inputs by node and name, those of one node, or one of them.
func (h *inputReads) get(c *call) error {
	inputs, last, err := h.read(c)
	if err != nil {
		return err
	}
	node, name := c.Segment(2), c.Segment(3)
	if node == "" {
		node = c.param("node")
	}
	if name == "" {
		name = c.param("name")
	}
	one := func(in *weir.Input) {
		c.out.Object()
		writeSample(&c.out, last, in.ID)
		c.out.Key("processList").String(in.List).EndObject()
	}
	nodes := byNode(inputs)
	if node == "" {
		writeNodes(&c.out, nodes, one)
		return nil
	}
	for _, n := range nodes {
		if n[0].Node == node {
			return getNode(c, n, name, one)
		}
	}
	c.out.String("Node does not exist")
	return nil
}

func getNode(c *call, node []weir.Input, name string, one func(*weir.Input)) error {
	if name == "" {
		writeNode(&c.out, node, one)
		return nil
	}
	for i := range node {
		if node[i].Name == name {
			one(&node[i])
			return nil
		}
	}
	c.out.String("Node variable does not exist")
	return nil
}

func (h *inputReads) getInputs(c *call) error {
	inputs, _, err := h.read(c)
	if err != nil {
		return err
	}
	writeNodes(&c.out, byNode(inputs), func(in *weir.Input) {
		c.out.Object().Key("id").IntString(int64(in.ID)).Key("processList").String(in.List).EndObject()
	})
	return nil
}

// byNode groups inputs; nodes come in the order of their first input.
func byNode(inputs []weir.Input) [][]weir.Input {
	var nodes [][]weir.Input
	at := map[string]int{}
	for _, in := range inputs {
		i, ok := at[in.Node]
		if !ok {
			i = len(nodes)
			at[in.Node] = i
			nodes = append(nodes, nil)
		}
		nodes[i] = append(nodes[i], in)
	}
	return nodes
}

func writeNodes(w *phpjson.Writer, nodes [][]weir.Input, one func(*weir.Input)) {
	w.Object()
	for _, node := range nodes {
		w.Key(node[0].Node)
		writeNode(w, node, one)
	}
	w.EndObject()
}

func writeNode(w *phpjson.Writer, node []weir.Input, one func(*weir.Input)) {
	w.Object()
	for i := range node {
		w.Key(node[i].Name)
		one(&node[i])
	}
	w.EndObject()
}
