// Package processtest runs process lists from small texts, in words that people use when they report what went wrong.
// What they write becomes a test by copying it.
//
//	# Energy of a heat pump that was off line for a while.
//	list power 2:0.1, 4:energy
//	input power: 10000 at 0s, 10000 at 10s
//	resend
//	input power: 10000 at 3h
//	expect feed energy 0 at 0s, 0.00277778 at 10s, 0.00277778 at 3h
//
// Each line is one statement; # begins a comment.
//
//	zone Europe/London          the user's timezone; UTC unless said
//	start 2024-03-31 00:00      what 0s means, in that zone; 2024-01-01 00:00 unless said
//	feed energy fixed 10        a feed with a value every 10 seconds; feeds are variable unless said
//	list power 4:energy, 11:b   the process list of an input; feeds and inputs by name, steps by number or key
//
// These hold from the beginning, wherever they stand; only a second list for the same input takes effect at its place.
// The statements below happen in order:
//
//	input power: 100 at 0s, null at 10s     samples of one input, sent together
//	post 20s: power 100, temp 21.5          one sample of several inputs, sent together
//	write energy: 5 at 0s, 6 at 10s         samples put straight into a feed
//	clear energy                            the feed is emptied
//	resend                                  the newest input, post or write once more
//	checkpoint                              state and feeds are saved
//	restart                                 the program is stopped and started
//	crash                                   the program is killed and started
//
//	expect feed energy 0 at 0s, 0.5 at 10s  exactly these samples; null is a missing one
//	expect feed energy has 0.5 at 10s       these samples among others
//	expect feed energy nothing              no samples
//	expect input power 100 at 20s           the newest sample of an input; nothing: it has none
//
// A time is a distance from the start (10s, 1h30m, 2d) or a local time (2024-03-31 02:30, or with its distance from UTC
// where the clock shows it twice: 2024-10-27T01:30:00+01:00). Numbers may differ by a millionth, or by what is said at
// the end of the line: (±1e-9).
//
// A case is run on a real worker with a stream and inputs in memory and the feeds of a Store: Model, or the feeds of
// the program. Cases.Run does each case several times: as it stands, with a kill after every statement, and with a
// restart after every statement. All must give the same.
package processtest
