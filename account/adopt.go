package account

import (
	"cmp"
	"context"

	"github.com/weirhq/weir"
)

// Adopt takes in a user of another server, who goes on with the same password, API keys and UUID. password is its
// stored form: argon2id in PHC form or $emoncms$salt$hash. u.ID is given anew; what the other server allowed as name
// or email is allowed.
func (s *Service) Adopt(ctx context.Context, u weir.User, password string, keys Keys) (weir.User, error) {
	_, errPHC := parsePHC(password)
	_, errLegacy := parseLegacy(password)
	if errPHC != nil && errLegacy != nil {
		return weir.User{}, weir.Errorf(weir.Invalid, "password of user %q has a stored form that is not known", u.Name)
	}
	if !isAPIKey(keys.Read) || !isAPIKey(keys.Write) || keys.Read == keys.Write {
		return weir.User{}, weir.Errorf(weir.Invalid, "API keys of user %q are not two different ones of 32 lower-case hex characters", u.Name)
	}
	if u.Name == "" {
		return weir.User{}, weir.Errorf(weir.Invalid, "user without a name")
	}
	u.Timezone = cmp.Or(u.Timezone, "UTC")
	if _, err := zone(u.Timezone); err != nil {
		return weir.User{}, err
	}
	u.UUID = cmp.Or(u.UUID, newUUID())
	u, err := s.store.CreateUser(ctx, u, password, false, s.sealed(keys))
	if err != nil {
		return weir.User{}, err
	}
	s.log.InfoContext(ctx, "user taken in from another server", "user", u.ID, "name", u.Name)
	return u, nil
}
