// Package server starts the real weir binary for tests that look at it from outside: it is built once a test run,
// listens on a free loopback port, and is stopped, or killed, by the process that was started and by nothing else.
package server
