// Package inputs answers input/… of the compatible API.
//
//	posts  post bulk                      httpin ─ Admit ─ Pipeline.Accept ─▶ "ok" when durable         the hot path
//	                                      encrypted: httpin.Envelope ─ write key ─▶ the same ─▶ a hash for "ok"
//	reads  list get getinputs             inputs with the last samples that the worker has seen
//	edits  set delete clean disable …     between two messages of the worker
//	lists  process/get set reset          the same, with lists that Belongings has found to name only what is the user's
package inputs
