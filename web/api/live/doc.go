// Package live sends a user's newest values to a page as server-sent events, for as long as the page is open.
//
//	event: inputs                                   at once: all of them
//	data: [{"id":1,"time":1700000000,"value":230.5}]
//
//	event: feeds
//	data: [{"id":7,"time":1700000000,"value":12}]
//
//	event: inputs                                   then each second: those that changed
//	data: [{"id":1,"time":1700000001,"value":231}]
//
//	:                                               a comment when nothing was sent for a while
//
// A value that is missing is null. Values are looked up only while somebody is connected, and a user has a bounded
// number of streams, so that forgotten tabs do not add up.
package live
