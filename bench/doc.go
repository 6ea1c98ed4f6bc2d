// Package bench loads a running server as many devices would, and reports what it took.
//
//	Ingest   GET or POST input/post, a fulljson of some values each       answers "ok" or {"success": true}
//	Bulk     POST input/bulk, rows × values each, form encoded or bare
//	Query    feed/data: averages over a span to 800 points, 20,000 raw points, or both in turn
//	Numbered posts with rising numbers, each repeated until acknowledged: what a crash test checks feeds against
//
// Each connection is one goroutine that writes a request, waits for the answer and notes how long that took; there is
// no pipelining. Requests are put together by hand and answers are read by hand, because generator and server mostly
// share a machine, and the generator should not be what is measured:
//
//	worker ── request bytes ──▶ net.Conn ──▶ server
//	   ▲                                        │
//	   └── status, length, first bytes ◀────────┘
//	   └──▶ own histogram, own counters ──▶ Report (text or JSON), a line each second
//
// What a figure means: requests and values count only when the answer says that they were accepted. Latency is from
// the first byte written to the last byte read, of accepted requests, to 0.4 % (Histogram). A slow answer delays the
// next request of its connection, so under overload latencies look better than they are for devices that do not wait;
// compare them at equal throughput. If the server shows its process at /metrics, the report says what it spent.
//
// ServeBaseline is what to compare with: a bare HTTP server that reads the same requests and keeps nothing.
//
// A load is bounded in time and, if wanted, in number, and goes to this machine only, unless AllowRemote says that the
// owner of the other machine knows.
package bench
