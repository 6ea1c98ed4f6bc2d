// Package bus moves messages between the stages of weir: a NATS server with JetStream inside the process, reached
// without opening a port.
//
//	input.Intake ──Append──▶ ┌ stream INPUT_7, subject INPUT.7 ┐ ──Read──▶ process.Worker of block 7
//	                         │ seq 41 │ seq 42 │ seq 43 │ …    │ ◀─Trim── after each checkpoint
//	                         └ files below <data>/bus ─────────┘
//
// There is one stream a block of users. A message is what input.Intake made of many posts (internal/journal says how
// it looks); its sequence number is the position that a worker's checkpoint remembers.
//
// Promises:
//
//   - When Append returns without error, the message survives kill -9: it has been written to the stream's file. How
//     much of it survives a power cut is what Config.Sync chooses.
//   - Messages are read in the order they were appended, each at least once, from any position still kept.
//   - A full stream, or a disk with less than Config.MinFreeBytes left, refuses new messages with weir.Unavailable and
//     drops none that it has. The margin leaves room for feeds to be written and the stream to be trimmed.
//   - A write error refuses new messages too. The message server would go on like that until it is started again; the
//     bus does that by itself, so that messages are taken again when the disk is well.
//   - A message whose answer does not come in time is sent again so that it is stored once.
package bus
