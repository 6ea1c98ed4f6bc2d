// Package api answers programs: weir's own API under /api/v1, and through web/api/emoncms the one that devices know.
//
//	New(Parts) ─▶ API ─┬─ Compatible   web/api/emoncms ─ inputs, feeds, users
//	                   └─ V1           this package ──── live
//
// weir's own API answers with the status that fits, and problems as application/problem+json:
//
//	GET  /api/v1/session              who has logged in, and what a page needs to know at first
//	POST /api/v1/watch                watch the server's own machine, or stop
//	POST /api/v1/process/preview      what a process list makes of a value
//	GET  /api/v1/feeds/bands          mean, min and max for charts of any length of time
//	GET  /api/v1/live                 newest values as server-sent events
//
// A key is sent as Authorization: Bearer KEY or as the parameter apikey; pages use their session. What changes something
// for a session has to come from weir's own pages.
package api
