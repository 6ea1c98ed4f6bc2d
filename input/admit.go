package input

import (
	"context"
	"strings"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/journal"
)

// Clients match on the first; the second is worded as its sister.
const (
	tooManyNodes  = "Error: Reached the maximal allowed number of different NodeIds, limit is %d. Node '%s' was ignored."
	tooManyInputs = "Error: Reached the maximal allowed number of inputs, limit is %d. Input '%s' of node '%s' was ignored."
)

// Admit tells how many of the post's rows, from the first, its user may send. When that is not all of them the error
// says what is in the way of the next row: weir.TooLarge for a node or an input beyond the limit. New names in the
// admitted rows count from now on, though their inputs come into being later.
//
// For a user who switched the creation of inputs off everything is admitted: what is new will be discarded.
func (c *Catalogue) Admit(ctx context.Context, p *journal.Post) (rows int, err error) {
	o, err := c.owner(ctx, p.User)
	if err != nil {
		return 0, err
	}
	first := o.firstUnknown(p)
	if first == len(p.Rows) {
		return first, nil
	}
	create, err := c.store.InputCreation(ctx, p.User)
	if err != nil {
		return 0, err
	}
	if !create {
		return len(p.Rows), nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := first; i < len(p.Rows); i++ {
		if err := o.admit(p, &p.Rows[i], &c.cfg); err != nil {
			return i, err
		}
	}
	return len(p.Rows), nil
}

// firstUnknown is the first row with a node or name that the user does not have.
func (o *owner) firstUnknown(p *journal.Post) int {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var checked [64]*journal.Row // by node, as far as it reaches: rows of one node tend to have one shape
	for i := range p.Rows {
		row := &p.Rows[i]
		place := row.Node % len(checked)
		if before := checked[place]; before != nil && sameNames(row, before) {
			continue
		}
		names := o.nodes[p.Names[row.Node]]
		for _, cell := range row.Cells {
			if _, known := names[p.Names[cell.Name]]; !known {
				return i
			}
		}
		checked[place] = row
	}
	return len(p.Rows)
}

// sameNames tells that a row has no name that the other one lacks, for the usual case of rows of one shape.
func sameNames(row, other *journal.Row) bool {
	if row.Node != other.Node || len(row.Cells) > len(other.Cells) {
		return false
	}
	for i := range row.Cells {
		if row.Cells[i].Name != other.Cells[i].Name {
			return false
		}
	}
	return true
}

// admit counts the new names of a row, all of them or none.
func (o *owner) admit(p *journal.Post, row *journal.Row, cfg *Config) error {
	nodeName := p.Names[row.Node]
	names, known := o.nodes[nodeName]
	if !known && len(o.nodes) >= cfg.MaxNodes {
		return weir.Errorf(weir.TooLarge, tooManyNodes, cfg.MaxNodes, nodeName)
	}
	fresh := 0
	for _, cell := range row.Cells {
		if _, known := names[p.Names[cell.Name]]; known {
			continue
		}
		if fresh++; o.count+fresh > cfg.MaxInputs {
			return weir.Errorf(weir.TooLarge, tooManyInputs, cfg.MaxInputs, p.Names[cell.Name], nodeName)
		}
	}
	for _, cell := range row.Cells {
		// The post's strings are parts of its request, which must not live as long as its names.
		if name := p.Names[cell.Name]; o.nodes[nodeName][name] == nil {
			o.put(strings.Clone(nodeName), strings.Clone(name), nil)
		}
	}
	return nil
}
