// Package form reads a request's target and body as leniently as the web server and PHP front end that measuring
// devices were written against. Go's own reading refuses or cleans some of what such devices send.
//
//	GET /emoncms//input/post.json?node=1&json={a:1;b:%zz}
//	    └──┬───┘│└─┬──┘└──┬─┘└┬─┘ └──────────┬──────────┘
//	  dropped  folded   Path  Format       Query: split at & only, a bad % stays as it is
//
//	GET /feed/aget.json&apikey=K&id=1        the query may begin at the first & of the path
//	GET /?q=feed/list.json                   the path may come as the parameter q
//
// From the path every character is dropped that is not a letter or digit of ASCII or one of . _ / - so that what is
// left can be compared and shown safely. Names keep their case.
//
// A body is taken as a form when its Content-Type says so (urlencoded or multipart). Urlencoded and all other bodies,
// also those without a Content-Type, are kept in Raw as they came.
//
// Nothing is decoded before it is asked for: a request costs one allocation, and each value that holds escapes costs
// one more when it is read.
package form
