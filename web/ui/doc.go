// Package ui serves the pages of weir: overview, inputs with their process lists, feeds, graph and account.
//
// The pages are a small Svelte program below src, built by vite into dist and embedded from there into the binary.
// They talk to the server only through its API, so that anything that they do can also be done by a script.
//
//	src/api       typed calls of the server's API, and the stream of live values
//	src/session   who is logged in; first account, login
//	src/home      overview
//	src/inputs    nodes, live values, logging with one click
//	src/process   process lists: text form, editor, preview
//	src/feeds     stored series: table, small lines, editing, download
//	src/graph     the chart: its state in the link, windows, uPlot
//	src/account   keys, password, snippets for devices
//	src/lib       time, numbers, routing; src/parts: buttons, dialogs and the like
//	testing       a simulated house to look at the pages without a server, and a walk through all of them
//
// What the pages do not need at run time is not in the binary: `go build` works without Node, and then a plain
// built-in page says how to build the full one.
//
//	npm ci              once
//	npm run dev         pages on vite's port, API from a server on 127.0.0.1:8080 (WEIR_URL for another)
//	npm run dev:fake    pages with the simulated house, no server needed
//	npm run build       dist, and a check that all pages together stay below 150 kB
//	npm run check       types; npm test: units
//	npm run walk        opens every page, wide and on a phone, light and dark, and takes pictures
package ui
