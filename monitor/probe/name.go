package probe

import (
	"strconv"
	"strings"
)

// maxName keeps names short enough for feeds and pages.
const maxName = 24

// mountName is the clean name of a mount point.
func mountName(path string) string {
	if name := cleanName(path); name != "" {
		return name
	}
	return "root"
}

// clean is cleanName, remembered.
func (p *Probe) clean(s string) string {
	name, ok := p.names[s]
	if !ok {
		name = cleanName(s)
		if name == "" {
			name = "unnamed"
		}
		if len(p.names) < 64*maxEach {
			p.names[s] = name
		}
	}
	return name
}

// cleanName turns a name that the system or a disk's owner chose into one that fits names of inputs and feeds.
func cleanName(s string) string {
	var b strings.Builder
	gap := false
	for _, c := range []byte(strings.ToLower(s)) {
		if !isDigit(c) && (c < 'a' || c > 'z') {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('_')
			gap = false
		}
		b.WriteByte(c)
		if b.Len() >= maxName {
			break
		}
	}
	return b.String()
}

// uniqueName gives name, or name_2, name_3 … when it is taken, and takes it.
func uniqueName(name string, taken map[string]bool) string {
	unique := name
	for n := 2; taken[unique]; n++ {
		unique = name + "_" + strconv.Itoa(n)
	}
	taken[unique] = true
	return unique
}
