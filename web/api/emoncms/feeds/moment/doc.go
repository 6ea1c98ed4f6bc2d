// Package moment reads the times that clients of the compatible API put into queries.
//
//	1700000000               unix seconds
//	1700000000000            milliseconds: numbers above 1e11
//	@1700000000              unix seconds
//	2024-03-31T02:00:00Z     dates as devices, logs and people write them; without a zone in the reader's
//	2024-03-31 02:00, 2024-03-31, 31 Mar 2024
//	now, today, midnight, noon, yesterday, tomorrow
//	-1 week, +2 days 3 hours, 2 months ago, last month, next year
//	yesterday noon, 2024-03-31 -1 day, first day of last month
//
// Words are worked through from left to right and may be joined. Days, months and years are those of the calendar in
// the reader's zone, so that "-1 day" is 23 or 25 hours where clocks change.
package moment
