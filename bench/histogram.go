package bench

import (
	"math"
	"math/bits"
	"time"
)

// Histogram counts durations in classes that are 1/128 of their value wide, so that any quantile is right to 0.4 %,
// over the whole range of a Duration and in constant memory:
//
//	class  0 … 255      one nanosecond wide
//	      256 … 383     2 ns wide, from 256 ns
//	      384 … 511     4 ns wide, from 512 ns, and so on: 128 classes for each doubling
//
// The zero value is empty and ready.
type Histogram struct {
	classes [classCount]uint64
	count   uint64
	sum     float64
	max     time.Duration
}

const (
	classBits  = 7
	classCount = (64 - classBits) << classBits
)

func classOf(ns uint64) int {
	shift := max(bits.Len64(ns)-(classBits+1), 0)
	return shift<<classBits + int(ns>>shift)
}

// middle is the duration that stands for a class.
func middle(class int) time.Duration {
	shift := max(class>>classBits-1, 0)
	low := uint64(class-shift<<classBits) << shift
	return time.Duration(low + 1<<shift/2)
}

// Record counts a duration.
func (h *Histogram) Record(d time.Duration) {
	d = max(d, 0)
	h.classes[classOf(uint64(d))]++
	h.count++
	h.sum += float64(d)
	h.max = max(h.max, d)
}

// Merge adds what another histogram counted.
func (h *Histogram) Merge(o *Histogram) {
	for i, n := range o.classes {
		h.classes[i] += n
	}
	h.count += o.count
	h.sum += o.sum
	h.max = max(h.max, o.max)
}

// Count is how many durations were recorded.
func (h *Histogram) Count() uint64 { return h.count }

// Max is the longest duration, exactly.
func (h *Histogram) Max() time.Duration { return h.max }

// Mean is the mean duration, 0 of none.
func (h *Histogram) Mean() time.Duration {
	if h.count == 0 {
		return 0
	}
	return time.Duration(h.sum / float64(h.count))
}

// Quantile is the duration that a share q (0…1) of all did not exceed, 0 of none.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := uint64(math.Ceil(q * float64(h.count)))
	rank = min(max(rank, 1), h.count)
	var seen uint64
	for class, n := range h.classes {
		if seen += n; n > 0 && seen >= rank {
			return min(middle(class), h.max)
		}
	}
	return 0
}
