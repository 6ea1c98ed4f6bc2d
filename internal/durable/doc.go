// Package durable has what it takes to keep bytes: a folder as a small interface that tests can make fail, a file
// replaced all at once, a lock that keeps a second process out, and a seal that tells a whole record from a torn one.
//
// Promises:
//
//   - WriteFile leaves the old content or the new, never a mix, also after a power cut.
//   - Every name is resolved inside the folder it belongs to (os.Root): no name can reach outside it.
//   - A sealed record is accepted only whole and unchanged.
//
// A sealed record, integers little-endian:
//
//	┌─────────┬───────────┬────────────┬─────────┬──────────────────────────────┐
//	│ magic 4 │ version 1 │ length u64 │ payload │ CRC-32C of all before it u32 │
//	└─────────┴───────────┴────────────┴─────────┴──────────────────────────────┘
package durable
