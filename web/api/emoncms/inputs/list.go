package inputs

import (
	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/phpjson"
	"github.com/weirhq/weir/web/api/emoncms"
)

// reads shows inputs and their last samples.
type reads struct {
	inputs   Catalogue
	pipeline emoncms.Pipeline
}

func (h *reads) routes() []emoncms.Route {
	return []emoncms.Route{
		{Path: "input/list", Need: emoncms.Reader, Run: h.list},
		{Path: "input/get", Need: emoncms.Reader, Run: h.get},
		{Path: "input/getinputs", Need: emoncms.Reader, Run: h.getInputs},
		{Path: "input/get_inputs", Need: emoncms.Reader, Run: h.getInputs},
	}
}

// read waits for what was posted before and gives the user's inputs with their last samples.
func (h *reads) read(c *emoncms.Call) ([]weir.Input, map[weir.InputID]weir.Sample, error) {
	h.pipeline.Settle(c.Context(), c.Who.User)
	inputs, err := h.inputs.List(c.Context(), c.Who.User)
	return inputs, h.pipeline.LastInputs(c.Who.User), err
}

func (h *reads) list(c *emoncms.Call) error {
	inputs, last, err := h.read(c)
	if err != nil {
		return err
	}
	c.Out.Array()
	for i := range inputs {
		in := &inputs[i]
		c.Out.Object().
			Key("id").IntString(int64(in.ID)).
			Key("nodeid").String(in.Node).
			Key("name").String(in.Name).
			Key("description").String(in.Description).
			Key("processList").String(in.List)
		writeSample(&c.Out, last, in.ID)
		c.Out.EndObject()
	}
	c.Out.EndArray()
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
func (h *reads) get(c *emoncms.Call) error {
	inputs, last, err := h.read(c)
	if err != nil {
		return err
	}
	node, name := c.Segment(2), c.Segment(3)
	if node == "" {
		node = c.Param("node")
	}
	if name == "" {
		name = c.Param("name")
	}
	one := func(in *weir.Input) {
		c.Out.Object()
		writeSample(&c.Out, last, in.ID)
		c.Out.Key("processList").String(in.List).EndObject()
	}
	nodes := byNode(inputs)
	if node == "" {
		writeNodes(&c.Out, nodes, one)
		return nil
	}
	for _, n := range nodes {
		if n[0].Node == node {
			return getNode(c, n, name, one)
		}
	}
	c.Out.String("Node does not exist")
	return nil
}

func getNode(c *emoncms.Call, node []weir.Input, name string, one func(*weir.Input)) error {
	if name == "" {
		writeNode(&c.Out, node, one)
		return nil
	}
	for i := range node {
		if node[i].Name == name {
			one(&node[i])
			return nil
		}
	}
	c.Out.String("Node variable does not exist")
	return nil
}

func (h *reads) getInputs(c *emoncms.Call) error {
	inputs, _, err := h.read(c)
	if err != nil {
		return err
	}
	writeNodes(&c.Out, byNode(inputs), func(in *weir.Input) {
		c.Out.Object().Key("id").IntString(int64(in.ID)).Key("processList").String(in.List).EndObject()
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
