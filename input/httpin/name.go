package httpin

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleanName drops what a name may not hold, then the spaces around it: letters and numbers of any script, spaces and
// _ - . stay. Bytes that are no UTF-8 go too. Only a name with something foreign in its middle costs memory.
func cleanName(s string) string {
	s = trimName(s)
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || !plainByte(c) {
			return cleanSlow(s)
		}
	}
	return s
}

// trimName cuts ASCII that would be dropped or trimmed from both ends.
func trimName(s string) string {
	for s != "" && trimmed(s[0]) {
		s = s[1:]
	}
	for s != "" && trimmed(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func trimmed(c byte) bool { return c == ' ' || c < utf8.RuneSelf && !plainByte(c) }

func plainByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '-' || c == '.' || c == ' '
}

func cleanSlow(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			// a byte that is no UTF-8
		case r == '_', r == '-', r == '.', unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsSpace(r):
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// checkName says what is wrong with a cleaned name.
func checkName(name string) (fault string) {
	switch {
	case name == "":
		return errKey
	case len(name) > maxName:
		return fmt.Sprintf("Format error, name is longer than %d bytes", maxName)
	default:
		return ""
	}
}

// nodeName is the name of a node as given; nothing but spaces is node 0.
func nodeName(given string) (name, fault string) {
	if strings.TrimSpace(given) == "" {
		return "0", ""
	}
	name = cleanName(given)
	return name, checkName(name)
}
