package account_test

import (
	"strings"
	"testing"

	"github.com/weirhq/weir/account"
)

var storedForms = map[string]string{
	"$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8": "argon2id",
	"$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgc$AAECAwQFBgcICQoLDA0ODw":                                     "argon2id",
	"$emoncms$" + strings.Repeat("0a", 16) + "$" + strings.Repeat("f9", 32):                             "emoncms",
}

var otherForms = []string{
	"",
	"secret",
	"$argon2id$",
	"$argon2id$v=19$m=19456,t=2,p=1$$",
	"$argon2i$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=16$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=19$m=4294967295,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=19$m=19456,t=0,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=19$m=19456,t=2,p=0$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=19$m=019456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=19$m=19456,t=2,p=1,x=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODw",
	"$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODx",
	"$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw$",
	"$emoncms$$",
	"$emoncms$" + strings.Repeat("0a", 16) + "$" + strings.Repeat("F9", 32),
	"$emoncms$" + strings.Repeat("0a", 15) + "$" + strings.Repeat("f9", 32),
	"$emoncms$" + strings.Repeat("0a", 16) + "$" + strings.Repeat("f9", 31),
	"$emoncms$" + strings.Repeat("0g", 16) + "$" + strings.Repeat("f9", 32),
	"emoncms$" + strings.Repeat("0a", 16) + "$" + strings.Repeat("f9", 32),
}

func TestParsePassword(t *testing.T) {
	for text, want := range storedForms {
		if form, again := account.ParsePassword(text); form != want || again != text {
			t.Errorf("%q is %q and becomes %q, want %q and itself", text, form, again, want)
		}
	}
	for _, text := range otherForms {
		if form, _ := account.ParsePassword(text); form != "" {
			t.Errorf("%q passed for %s", text, form)
		}
	}
}

// What is accepted has one spelling.
func FuzzParsePassword(f *testing.F) {
	for text := range storedForms {
		f.Add(text)
	}
	for _, text := range otherForms {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if form, again := account.ParsePassword(text); form != "" && again != text {
			t.Errorf("%q is accepted as %s and becomes %q", text, form, again)
		}
	})
}
