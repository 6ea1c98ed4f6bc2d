// Package httpin decodes the samples that devices post over HTTP, and words the answers they match on. It reads what
// emoncms reads and answers with the same bytes.
//
// One row, input/post, for one node at one time:
//
//	json={power:250,temp:19.5}         relaxed: pieces between commas, names before a colon
//	csv=250,19.5                       the same, names are 1, 2, 3 …
//	fulljson={"power":250,"temp":19.5} strict JSON; a member named time sets the time
//
// Many rows, input/bulk, for any nodes at any times:
//
//	data=[ [0,"emontx",250,19.5], [10,"emontx",{"power":260}] ]
//	        │  │        └──┬───┘                └── named values
//	        │  node        values named 1, 2, 3 … by position
//	        └─ seconds, added to a base: sentat, offset or time, else so that the last row is now
//
// data may also be compressed (zlib): in hexadecimal with c=1, or as the request's body with cb=1.
//
// A sender may encrypt either; see Envelope.
//
//	parameters ──▶ Decoder ──▶ Batch: rows for the journal        (nil: nothing to store)
//	                     └───▶ Answer: what to send, once the rows are stored
//
// A post is stored whole or not at all. Of a bulk whose n-th row is faulty the rows before it are kept, and the answer
// says what is wrong; text that is no JSON stores nothing.
//
// Where weir differs from emoncms on purpose: a null is no value and is skipped; spaces around names are dropped; a
// member "Time" next to a time never becomes an input; a number too large for a float64 and a time outside 0 to
// 4294967295 are errors; a bulk that is no array is an error. Names may have 255 bytes.
package httpin
