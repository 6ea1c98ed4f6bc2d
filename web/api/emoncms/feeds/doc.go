// Package feeds answers feed/… of the compatible API.
//
//	lists      list listwithmeta getid updatesize         what a user has, and whose public feeds anyone may see
//	details    get aget getmeta value timevalue fetch     what is known of single feeds
//	edits      create set delete                          the books: at once
//	inserts    insert update post clear                   the data: through the stream, in order with posts
//	histories  data average csvexport export              query ─ pieces ─ JSON or CSV, sent as it is read
//
// Reads are open to the feed's owner and, of a public feed, to anyone; see single.
package feeds
