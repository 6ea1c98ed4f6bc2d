// Package app builds a server from its Config. It is the only package that knows every part; everything below is
// introduced to its neighbours here and nowhere else. Start with New in app.go: the order in which it builds is the
// architecture.
//
//	built, top to bottom                                        stopped, bottom to top
//
//	lock         one process a data folder                      let others in
//	meta         users, keys, inputs, feeds in SQLite           close
//	account      who a request comes from
//	bus          streams of messages on disk                    flush, stop
//	feed         catalogue and engines                          close files
//	process      blocks: a worker each      ── runs ──          finish the message in hand, last checkpoint
//	input        blocks: an intake each     ── runs ──          commit what was handed in
//	control      commands on this machine   ── runs ──          close socket
//	watch        this machine's own figures ── runs ──          stop
//	demo         the simulated house, in weir demo only         stop
//	web          the door                   ── runs ──          close listener, finish requests
//
// The data folder:
//
//	data/
//	├── LOCK             held while a server or command uses the folder
//	├── secret.key       under which API keys are kept
//	├── control.sock     where commands reach the running server
//	├── meta.db          metadata
//	├── bus/             streams
//	├── blocks/0         state of the first thousand users, with its position in the stream
//	├── feeds/           phpfina/, phptimeseries/, ahead
//	└── watch/           figures of this machine that wait
package app
