// Package emoncms answers the API that emoncms devices and clients know.
//
// It keeps the original's paths, parameters and bodies to the byte, because firmwares compare them.
// docs/compatibility.md lists every endpoint with what differs. A request goes this way:
//
//	target ─ Claims: ours, or a page?                         by controller, suffix and Accept; nothing is decoded
//	   │
//	   ▼
//	form.Parse ─▶ web.Door: key in query, body, header; else session cookie
//	   │
//	   ▼
//	Route: controller/action[/subaction] ─ Need: Anyone, Reader, Writer, Person
//	   │
//	   ▼
//	Run of a noun, in inputs, feeds or users ─▶ Call: answer in phpjson, text or a stream
//
// This folder is the way there and back; the nouns stand in the folders below and hand their routes to New. Each is
// one small struct that names the few methods of its neighbours that it needs.
//
// Reads of values wait until what their user has sent before has been worked on (Pipeline.Settle). Metadata that says
// how samples are worked on is changed between two messages of the worker (Pipeline.Change). Direct writes to feeds go
// through the stream like posts (Pipeline.Accept).
//
// Answers: almost every failure has status 200 and {"success":false,"message":…}. Other statuses: 401 for an unknown
// key, 403 for a request that another site made a browser send, 405 for a change that a session did not send by POST,
// 406 for what is not known, 413 for a body over the limit, 503 with Retry-After when weir cannot take it now, 500 for
// a fault of weir. Without the right to do something the answer is what it always was: nothing, false, "Feed does not
// exist" or 406, depending on the endpoint.
package emoncms
