// Package lifecycle starts the parts of a server in the order they were built and stops them in reverse, one at a time.
//
// A part has up to three moments:
//
//	constructor  opens files and listeners, returns ready or an error, starts no goroutine
//	run(ctx)     works until ctx is done; a part that only answers calls has none
//	release()    flushes and closes what the constructor opened
//
//	        Add a, Add b, Add c                Run
//	build  ────────────────────▶  a, b, c run  ───▶  ctx is done, or one run returned
//	                                                   │
//	          release c ◀─ c's run returned ◀─ cancel c┘
//	          release b ◀─ b's run returned ◀─ cancel b
//	          release a ◀─ a's run returned ◀─ cancel a
//
// Doors are built last, so they close first; what is in hand drains toward the parts built before them.
//
// Promises: the first failure stops everything and its reason is in Run's error. A part that does not return within
// the grace time is named in the error and not released, because releasing would pull files away under its feet.
// When a constructor fails, Close releases the parts built before it.
package lifecycle
