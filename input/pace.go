package input

import "time"

const (
	// yields is how often others get the processor when the wait is too short for a timer: some ten microseconds when
	// they have nothing to do.
	yields = 100
	// coarse is how late a timer may fire on small machines.
	coarse = time.Millisecond
	// sceptic is the most messages that go without a wait after waits that were for nothing.
	sceptic = 1023
)

// pace decides whether the next message should wait for more entries though the log is free. Senders that were just
// answered tend to send again at once. When they miss the next message by a moment, each write serves half of them.
//
// Measured with 8 to 512 senders that come back at once (BenchmarkAccept): with a log that takes 8 ms twice as many
// posts a second; with one that takes 100 µs up to 1.7 times as many, or, where the processor is the limit, as many in
// half the messages. Senders that do not come back cost a quarter of a write, and seldom: what a wait brought decides
// when there will be another.
type pace struct {
	answered int           // senders of the message just written
	cost     time.Duration // of a write, on average
	skip     int           // messages that go without a wait
	misses   int           // what skip was set to last
}

func (p *pace) wrote(entries int, took time.Duration) {
	p.answered = entries
	p.cost += (took - p.cost) / 8
}

// patience is how long to wait for those just answered.
func (p *pace) patience(most time.Duration) time.Duration {
	if p.answered == 0 {
		return 0
	}
	if p.skip > 0 {
		p.skip--
		return 0
	}
	return min(most, p.cost/4)
}

// waited learns from a wait that brought so many entries.
func (p *pace) waited(came int) {
	if 2*came >= p.answered {
		p.misses = 0
		return
	}
	p.misses = min(2*p.misses+1, sceptic)
	p.skip = p.misses
}
