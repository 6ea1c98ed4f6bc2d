// Command figures measures a whole weir server and prints the tables of docs/benchmarks.md.
//
//	go run ./bench/figures [-runs 5] [-only ingest,bulk,query,feeds,rest] [-out docs/benchmarks.md]
//
// It builds weir into a temporary folder and starts it as a process of its own, as a user would, on a free loopback
// port and an empty folder. Everything goes over HTTP; what the process used is read from /proc, so it needs Linux:
//
//	figures ──▶ go build ──▶ weir serve            ◀── posts, queries (package bench)
//	   │                     weir bench baseline   ◀── the same posts, in turn
//	   │                          │
//	   └── /proc/PID: CPU, memory, bytes written, open files ◀──┘
//
//	main.go     flags, order, output          ingest.go bulk.go query.go feeds.go rest.go   one measurement each
//	child.go    programs that are started     proc.go     what a process and the machine say of themselves
//	account.go  feeds, inputs, lists by HTTP  table.go    medians, spread, aims, Markdown
//
// Each measurement is made several times. A table shows the median with the lowest and highest; a ratio is made from two
// runs next to each other, because what else the machine does changes both alike. An aim beside a figure is what weir
// was built for; "missed" is not an error.
//
// With -out the tables replace what stands between the two marks in that file. Whatever was started is ended when this
// program ends, fails or is interrupted.
package main
