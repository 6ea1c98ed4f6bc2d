package phpjson

import (
	"math"
	"strconv"
)

const (
	// wholeLimit bounds the values that are printed as integers without looking for shortest digits: below it every
	// whole float64 has no shorter form than its integer.
	wholeLimit = 1e15

	// A number 0.d1d2… × 10^point is printed without exponent for minPoint ≤ point ≤ maxPoint.
	minPoint = -3
	maxPoint = 17
)

// AppendFloat appends f as json_encode prints a float; NaN and the infinities become null.
func AppendFloat(dst []byte, f float64) []byte {
	if math.Abs(f) < wholeLimit {
		if whole := int64(f); float64(whole) == f && (whole != 0 || !math.Signbit(f)) {
			return strconv.AppendInt(dst, whole, 10)
		}
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if abs := math.Abs(f); abs >= 1e-4 && abs < 1e16 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	if f == 0 {
		return append(dst, "-0"...)
	}
	return appendExtreme(dst, f)
}

// appendExtreme prints what is too large or too small to be a common value.
func appendExtreme(dst []byte, f float64) []byte {
	var space [32]byte
	text := strconv.AppendFloat(space[:0], f, 'e', -1, 64)
	if text[0] == '-' {
		dst = append(dst, '-')
		text = text[1:]
	}
	mantissa, exponent := splitExponent(text)
	point := exponent + 1
	if point >= minPoint && point <= maxPoint {
		return strconv.AppendFloat(dst, math.Abs(f), 'f', -1, 64)
	}
	dst = append(dst, mantissa...)
	if len(mantissa) == 1 {
		dst = append(dst, ".0"...)
	}
	if exponent < 0 {
		return strconv.AppendInt(append(dst, 'e'), int64(exponent), 10)
	}
	return strconv.AppendInt(append(dst, "e+"...), int64(exponent), 10)
}

// splitExponent takes "1.5e-07" apart into "1.5" and -7.
func splitExponent(text []byte) (mantissa []byte, exponent int) {
	at := len(text) - 1
	for text[at] != 'e' {
		at--
	}
	for _, digit := range text[at+2:] {
		exponent = exponent*10 + int(digit-'0')
	}
	if text[at+1] == '-' {
		exponent = -exponent
	}
	return text[:at], exponent
}
