package users

import (
	"github.com/weirhq/weir/web/api/emoncms"
)

// Accounts is everything about who asks; *account.Service.
type Accounts interface {
	Logins
	Profiles
	Secrets
	emoncms.Zones
}

// Routes are the actions on the accounts of people.
func Routes(accounts Accounts, pipeline emoncms.Pipeline) (all []emoncms.Route) {
	for _, noun := range [...]interface{ routes() []emoncms.Route }{
		&logins{accounts: accounts},
		&profiles{profiles: accounts, secrets: accounts, pipeline: pipeline},
		newTimezones(accounts, accounts),
	} {
		all = append(all, noun.routes()...)
	}
	return all
}
