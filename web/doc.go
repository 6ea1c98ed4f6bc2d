// Package web is weir's door for HTTP: it listens, looks after every request, and hands it to who answers it.
//
//	       listener (TLS when a certificate is given)
//	            │
//	Server ─ who asks (proxies), request id, recover, headers, size, access log
//	            │
//	Routes ─ first that fits:
//	            ├─ /healthz /readyz /metrics
//	            ├─ the compatible API: what its own tolerant router claims, before any mux cleans the path,
//	            │   because simple devices do not follow a redirect from //input/post       web/api
//	            ├─ /api/v1/…                                                                web/api
//	            └─ everything else: pages                                                   web/ui
//
// Errors: Status is the one mapping from weir.Kind to an HTTP status, Problem the one way to print an error outside of
// the compatible API (application/problem+json). What has no kind is "internal error" with the request's id to the
// asker, and the full text with the same id in the log.
//
// Who asks: a Door finds the API key or the session's cookie of a request. A request that a cookie speaks for may
// change something only when the page that sent it is ours; Guard checks. Requests with a key are exempt, because no
// other site can make a browser add a key that it does not know.
//
// Stopping: listeners close first, requests in hand are answered within the grace time, and long-lived streams learn
// from Draining that they should end.
package web
