// Package journal is the binary form of what stands in a block's stream: samples that were posted, samples written
// straight to a feed, and orders to empty or remove a feed's data.
//
// One message of the stream holds a header and any number of entries, so that many posts can be made durable together:
//
//	┌────────┬───────────┬─────────┬─────────┬ ─ ─
//	│ 0xDB 1 │ version 1 │ entry   │ entry   │ …
//	└────────┴───────────┴─────────┴─────────┴ ─ ─
//
// An entry tells its kind and length, so a reader steps over one that it cannot read (length little-endian):
//
//	┌────────┬────────────┬────────────────┐
//	│ kind 1 │ length u24 │ body (length)  │     kind: 1 post, 2 points, 3 clear, 4 drop
//	└────────┴────────────┴────────────────┘
//
// Bodies. uv is an unsigned varint, sv a zigzag varint, f64 the eight little-endian bytes of a float64 (NaN: missing,
// its bits are kept), both varints as in encoding/binary:
//
//	post    user uv │ names uv │ names × (length uv, bytes) │ rows uv │ rows × row
//	row     time sv, less that of the row before │ shape uv │ … │ cells × f64
//	            shape 0     node and names are those of the row before
//	            shape n+1   node uv │ n × name uv; both are places in the names above; n cells follow
//	points  user uv │ feed uv │ join 1 │ count uv │ count × (time sv less the one before, f64)
//	clear   user uv │ feed uv
//	drop    user uv │ feed uv
//
// A thousand rows of one node with four values each take 34 bytes a row: two for time and shape, the rest are values.
//
// The header's version is 1. A change that an older reader would take for something else gets a new version; a new
// kind of entry does too, because stepping over an accepted entry would lose it.
package journal
