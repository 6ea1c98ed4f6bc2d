package weir

import (
	"errors"
	"fmt"
)

// Kind says what a failure means to whoever asked. web maps it to an HTTP status, cmd to an exit code.
type Kind uint8

// The kinds.
const (
	Internal        Kind = iota // a fault of weir or its machine; details go to the log only
	Invalid                     // the request is wrong and will be wrong again
	Denied                      // known, but not allowed
	Unauthenticated             // not known who asks
	NotFound
	Conflict    // clashes with what is there
	TooLarge    // over a limit that the message names
	Unavailable // not now; the same request may work later
)

func (k Kind) String() string {
	names := [...]string{"internal", "invalid", "denied", "unauthenticated", "notfound", "conflict", "toolarge", "unavailable"}
	if int(k) < len(names) {
		return names[k]
	}
	return "internal"
}

// Error is a failure with a kind and a text that may be shown to the person or program that asked.
type Error struct {
	Kind Kind
	err  error
}

// Errorf makes an Error. The text names the thing and what to do; %w keeps a cause for errors.Is and errors.As.
func Errorf(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, err: fmt.Errorf(format, args...)}
}

func (e *Error) Error() string { return e.err.Error() }

// Unwrap gives the cause that was wrapped with %w.
func (e *Error) Unwrap() error { return errors.Unwrap(e.err) }

// KindOf is the kind of the outermost Error in err's chain, Internal when there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Message is what whoever asked may read. An error without a kind may hold paths or queries, so it says nothing.
func Message(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind != Internal {
		return e.Error()
	}
	return "internal error"
}
