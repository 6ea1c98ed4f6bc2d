package input

import (
	"strings"
	"unicode"

	"github.com/weirhq/weir"
)

const (
	maxName        = 255  // bytes, as in posts
	maxDescription = 1024 // bytes; descriptions stay in memory and go out with every list
)

// checkUpdate holds what changed against the rules; what posts have made stays as it is. The wording is emoncms's.
func checkUpdate(old, in *weir.Input) error {
	if in.Node != old.Node {
		return weir.Errorf(weir.Invalid, "input %d belongs to node %q and cannot move to %q", in.ID, old.Node, in.Node)
	}
	if in.Name != old.Name && (in.Name == "" || strings.ContainsFunc(in.Name, notInName)) {
		return weir.Errorf(weir.Invalid, "invalid characters in input name")
	}
	if in.Name != old.Name && len(in.Name) > maxName {
		return weir.Errorf(weir.Invalid, "input name is longer than %d bytes", maxName)
	}
	if len(in.Description) > maxDescription {
		return weir.Errorf(weir.Invalid, "input description is longer than %d bytes", maxDescription)
	}
	if in.Description != old.Description && strings.ContainsFunc(in.Description, notInDescription) {
		return weir.Errorf(weir.Invalid, "invalid characters in input description")
	}
	return nil
}

func notInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsSpace(r) && !strings.ContainsRune("_-:", r)
}

// notInDescription refuses what means something in HTML: descriptions end up on other people's pages too.
func notInDescription(r rune) bool {
	return r == unicode.ReplacementChar || !unicode.IsGraphic(r) || strings.ContainsRune("<>&\"'`", r)
}
