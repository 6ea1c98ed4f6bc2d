// Package process is what weir does with each sample: process lists, the worker that runs them, and its checkpoint.
//
// A process list belongs to an input. Each step takes a value and gives a value to the next; some also write a feed:
//
//	input "power" ── 100 ──▶ x 0.1 ── 10 ──▶ log to feed ── 10 ──▶ + input "solar" ── 12 ──▶ power to kWh
//	                                            │                                              │
//	                                            ▼                                              ▼
//	                                         feed 7                                         feed 8
//
// In text the list is "2:0.1,1:7,11:3,4:8": step:argument, by number or key. A missing value (null) is a NaN. It goes
// through arithmetic as null, is logged as missing, and adds nothing to sums.
//
// # Where things are
//
//	registry.go        every kind of step, in one list          step_*.go    the steps, a file a family
//	list*.go           text form, JSON form                     validate.go  what may be stored
//	program.go         a list made ready to run                 preview.go   a list on one value, writing nothing
//	worker.go          Open, Run, Close, Do                     entries.go   what an entry of the stream does
//	state.go           inputs and memories of steps             checkpoint.go, save.go  the file
//	wait.go            who waits for what                       trouble.go   disks that do not take what they should
//	deps.go            what the worker asks of its neighbours   stats.go     what a worker has done
//	describe.go        process/list.json                        day.go       local midnights
//	processtest/       cases in words
//
// To add a step: write its function beside its family, put it into allSteps, and write a case for processtest.
//
// # The worker
//
// One worker serves a block of users. It reads the block's stream (internal/journal) in order:
//
//	stream INPUT.<block>     1  2  3  4  5  6  7  8
//	                               ▲              ▲
//	                    checkpoint ┘              └ processed: Wait returns up to here
//
// A post is worked on row by row: all inputs of the row are found or created and have their new value, then the lists
// of those that have one run in the row's order. So "+ input b" on a sees the b of the same post.
//
// Now and then the worker makes a checkpoint: feeds are flushed, then the state (newest samples of inputs, memories of
// steps, the feeds' own state) is put into one file together with the position, then the stream lets go of what is
// before it. After a kill it goes back to the file's state and works through the stream again.
//
// Rules that make this give the same feeds byte for byte:
//
//   - A step is a function of its memory, the sample and what it reads from inputs and feeds. It never sees a clock.
//   - What a step remembers lies in a memory, which the checkpoint holds.
//   - What changes how samples are processed (lists, inputs, timezones) changes inside Do, right after a checkpoint.
//   - A message is worked on whole or, after a kill, again. If the disk refuses in the middle, the worker waits there:
//     the position stays, what is accepted meanwhile stays in the stream, Problem tells why.
//
// A sample that a feed refuses, or an entry that cannot be read, is counted and left: it must not hold up the others.
//
// Days begin at local midnight of the user (Timezones), also on days of 23 or 25 hours.
package process
