package variable

import "sort"

const windowPoints = 4096 // 36 KiB of file

// cursor reads the points of a view in ascending order through a window.
type cursor struct {
	v      *view
	from   int64
	window []point
	space  []point
}

// load makes the window begin at an index.
func (c *cursor) load(index, n int64) error {
	n = min(n, c.v.total-index)
	if int64(cap(c.space)) < n {
		c.space = make([]point, windowPoints)
	}
	c.from, c.window = index, c.space[:n]
	if err := c.v.read(index, c.window); err != nil {
		c.window = nil
		return err
	}
	return nil
}

// at gives the points from an index on, at least one; none at the end.
func (c *cursor) at(index int64) ([]point, error) {
	if index >= c.v.total {
		return nil, nil
	}
	if index < c.from || index >= c.from+int64(len(c.window)) {
		if err := c.load(index, windowPoints); err != nil {
			return nil, err
		}
	}
	return c.window[index-c.from:], nil
}

// timeAt reads one point's time.
func (c *cursor) timeAt(index int64) (int64, error) {
	if index >= c.from && index < c.from+int64(len(c.window)) {
		return int64(c.window[index-c.from].time), nil
	}
	var p [1]point
	err := c.v.read(index, p[:])
	return int64(p[0].time), err
}

// seek is the index of the first point at or after a time, looking from an index on: near it first, as the points of a
// series of windows are, then further and further away.
func (c *cursor) seek(from, at int64) (int64, error) {
	if index, ok := c.seekWindow(from, at); ok {
		return index, nil
	}
	low, high, err := c.bracket(from, at)
	if err != nil || low == high {
		return low, err
	}
	if low < c.from || high > c.from+int64(len(c.window)) {
		n := high - low + 1
		if c.from <= low && low <= c.from+int64(len(c.window)) {
			n = windowPoints // it goes on where the window ends
		}
		if err := c.load(low, n); err != nil {
			return 0, err
		}
	}
	n := sort.Search(int(high-low), func(i int) bool { return int64(c.window[low-c.from+int64(i)].time) >= at })
	return low + int64(n), nil
}

// seekWindow looks in the window only, at the next few points before it searches.
func (c *cursor) seekWindow(from, at int64) (int64, bool) {
	if from < c.from || from >= c.from+int64(len(c.window)) {
		return 0, false
	}
	w := c.window[from-c.from:]
	if int64(w[len(w)-1].time) < at {
		return 0, false
	}
	for i, p := range w[:min(4, len(w))] {
		if int64(p.time) >= at {
			return from + int64(i), true
		}
	}
	return from + int64(sort.Search(len(w), func(i int) bool { return int64(w[i].time) >= at })), true
}

// bracket narrows down where seek must look to a stretch that is quickly read.
func (c *cursor) bracket(from, at int64) (low, high int64, err error) {
	const nearby = 256
	low = from
	for step := int64(nearby); ; step *= 4 {
		high = min(low+step, c.v.total)
		if high == c.v.total {
			break
		}
		t, err := c.timeAt(high)
		if err != nil {
			return 0, 0, err
		}
		if t >= at {
			break
		}
		low = high + 1
	}
	for high-low > nearby {
		middle := low + (high-low)/2
		t, err := c.timeAt(middle)
		if err != nil {
			return 0, 0, err
		}
		if t >= at {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low, high, nil
}
