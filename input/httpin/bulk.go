package httpin

// bulkReader reads the rows of an input/bulk in one pass. A faulty row ends the storing, not the reading: text that is
// no JSON further on makes all of it void, and the last row's offset decides what time the first one has.
type bulkReader struct {
	cursor
	batch *Batch
	limit int    // of values
	fault string // of the first faulty row
	last  int64  // offset of the last row
	given bool   // the last row has an offset

	nodeToken string // of the row before: most rows repeat it
	nodePlace int
}

// read leaves the rows in the batch, their offsets in place of times. A fault it returns makes all rows void.
func (r *bulkReader) read() (fault string) {
	if !r.take('[') || r.take(']') {
		return errBulk
	}
	for {
		if !r.row() {
			return errBulk
		}
		if len(r.batch.cells) > r.limit {
			return tooMany(r.limit)
		}
		again, ok := r.more(']')
		if !ok {
			return errBulk
		}
		if !again {
			break
		}
	}
	if !r.end() {
		return errBulk
	}
	if !r.given {
		return errLastRow
	}
	return ""
}

// row reads [offset, node, value, …] and tells whether it is sound JSON.
func (r *bulkReader) row() bool {
	r.given = false
	if !r.take('[') {
		r.fail(errBulk)
		return r.skip(deepest)
	}
	if r.take(']') {
		return true
	}
	v, how := r.cast()
	if how == broken {
		return false
	}
	r.last, r.given = truncate(v), how != absent
	if again, ok := r.more(']'); !again {
		return ok
	}
	start := r.at
	if !r.skip(deepest) {
		return false
	}
	token := r.text[start:r.at]
	if again, ok := r.more(']'); !again { // too short: not a row at all
		return ok
	}
	if how == refused {
		r.fail(errValue)
	}
	return r.values(token)
}

func (r *bulkReader) fail(fault string) {
	if r.fault == "" {
		r.fault = fault
	}
}

// values reads the rest of a row, whose node is in token.
func (r *bulkReader) values(token string) bool {
	b := r.batch
	if r.fault == "" && (token != r.nodeToken || token == "") {
		r.node(token)
	}
	start := b.start()
	for position := 1; ; {
		switch {
		case r.fault != "":
			if !r.skip(deepest) {
				return false
			}
		case r.next() == '{':
			if !r.members(start) {
				return false
			}
		default:
			v, how := r.cast()
			switch how {
			case broken:
				return false
			case refused:
				r.fail(errValue)
			case valued:
				b.put(start, b.position(position), v)
			case absent:
			}
			position++
		}
		if again, ok := r.more(']'); !again {
			if r.fault != "" {
				b.cells = b.cells[:start]
			}
			b.endRow(r.last, r.nodePlace)
			return ok
		}
	}
}

// members reads an object of named values and tells whether it is sound JSON.
func (r *bulkReader) members(start int) bool {
	r.take('{')
	if r.take('}') {
		return true
	}
	for {
		key, ok := r.key()
		if !ok {
			return false
		}
		v, how := r.cast()
		if how == broken {
			return false
		}
		name := cleanName(key)
		if fault := checkName(name); fault != "" {
			r.fail(fault)
		} else if how == refused {
			r.fail(errValue)
		} else if how == valued && r.fault == "" {
			r.batch.put(start, r.batch.intern(name), v)
		}
		if again, ok := r.more('}'); !again {
			return ok
		}
	}
}

// node finds the name of a node in its JSON.
func (r *bulkReader) node(token string) {
	c := cursor{text: token}
	given := ""
	switch c.next() {
	case '{', '[':
		r.fail(errNode)
		return
	case '"':
		given, _ = c.str()
	case 't':
		given = "1"
	case 'n', 'f':
	default:
		v, _ := c.number()
		given = numberText(token[:c.at], v)
	}
	name, fault := nodeName(given)
	if fault != "" {
		r.fail(fault)
		return
	}
	r.nodeToken, r.nodePlace = token, r.batch.intern(name)
}
