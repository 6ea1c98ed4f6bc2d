package account

import (
	"time"

	"github.com/weirhq/weir"
)

// Config is how accounts are made and kept.
type Config struct {
	Registration string        `yaml:"registration" help:"who may register: open (anyone), closed (nobody) or first (the first user only)"`
	SessionTTL   time.Duration `yaml:"session_ttl" help:"a session ends when unused this long"`
	RememberTTL  time.Duration `yaml:"remember_ttl" help:"the same for those who asked to stay logged in"`
	Hashes       int           `yaml:"hashes" help:"passwords hashed at one time; each takes argon2.memory"`
	Argon2       Argon2        `yaml:"argon2"`
}

// Argon2 is how costly a guess at a password is. Passwords stored with other values are hashed anew at the next login.
type Argon2 struct {
	Memory uint32 `yaml:"memory" help:"KiB that one guess at a password takes"`
	Passes uint32 `yaml:"passes" help:"times that memory is gone over"`
	Lanes  uint8  `yaml:"lanes" help:"threads for one password"`
}

// The values of Config.Registration.
const (
	RegistrationOpen   = "open"   // anyone
	RegistrationClosed = "closed" // nobody
	RegistrationFirst  = "first"  // one user, on a server that has none
)

// Default suits a server at home. The argon2 values are OWASP's for little memory.
func Default() Config {
	return Config{
		Registration: RegistrationFirst,
		SessionTTL:   24 * time.Hour,
		RememberTTL:  90 * 24 * time.Hour,
		Hashes:       1,
		Argon2:       Argon2{Memory: 19 << 10, Passes: 2, Lanes: 1},
	}
}

// Validate names the first setting that cannot work.
func (c Config) Validate() error {
	switch c.Registration {
	case RegistrationOpen, RegistrationClosed, RegistrationFirst:
	default:
		return weir.Errorf(weir.Invalid, "account.registration is %q: use open, closed or first", c.Registration)
	}
	if c.SessionTTL < time.Minute {
		return weir.Errorf(weir.Invalid, "account.session_ttl is %v: use a minute or more", c.SessionTTL)
	}
	if c.RememberTTL < c.SessionTTL {
		return weir.Errorf(weir.Invalid, "account.remember_ttl is %v: use no less than session_ttl, %v", c.RememberTTL, c.SessionTTL)
	}
	if c.Hashes < 1 {
		return weir.Errorf(weir.Invalid, "account.hashes is %d: use 1 or more", c.Hashes)
	}
	if !c.Argon2.valid() {
		return weir.Errorf(weir.Invalid, "account.argon2 is %d KiB, %d passes, %d lanes: use 8 KiB a lane to 1 GiB, 1 to 64 passes, 1 to 64 lanes",
			c.Argon2.Memory, c.Argon2.Passes, c.Argon2.Lanes)
	}
	return nil
}

func (a Argon2) valid() bool {
	return a.Passes >= 1 && a.Passes <= 64 && a.Lanes >= 1 && a.Lanes <= 64 &&
		a.Memory >= 8*uint32(a.Lanes) && a.Memory <= 1<<20
}
