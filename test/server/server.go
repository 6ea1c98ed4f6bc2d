package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startTimeout is generous: the machine may be building something else.
const startTimeout = time.Minute

const program = "github.com/weirhq/weir/cmd/weir"

var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "weir-test")
	if err != nil {
		return "", err
	}
	if err := readSources(); err != nil {
		return "", err
	}
	name := filepath.Join(dir, "weir")
	out, err := exec.Command("go", "build", "-o", name, program).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build weir: %w\n%s", err, out)
	}
	return name, nil
})

// readSources looks into the folders that the program is built from. go test keeps a result for as long as what the test
// itself has looked at stays the same; what a go build in it reads does not count.
func readSources() error {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}", program).Output()
	if err != nil {
		return fmt.Errorf("list the sources of weir: %w", err)
	}
	for dir := range strings.Lines(string(out)) {
		if _, err := os.ReadDir(strings.TrimSpace(dir)); err != nil {
			return err
		}
	}
	return nil
}

// Binary builds the program, once, and gives its name. Remove its folder with Clean at the end of TestMain.
func Binary(t testing.TB) string {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// Clean removes what Binary built.
func Clean() {
	if name, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(name))
	}
}

// Server is a running weir.
type Server struct {
	URL  string
	Data string

	cmd    *exec.Cmd
	log    *lockedBuffer
	exited chan error
}

// Start runs weir with the given command and flags ("serve", "--watch-self") on the data folder and waits until it has
// said where it listens. It is killed at the end of the test at the latest.
func Start(t testing.TB, data string, args ...string) *Server {
	t.Helper()
	s, err := start(Binary(t), data, args)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Kill()
		if log := s.log.String(); t.Failed() && strings.Contains(log, "level=ERROR") {
			t.Logf("log of weir %s:\n%s", strings.Join(args, " "), log)
		}
	})
	return s
}

func start(binary, data string, args []string) (*Server, error) {
	if data != "" {
		args = append(args, "--data", data)
	}
	s := &Server{Data: data, log: &lockedBuffer{}, exited: make(chan error, 1)}
	s.cmd = exec.Command(binary, append(args, "--listen", "127.0.0.1:0")...)
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			fmt.Fprintln(s.log, lines.Text())
			if _, address, ok := strings.Cut(lines.Text(), "http://"); ok {
				select {
				case found <- "http://" + strings.Fields(address)[0]:
				default:
				}
			}
		}
		s.exited <- s.cmd.Wait()
	}()
	select {
	case s.URL = <-found:
		s.URL = strings.TrimRight(s.URL, "/.")
		return s, nil
	case err := <-s.exited:
		return nil, fmt.Errorf("weir ended before it was ready: %w\n%s", err, s.log)
	case <-time.After(startTimeout):
		s.Kill()
		return nil, fmt.Errorf("weir was not ready within %s\n%s", startTimeout, s.log)
	}
}

// Kill ends the server as a crash does and waits until it is gone.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill()
	<-s.exited
	s.exited <- nil
}

// Stop asks the server to end and returns its exit code.
func (s *Server) Stop(t testing.TB) int {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-s.exited
	s.exited <- nil
	return s.cmd.ProcessState.ExitCode()
}

// Pid is the server's process.
func (s *Server) Pid() int { return s.cmd.Process.Pid }

// Log is what the server has written so far.
func (s *Server) Log() string { return s.log.String() }

// Call sends a request with a key and gives the status and the body. form is posted when it is not nil.
func (s *Server) Call(t testing.TB, key, path string, form url.Values) (int, string) {
	t.Helper()
	status, body, err := s.TryCall(t.Context(), key, path, form)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return status, body
}

// TryCall is Call for a server that may be gone.
func (s *Server) TryCall(ctx context.Context, key, path string, form url.Values) (int, string, error) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, body)
	if err != nil {
		return 0, "", err
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, string(text), err
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
