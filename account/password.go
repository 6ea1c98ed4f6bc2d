package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	saltLen = 16
	sumLen  = 32
)

var errPasswordForm = errors.New("stored password has a form that is not known")

// phc is an argon2id hash with what is needed to compute it again.
type phc struct {
	cost Argon2
	salt []byte
	sum  []byte
}

func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.cost.Memory, p.cost.Passes, p.cost.Lanes, b64.EncodeToString(p.salt), b64.EncodeToString(p.sum))
}

// parsePHC accepts what String writes and nothing else, within bounds that keep a damaged row from taking the
// machine's memory.
func parsePHC(text string) (phc, error) {
	var p phc
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return phc{}, errPasswordForm
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return phc{}, errPasswordForm
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.cost.Memory, &p.cost.Passes, &p.cost.Lanes); err != nil || !p.cost.valid() {
		return phc{}, errPasswordForm
	}
	var errSalt, errSum error
	p.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	p.sum, errSum = base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errSum != nil || len(p.salt) < 8 || len(p.salt) > 64 || len(p.sum) < 16 || len(p.sum) > 64 {
		return phc{}, errPasswordForm
	}
	if p.String() != text { // no second spelling of the same hash
		return phc{}, errPasswordForm
	}
	return p, nil
}

func (p phc) compute(password string) []byte {
	return argon2.IDKey([]byte(password), p.salt, p.cost.Passes, p.cost.Memory, p.cost.Lanes, uint32(len(p.sum)))
}

func (p phc) matches(password string) bool {
	return subtle.ConstantTimeCompare(p.compute(password), p.sum) == 1
}

const legacyPrefix = "$emoncms$"

// legacy is a password as emoncms keeps it.
type legacy struct {
	salt string // hex characters, used as text
	sum  []byte
}

func parseLegacy(text string) (legacy, error) {
	rest, ok := strings.CutPrefix(text, legacyPrefix)
	salt, sum, found := strings.Cut(rest, "$")
	if !ok || !found || len(salt) != 2*saltLen || !isLowerHex(salt) || len(sum) != 2*sha256.Size || !isLowerHex(sum) {
		return legacy{}, errPasswordForm
	}
	raw, err := hex.DecodeString(sum)
	if err != nil {
		return legacy{}, errPasswordForm
	}
	return legacy{salt: salt, sum: raw}, nil
}

func (l legacy) matches(password string) bool {
	inner := sha256.Sum256([]byte(password))
	outer := sha256.Sum256([]byte(l.salt + hex.EncodeToString(inner[:])))
	return subtle.ConstantTimeCompare(outer[:], l.sum) == 1
}

func isLowerHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }
