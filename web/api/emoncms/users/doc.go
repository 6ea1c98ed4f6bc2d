// Package users answers user/… and time/… of the compatible API.
//
//	logins     register login auth logout session     by POST, so that no password stands in an address
//	profiles   get set changepassword newapikey…      for whoever has logged in: a key may not get at the account
//	timezones  timezone gettimezones time/server …    what the clocks of the world show
package users
