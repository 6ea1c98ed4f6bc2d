package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is for what normally takes a second: the machine may be doing something else.
const patience = time.Minute

// child is a server that was started here. It ends with stop, with kill, or when the context of start does.
type child struct {
	url    string
	ready  time.Duration // from before its start to its line that it is ready
	cmd    *exec.Cmd
	log    bytes.Buffer  // complete once exited is closed
	exited chan struct{} // closed when it is gone
}

// serve starts weir on a data folder.
func (l *lab) serve(ctx context.Context, data string) (*child, error) {
	return l.start(ctx, "serve", "--registration", "open", "--log-level", "warn", "--data", data)
}

// serveEmpty starts weir on a new data folder.
func (l *lab) serveEmpty(ctx context.Context) (*child, error) {
	data, err := os.MkdirTemp(l.dir, "data")
	if err != nil {
		return nil, err
	}
	return l.serve(ctx, data)
}

// start runs a command of weir that serves, and waits until it has said where.
func (l *lab) start(ctx context.Context, args ...string) (*child, error) {
	c := &child{exited: make(chan struct{})}
	c.cmd = exec.CommandContext(ctx, l.binary, append(args, "--listen", "127.0.0.1:0")...) //nolint:gosec // built here
	c.cmd.Stderr = &c.log
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if url, ok := addressIn(lines.Text()); ok {
				select {
				case found <- url:
				default:
				}
			}
		}
		_ = c.cmd.Wait() // what it means that it ended is said by whoever did not expect it
		close(c.exited)
	}()
	select {
	case c.url = <-found:
		c.ready = time.Since(began)
		return c, nil
	case <-c.exited:
		return nil, fmt.Errorf("weir %s ended before it was ready (%s)\n%s", args[0], c.cmd.ProcessState, &c.log)
	case <-time.After(patience):
		c.kill()
		return nil, fmt.Errorf("weir %s was not ready within %s\n%s", args[0], patience, &c.log)
	}
}

// addressIn finds the address in the line that a server writes when it is ready.
func addressIn(line string) (string, bool) {
	_, rest, ok := strings.Cut(line, "http://")
	if !ok {
		return "", false
	}
	host, _, _ := strings.Cut(rest, " ")
	return "http://" + strings.TrimRight(host, "/."), true
}

// kill ends the process at once. It does nothing when it has ended.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // only fails when there is nothing to kill
	<-c.exited
}

// stop asks the process to end, which brings everything into its files, and gives all CPU time that it has used.
func (c *child) stop() (time.Duration, error) {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, fmt.Errorf("stop: %w", err)
	}
	select {
	case <-c.exited:
	case <-time.After(patience):
		c.kill()
	}
	if c.cmd.ProcessState.ExitCode() != 0 {
		return 0, fmt.Errorf("it ended with %s\n%s", c.cmd.ProcessState, &c.log)
	}
	return c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime(), nil
}

func (c *child) usage() (usage, error) { return readUsage(c.cmd.Process.Pid) }

// settled waits until nothing that was posted to a weir waits to be worked on.
func settled(ctx context.Context, server string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		text, err := fetch(ctx, http.DefaultClient, server+"/metrics", "")
		if err != nil {
			return err
		}
		lag, ok := metric(text, "weir_process_lag_messages")
		if !ok {
			return fmt.Errorf("%s/metrics says nothing of lag", server)
		}
		if lag == 0 {
			return nil
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return fmt.Errorf("%.0f messages still wait: %w", lag, err)
		}
	}
}

// together runs functions beside each other until all have ended. An error of one ends the others.
func together(ctx context.Context, run ...func(context.Context) error) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var group sync.WaitGroup
	for _, f := range run {
		group.Go(func() {
			if err := f(ctx); err != nil {
				fail(err) // the first counts
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// pause waits, or gives up with the context.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
