// Package fixed keeps feeds with one value every so many seconds, in the layout of emoncms' PHPFina bit for bit, so
// that files may be copied in and out while weir is stopped. Folder phpfina, for feed 12:
//
//	12.meta    16 bytes    0 u32 │ 0 u32 │ interval u32 │ start time u32            little-endian
//	12.dat     4 bytes a slot: float32, NaN (0x7FC00000) for none; slot i is the time start + i·interval
//	12.layers  counts, sums and bounds over 2^6, 2^12 and 2^18 slots; may be deleted at any time
//	12.move    only while points are put before the first one: says what 12.dat.new is to become
//
// docs/formats/phpfina.md and docs/formats/layers.md draw them.
//
// A slot has a number: its time divided by the interval. Everything in memory goes by numbers, because the place in
// the file changes when earlier points are put in. What is in memory and not yet in the file:
//
//	file 12.dat                       pending
//	┌──────────────────────────────┐ ┌─────────┐  gap  ┌─────────────────┐
//	│ slots of the file            │ │ values  │ ····· │ values          │   runs: appended points
//	└──────────────────────────────┘ └─────────┘       └─────────────────┘
//	  x      x  x                                  x                         over: single slots elsewhere,
//	                                                                         also before the file's first
//
// A gap is kept as its two ends and filled when it is written or read, with NaN or with a straight line.
//
// Locks of a tape, in this order: files (the content of its files; held while reading or writing them), then mu (what
// is pending; held for moments, so that a slow read never holds up the writer's Append). layers.mu is taken with
// files held.
package fixed
