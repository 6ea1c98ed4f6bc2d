// Package variable keeps feeds whose points come at any time, in the layout of emoncms' PHPTimeSeries bit for bit, so
// that files may be copied in and out while weir is stopped. Folder phptimeseries, for feed 12:
//
//	feed_12.MYD       9 bytes a point, ascending by time: 0xF9 │ time u32 │ value float32, little-endian
//	feed_12.tail      only while points are put between others: what the end of the .MYD is to become
//	feed_12.MYD.new   the same for a long end: the whole file, renamed when it is complete
//
// docs/formats/phptimeseries.md draws them.
//
// What is in memory and not yet in the file is of two kinds: the tail, newer than the file's last point and in order,
// and late points, older than that, in the order they came. A late point replaces the one of the same time or goes
// between two others. Reads see file and memory as one row of points, numbered from 0.
//
// Locks of a tape, in this order: files (the content of its file; held while reading or writing it), then mu (what is
// pending; held for moments, so that a slow read never holds up the writer's Append).
package variable
