package form

import "strings"

// Unescape turns + into a space and %xx into its byte. A % that no two hexadecimal digits follow stays as it is.
func Unescape(s string) string {
	percents := strings.Count(s, "%")
	if percents == 0 {
		return strings.ReplaceAll(s, "+", " ")
	}
	var b strings.Builder
	b.Grow(max(len(s)-2*percents, 0)) // exact when every % begins an escape
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if decoded, ok := unhex(s[i+1:]); ok {
				c = decoded
				i += 2
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unhex(s string) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	high, low := digit(s[0]), digit(s[1])
	return high<<4 | low, high < 16 && low < 16
}

// digit is the value of a hexadecimal digit, 16 or more for anything else.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	default:
		return 16
	}
}
