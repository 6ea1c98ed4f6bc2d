package httpin

import (
	"math"
	"strconv"
	"strings"
)

// blanks are what PHP allows around a number in a string.
const blanks = " \t\n\r\v\f"

// scanNumber reads the decimal number that text has at start: sign, digits with a dot somewhere, exponent. End is
// start when there is none. Strict tells that the number is also one in JSON.
func scanNumber(text string, start int) (v float64, end int, strict bool) {
	i, negative := start, false
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		negative = text[i] == '-'
		i++
	}
	strict = negative || i == start
	mantissa, first := uint64(0), i
	for i < len(text) && text[i]-'0' <= 9 {
		mantissa = mantissa*10 + uint64(text[i]-'0')
		i++
	}
	digits, scale := i-first, 0
	strict = strict && digits > 0 && (digits == 1 || text[first] != '0')
	if i < len(text) && text[i] == '.' {
		point := i + 1
		for i = point; i < len(text) && text[i]-'0' <= 9; i++ {
			mantissa = mantissa*10 + uint64(text[i]-'0')
		}
		scale = i - point
		digits += scale
		strict = strict && scale > 0
	}
	if digits == 0 {
		return 0, start, false
	}
	if end := scanExponent(text, i); end > i || !exact(mantissa, digits, scale) {
		v, _ = strconv.ParseFloat(text[start:end], 64) // out of range: ±Inf
		return v, end, strict
	}
	v = float64(mantissa) / math.Pow10(scale)
	if negative {
		v = -v
	}
	return v, i, strict
}

// exact tells that mantissa and the power of ten are whole numbers of a float64, so that one division rounds once.
// Nineteen digits fit 64 bits.
func exact(mantissa uint64, digits, scale int) bool {
	return digits <= 19 && mantissa <= 1<<53 && scale <= 22
}

// scanExponent is the end of an exponent at i, or i without one.
func scanExponent(text string, i int) int {
	if i >= len(text) || text[i]|0x20 != 'e' {
		return i
	}
	end := i + 1
	if end < len(text) && (text[end] == '-' || text[end] == '+') {
		end++
	}
	first := end
	for end < len(text) && text[end]-'0' <= 9 {
		end++
	}
	if end == first {
		return i
	}
	return end
}

// numeric reads text that is a number and nothing else, as is_numeric of PHP sees it. What does not fit a float64 is
// none: it could not be kept.
func numeric(text string) (float64, bool) {
	text = strings.Trim(text, blanks)
	v, end, _ := scanNumber(text, 0)
	return v, end > 0 && end == len(text) && !math.IsInf(v, 0)
}

// castFloat is PHP's (float): the number that text begins with, or 0.
func castFloat(text string) float64 {
	v, _, _ := scanNumber(strings.TrimLeft(text, blanks), 0)
	return v
}

// castInt is PHP's (int) of text.
func castInt(text string) int64 { return truncate(castFloat(text)) }

// truncate drops the fraction. Far outside of all times it stays at a number that sums of three do not overflow.
func truncate(v float64) int64 {
	const far = 1 << 60
	return int64(max(-far, min(far, v)))
}

// numberText is the text PHP makes of a number in JSON: of a float it shows fourteen digits.
func numberText(token string, v float64) string {
	if len(token) < 19 && !strings.ContainsAny(token, ".eE") {
		return token
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 13, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
