package input

import "time"

// pace decides whether a message should wait for more entries although the disk is free. Senders that were just
// answered tend to send again at once; when they miss the next message by a moment, each write serves half of them.
type pace struct {
	last      int
	cost      time.Duration
	skip, off int
}

func (p *pace) wrote(entries int, took time.Duration) {
	p.last = entries
	p.cost += (took - p.cost) / 8
}
func (p *pace) idle() { p.last = 0 }

func (p *pace) patience(have int, most time.Duration) time.Duration {
	if have >= p.last {
		return 0
	}
	if p.skip > 0 {
		p.skip--
		return 0
	}
	return min(most, p.cost/2)
}
func (p *pace) waited(before, after int) {
	if (after-before)*2 >= before {
		p.off = 0
	} else {
		p.off = min(p.off*2+1, 1023)
		p.skip = p.off
	}
}
