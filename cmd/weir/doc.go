// Command weir is the one program: the server and all that goes with it. main.go is the table of its commands, each
// in a file of its own; weir --help lists them, weir COMMAND --help explains one.
//
// A command fails with an exit code that says what kind of failure it was (after sysexits(3)): 64 the request is
// wrong, 66 something named is not there, 69 not possible now, 70 a fault of weir or its machine, 73 clashes with
// what is there, 77 not allowed.
package main
