// Package feed keeps series of measurements. It knows what feeds there are (Catalogue), takes in their points (Writer)
// and answers queries (Query, Bands). How points lie in files is the business of engines: feed/fixed for a value every
// so many seconds, feed/variable for points at any time; feed/feedtest is what an engine must do.
//
//	process.Worker, one a block of users              web, many requests
//	        │ Append, Last, Insert, Clear, Drop             │ Create, List, Update, Delete     │ Data, Bands, Export
//	        │ Flush, AppendState, LoadState                 ▼                                  │
//	        ▼                                           Store (names, units, engines)          │
//	     Writer ──── note ──▶ file "ahead"                                                     │
//	        │                                                                                  ▼
//	        └──────▶ Tape: points in memory ──Flush──▶ files phpfina/…, phptimeseries/… ──▶ Tape: files and memory as one
//
// # What is promised
//
// Points stay in memory until Flush, because the stream they come from is the log that makes them durable. A read sees
// them at once and gives, to the last bit, what it will give after Flush. An error while writing leaves everything in
// memory, and files that hold at least what they held.
//
// A writer's last value (Last) is kept in full precision in the checkpoint: adding 0.001 kWh to a total of 100 000 kWh
// would not change a float32. The files' own last value is used when the checkpoint does not know the feed, or when the
// files are not as they were at the checkpoint: somebody copied others in while weir was stopped.
//
// # After a kill
//
// The worker goes back to its last checkpoint and works on everything after it again. Files must then be as they were:
// half a gap filled with a straight line would be filled on with other roundings. So before a flush changes files it
// notes in the file "ahead" what they hold and what they will hold. LoadState of a checkpoint that was not a clean stop
// looks at the notes made after that checkpoint by the same writer. A feed of which
//
//   - there is a note, and whose files hold no point outside of what the notes say, is taken back to what the first of
//     the notes says it held; a feed made after the checkpoint is thus empty again;
//   - there is a note, but whose files hold other points, is left alone, with a line in the log: these are not our
//     files, somebody has copied them in;
//   - there is no note is left alone: weir has not changed it since the checkpoint.
//
// Points overwritten in place stay overwritten. The same points are written again, and nothing that is written depends
// on values in files, except on the last one, which the note holds.
//
// Clear empties files at once, with a note. Drop leaves them until the next checkpoint but one begins, because after a
// kill points from before the Drop need the feed's last value once more.
//
// A feed is deleted by the Drop in its user's stream: from then on the worker sees to it that metadata and files go.
// Whoever queues it may take the metadata away at once, so that nobody sees the feed any longer.
//
// # Formats
//
// The data files are drawn in docs/formats. The checkpoint's part, integers as uvarint unless said otherwise:
//
//	version u8 = 1 │ writer │ number of the newest note │ n │ n × dropped feed │ m │ m × feed
//	feed:    id less the id before it │ flags u8 │ last time, last value f64 when flags&129 │ extent
//	flags:   1 there is a last value │ engine << 1 │ 128 cleared: the last value is for readers only
//	extent:  points │ when not 0: time of the first │ time of the last │ value of the last, f32 bits as u32
//
// The file "ahead":
//
//	"WAHD" │ version u8 = 1 │ 3 zeros │ frames
//	frame:   length u32 │ CRC-32C of the payload u32 │ payload
//	payload: number, ascending │ writer │ n │ n × (feed │ engine u8 │ extent before │ extent after)
//
// A torn frame at its end was not yet acted on and is cut off. Fixed-size integers are little-endian.
package feed
