// Package input takes samples in: it says which nodes and inputs a user has and may have, and makes what was accepted
// durable before the sender hears "ok".
//
//	httpin                         decodes what a sender brought into a journal.Post
//	        │
//	        ▼
//	Catalogue.Admit                too many nodes or inputs? The sender is told, nothing is lost silently
//	        │
//	        ▼
//	Intake.AcceptPost              joins the posts of many senders into one message of the block's stream
//	        │                      (group commit) and answers each when that message is on disk
//	        ▼
//	Log ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─▶ process.Worker, later
//	                                       │
//	                                       ▼
//	                               Catalogue.Resolve: finds or creates the input of a sample
//
// An input is one name at one node of one user. There is never a second one: the Store keeps the three unique and its
// CreateInput hands out the one that is there. Because an input comes into being only when the worker reaches its
// first sample, the Catalogue remembers what it has admitted, so that a user who sends 1,000 new nodes within a
// millisecond still gets 32.
//
// The Intake writes one message at a time. While one is being written, posts gather; when it is done, all that have
// gathered go next. So a lone sender waits for no one and a thousand senders share the cost of one write:
//
//	sender 1   ├─append─┤
//	sender 2      ├ wait ┤├─append─┤
//	sender 3        ├wait┤├─append─┤     one message
//	sender 4           ├─┤├─append─┤
package input
