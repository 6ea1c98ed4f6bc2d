package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// figure is one line of a table: what was found in each run.
type figure struct {
	name  string
	found []float64
	unit  string // with the blank before it, if there is to be one
	aim   aim
}

// aim is what a figure should at least, or at most, be. The zero aim is none.
type aim struct{ least, most float64 }

func (a aim) met(x float64) bool {
	return (a.least == 0 || x >= a.least) && (a.most == 0 || x <= a.most)
}

// table writes figures in Markdown.
func table(figures []figure) string {
	var b strings.Builder
	b.WriteString("| | median | lowest – highest | aim |\n|---|--:|--:|---|\n")
	for _, f := range figures {
		middle, spread := median(f.found), ""
		if len(f.found) > 1 {
			spread = number(slices.Min(f.found)) + " – " + number(slices.Max(f.found)) + f.unit
		}
		fmt.Fprintf(&b, "| %s | %s%s | %s | %s |\n", f.name, number(middle), f.unit, spread, f.verdict(middle))
	}
	return b.String()
}

func (f figure) verdict(x float64) string {
	var text string
	switch {
	case f.aim.least != 0:
		text = "≥ " + number(f.aim.least) + f.unit
	case f.aim.most != 0:
		text = "≤ " + number(f.aim.most) + f.unit
	default:
		return ""
	}
	if f.aim.met(x) {
		return text + ": met"
	}
	return text + ": **missed**"
}

// median is the middle one, or the mean of the middle two. Of none it is not a number.
func median(found []float64) float64 { return quantile(found, 0.5) }

// quantile gives what a share q of the numbers does not exceed, between neighbours in proportion.
func quantile(found []float64, q float64) float64 {
	if len(found) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(found))
	place := q * float64(len(sorted)-1)
	low := int(place)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (sorted[high]-sorted[low])*(place-float64(low))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// number writes three digits or more, with commas between thousands.
func number(x float64) string {
	size := math.Abs(x)
	switch {
	case x == math.Trunc(x) && size < 1000:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case size < 10:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case size < 100:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	digits := strconv.FormatFloat(x, 'f', 0, 64)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
