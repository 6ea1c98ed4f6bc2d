// Package weir holds the words that all parts of weir share: ids, samples, the metadata of users, inputs and feeds,
// and the kinds of error. It does no I/O and imports nothing of weir.
//
// weir measures streams. The way of a measurement through one process, with the folder that does each step:
//
//	device, agent, browser                                    browser, phone, Grafana
//	       │ HTTP post, bulk                                        │ JSON, pages, SSE
//	       ▼                                                        ▼
//	web ─ internal/form ─ input/httpin                       web ─ web/api, web/ui
//	reads target, form    decodes rows                        ▲           │ waits until the worker
//	       │                                                  │           │ has seen what was accepted
//	       ▼                                                  │           ▼
//	input.Intake ── many posts, one message ──▶ bus: stream INPUT.<block>, on disk
//	       │                                                  │
//	       ▼ "ok" to the sender, only now                     ▼ in order
//	                                            process.Worker, one a block of users
//	                                              finds or creates inputs, runs process lists
//	                                                          │
//	                                                          ▼
//	                                            feed.Writer ── buffer ── feed/fixed, feed/variable ── files
//
// Every so often the worker makes a checkpoint: the feeds' buffers are written, then the state of inputs, process
// lists and feeds is kept in one file together with the position in the stream, then the stream before it is let go.
// After a crash the worker goes back to the last checkpoint and works through the stream again, which gives the same
// files byte for byte: a step looks at nothing but its state and the sample.
//
// Names: a sample is a value at a time; a node sends samples under names; an input is one name at one node of one
// user; a process list is what is done to the samples of an input; a feed is a kept series; a block is a range of
// users whose samples are worked on in order by one worker.
package weir
