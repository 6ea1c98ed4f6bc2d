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
	const nearby = 256
	low, step := from, int64(nearby)
	high := low
	for {
		high = min(low+step, c.v.total)
		if high == c.v.total {
			break
		}
		t, err := c.timeAt(high)
		if err != nil {
			return 0, err
		}
		if t >= at {
			break
		}
		low, step = high+1, step*4
	}
	for high-low > nearby {
		middle := low + (high-low)/2
		t, err := c.timeAt(middle)
		if err != nil {
			return 0, err
		}
		if t >= at {
			high = middle
		} else {
			low = middle + 1
		}
	}
	if low == high {
		return low, nil
	}
	if low < c.from || high > c.from+int64(len(c.window)) {
		if err := c.load(low, high-low+1); err != nil {
			return 0, err
		}
	}
	n := sort.Search(int(high-low), func(i int) bool { return int64(c.window[low-c.from+int64(i)].time) >= at })
	return low + int64(n), nil
}
