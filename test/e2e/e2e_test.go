// Package e2e_test runs the scripts in testdata against the real binary. Beside testscript's own commands they have
//
//	serve [FLAG…]          start weir serve on $WORK/data; $URL is where it listens
//	demo [FLAG…]           the same with weir demo, which has a folder of its own
//	shutdown               SIGTERM; fails unless the exit code is 0
//	crash                  end it as a crash does
//	get KEY PATH           request with a key (none for nobody); the answer's status and body are in $ANSWER and shown
//	post KEY PATH FORM     the same by POST with a form body
//	answer PATTERN         fails unless (with !: if) the last answer matches
//	await PATTERN KEY PATH get until the answer matches
//	let NAME PATTERN       $NAME is what the group in PATTERN matches in the last answer, or in a file after PATTERN
package e2e_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/weirhq/weir/test/server"
)

func TestMain(m *testing.M) {
	m.Run()
	server.Clean()
}

func TestScripts(t *testing.T) {
	bin := filepath.Dir(server.Binary(t))
	scripts := &session{t: t}
	testscript.Run(t, testscript.Params{
		Dir:      "testdata",
		Deadline: time.Now().Add(2 * time.Minute),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Values[stateKey{}] = &state{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": scripts.serve, "demo": scripts.demo, "shutdown": scripts.shutdown, "crash": scripts.crash,
			"get": scripts.get, "post": scripts.post, "answer": scripts.answer, "await": scripts.await, "let": scripts.let,
		},
	})
}

// session has the script commands.
type session struct{ t *testing.T }

// state is what one script has going.
type state struct {
	server *server.Server
	answer string
}

type stateKey struct{}

func of(ts *testscript.TestScript) *state {
	st, ok := ts.Value(stateKey{}).(*state)
	if !ok {
		ts.Fatalf("the script has no state")
	}
	return st
}

func (s *session) serve(ts *testscript.TestScript, _ bool, args []string) {
	s.start(ts, ts.MkAbs("data"), append([]string{"serve"}, args...))
}

func (s *session) demo(ts *testscript.TestScript, _ bool, args []string) {
	s.start(ts, "", append([]string{"demo"}, args...))
}

func (s *session) start(ts *testscript.TestScript, data string, args []string) {
	st := of(ts)
	st.server = server.Start(s.t, data, args...)
	ts.Setenv("URL", st.server.URL)
	ts.Defer(st.server.Kill)
}

func (s *session) shutdown(ts *testscript.TestScript, _ bool, _ []string) {
	if code := running(ts).Stop(s.t); code != 0 {
		ts.Fatalf("exit code %d after SIGTERM\n%s", code, running(ts).Log())
	}
}

func (*session) crash(ts *testscript.TestScript, _ bool, _ []string) { running(ts).Kill() }

func running(ts *testscript.TestScript) *server.Server {
	st := of(ts)
	if st.server == nil {
		ts.Fatalf("no server: serve first")
	}
	return st.server
}

func (s *session) get(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: get KEY PATH")
	}
	s.call(ts, args[0], args[1], nil)
}

func (s *session) post(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: post KEY PATH FORM")
	}
	form, err := url.ParseQuery(args[2])
	ts.Check(err)
	s.call(ts, args[0], args[1], form)
}

func (s *session) call(ts *testscript.TestScript, key, path string, form url.Values) {
	if key == "none" {
		key = ""
	}
	status, body := running(ts).Call(s.t, key, path, form)
	of(ts).answer = body
	ts.Logf("%s: HTTP %d %s", path, status, body)
}

func (*session) answer(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: answer PATTERN")
	}
	if regexp.MustCompile(args[0]).MatchString(of(ts).answer) == neg {
		ts.Fatalf("the answer is %q", of(ts).answer)
	}
}

func (s *session) await(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: await PATTERN KEY PATH")
	}
	want := regexp.MustCompile(args[0])
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 300 {
		s.call(ts, args[1], args[2], nil)
		if want.MatchString(of(ts).answer) {
			return
		}
		<-tick.C
	}
	ts.Fatalf("still %q", of(ts).answer)
}

func (*session) let(ts *testscript.TestScript, _ bool, args []string) {
	text := of(ts).answer
	if len(args) == 3 {
		text = ts.ReadFile(args[2])
	} else if len(args) != 2 {
		ts.Fatalf("usage: let NAME PATTERN [FILE]")
	}
	found := regexp.MustCompile(args[1]).FindStringSubmatch(text)
	if len(found) != 2 {
		ts.Fatalf("%q is not in %q", args[1], text)
	}
	ts.Setenv(args[0], found[1])
}
