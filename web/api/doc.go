// Package api answers programs: the API that emoncms devices and clients know, and weir's own under /api/v1.
//
// The compatible API keeps the original's paths, parameters and bodies to the byte, because firmwares compare them.
// docs/compatibility.md lists every endpoint with what differs. A request goes this way:
//
//	target ─ Claims: ours, or a page?                         by controller, suffix and Accept; nothing is decoded
//	   │
//	   ▼
//	form.Parse ─▶ identify: key in query, body, header; else session cookie
//	   │
//	   ├─ input/post, input/bulk ─ httpin ─ Admit ─ Pipeline.Accept ─▶ "ok" when durable       the hot path
//	   │
//	   └─ route: controller/action[/subaction] ─ need (anyone, reader, writer, person) ─ handler ─▶ phpjson
//
// Each noun is one small struct that names the few methods of its neighbours that it needs; New brings them together.
// Reads of values wait until what their user has sent before has been worked on (Pipeline.Settle). Metadata that says
// how samples are worked on is changed between two messages of the worker (Pipeline.Change). Direct writes to feeds go
// through the stream like posts (Pipeline.Accept).
//
// Answers: almost every failure has status 200 and {"success":false,"message":…}. Other statuses: 401 for an unknown
// key, 403 for a request that another site made a browser send, 405 for a change that a session did not send by POST,
// 406 for what is not known, 413 for a body over the limit, 503 with Retry-After when weir cannot take it now, 500 for
// a fault of weir. Without the right to do something the answer is what it always was: nothing, false, "Feed does not
// exist" or 406, depending on the endpoint.
//
// weir's own API answers with the status that fits and problems as application/problem+json:
//
//	GET  /api/v1/session              who has logged in, and what a page needs to know at first
//	POST /api/v1/watch                watch the server's own machine, or stop
//	POST /api/v1/process/preview      what a process list makes of a value
//	GET  /api/v1/feeds/bands          mean, min and max for charts of any length of time
//	GET  /api/v1/live                 newest values as server-sent events
package api
