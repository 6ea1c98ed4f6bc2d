package demo

import "math"

// Streams of chance, one for each thing that must not depend on another.
const (
	streamClouds = iota + 1
	streamHaze
	streamGusts
	streamTemperature
	streamStandby
	streamDuty
	streamMeals
	streamWashing
	streamTrips
)

// chance gives a number in [0, 1) that depends on nothing but its arguments.
func (h *House) chance(stream, n int64) float64 {
	x := h.cfg.Seed + uint64(stream)*0x9e3779b97f4a7c15 + uint64(n)*0xd1b54a32d192ed03
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	x ^= x >> 31
	return float64(x>>11) / (1 << 53)
}

// smooth is chance without jumps: it goes through a new value at every whole x.
func (h *House) smooth(stream int64, x float64) float64 {
	whole := math.Floor(x)
	f := x - whole
	f = f * f * (3 - 2*f)
	a, b := h.chance(stream, int64(whole)), h.chance(stream, int64(whole)+1)
	return a + f*(b-a)
}

func clamp(x, low, high float64) float64 { return min(max(x, low), high) }
