package account

import "github.com/weirhq/weir"

// Access is what may be done with a user's inputs and feeds.
type Access uint8

// The accesses; each includes those before it.
const (
	None Access = iota
	Read
	Write
)

func (a Access) String() string {
	switch a {
	case Read:
		return "read"
	case Write:
		return "write"
	default:
		return "none"
	}
}

// Principal is who a request comes from. The zero value is nobody.
type Principal struct {
	User    weir.UserID
	Name    string
	Access  Access
	Admin   bool // only in a session: no key gives the rights of an administrator
	Session bool // a person has logged in; keys may not change the account
}
