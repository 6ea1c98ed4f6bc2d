// Package collect takes figures at fixed times and brings them to a server, also over hours without a server.
//
//	        every tick                        in order, oldest first
//	Sampler ──▶ row ──▶ buffer (files) ──▶ batch of rows ──▶ Sender ──▶ POST …/input/bulk.json, or a function
//	                       ▲                                   │
//	                       └────── "ok": let the rows go ◀─────┘
//
// Run does both halves side by side: one samples at whole multiples of Config.Every and puts a row in the buffer; the
// other takes what lies in the buffer and sends it. Neither waits for the other.
//
// Promises:
//
//   - A row that was taken is sent at least once, in the order taken. It is let go only after the receiver's answer.
//     After a crash a few rows may be sent again; a receiver that stores by time is not disturbed by that.
//   - The buffer survives kill -9 and a torn last record. Power loss: what the system had not yet written (about the
//     last half minute on Linux) may be lost; files are not synced each time because that wears out memory cards.
//   - The buffer stays below Config.MaxBytes. When it is full the oldest rows go, are counted, and the log says so.
//   - A failing disk does not stop the collector: rows are then held in memory, up to 4,096 of them.
//   - A receiver that is away or busy is asked again after 1 s, 2 s, 4 s … 60 s, each shortened by up to half at
//     random, and not before the time it asked for (Retry-After). One that refuses (wrong key, wrong data) is asked
//     once a minute, because a person may mend it; the log says once what it answered. One that finds the post too
//     large gets half as many rows.
//
// The folder, one process at a time (whoever opens it takes durable.Lock first):
//
//	0000000000000007.rows   oldest segment, still to be sent from some position on
//	0000000000000008.rows   newest segment, being written
//	sent                    up to where rows have been acknowledged
//
// A segment is never written to after the process that began it ended; numbers rise and are not used again. Integers
// little-endian:
//
//	segment:   ┌──────────┬───────────┬─────────────┬────────┬────────┬───
//	           │ "WROW" 4 │ version 1 │ zero bytes 3│ record │ record │ …
//	           └──────────┴───────────┴─────────────┴────────┴────────┴───
//	record:    ┌────────────┬──────────────────────────────────────┬─────────┐
//	           │ length u32 │ CRC-32C of length and payload  u32   │ payload │
//	           └────────────┴──────────────────────────────────────┴─────────┘
//	payload:   ┌──────────────────┬──────┬───────────────┬─ count times ──────────┐
//	           │ unix seconds i64 │ node │ count uvarint │ name │ value float64   │     node, name:
//	           └──────────────────┴──────┴───────────────┴────────────────────────┘     uvarint length, bytes
//	sent:      durable.Seal "WSNT", version 1, payload: segment number u64, byte position u64
package collect
