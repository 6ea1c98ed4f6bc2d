package crash_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/test/server"
)

var kills = flag.Int("kills", 30, "how many times the server is killed")

func TestMain(m *testing.M) {
	flag.Parse()
	m.Run()
	server.Clean()
}

// begin is the time of the first sample. It is a fixed moment, so that both runs post the very same.
const begin = 1767225600 // 2026-01-01 00:00 UTC

// house is what both runs set up: one input a process list, each with feeds of its own.
var house = []struct{ input, feed, engine, process string }{
	{"power", "power", "5", "1"},
	{"power", "energy", "5", "4"},
	{"log", "log", "2", "1"},
	{"meter", "meter", "5", "34"},
	{"pulses", "pulses", "5", "14"},
	{"daily", "daily", "2", "27"},
	{"joined", "joined", "5", "65"},
}

// setUp makes the account, its inputs, feeds and lists, and gives the write key.
func setUp(t *testing.T, s *server.Server) (key string) {
	t.Helper()
	_, answer := s.Call(t, "", "/user/register.json", url.Values{
		"username": {"crash"}, "password": {"crashcrash"}, "email": {"crash@example.org"}, "timezone": {"Europe/London"},
	})
	var account struct {
		Success bool
		Message string
		Key     string `json:"apikey_write"`
	}
	if err := json.Unmarshal([]byte(answer), &account); err != nil || !account.Success {
		t.Fatalf("register: %s (%v)", answer, err)
	}
	key = account.Key
	lists := map[string][]string{} // by node and input
	for lane := range lanes {
		mustBeOK(t, s, key, post(lane, -1))
		for _, h := range house {
			_, answer := s.Call(t, key, "/feed/create.json", url.Values{
				"name": {h.feed}, "tag": {nodeOf(lane)}, "engine": {h.engine}, "options": {`{"interval":10}`},
			})
			var feed struct{ Feedid int }
			if err := json.Unmarshal([]byte(answer), &feed); err != nil || feed.Feedid == 0 {
				t.Fatalf("create feed: %s", answer)
			}
			input := nodeOf(lane) + h.input
			lists[input] = append(lists[input], fmt.Sprintf("%s:%d", h.process, feed.Feedid))
		}
	}
	_, answer = s.Call(t, key, "/input/list", nil)
	var inputs []struct{ ID, Nodeid, Name string }
	if err := json.Unmarshal([]byte(answer), &inputs); err != nil {
		t.Fatalf("input list: %s", answer)
	}
	for _, in := range inputs {
		_, answer := s.Call(t, key, "/input/process/set.json?inputid="+in.ID, url.Values{"processlist": {strings.Join(lists[in.Nodeid+in.Name], ",")}})
		if !strings.Contains(answer, `"success":true`) {
			t.Fatalf("set list of %s: %s", in.Name, answer)
		}
	}
	return key
}

// lanes is how many senders post at the same time, each to a node of its own: the order among them is free.
const lanes = 3

func nodeOf(lane int) string { return fmt.Sprintf("house%d", lane) }

// post is the n-th post of a lane: its values depend on that alone. Some posts come late, some leave a gap.
func post(lane, n int) string {
	at := begin + 10*n + n/50*70 // a gap of a minute every fifty posts, for the joined feed
	if n%17 == 16 {
		at -= 30 // out of order
	}
	return fmt.Sprintf(`/input/post?node=%s&time=%d&fulljson={"power":%d,"log":%d.5,"meter":%d,"pulses":%d,"daily":%d,"joined":%d.25}`,
		nodeOf(lane), at, 500+lane+n*37%4000, n, 1000+n*3, n%5, n*7%300, n%90)
}

func mustBeOK(t *testing.T, s *server.Server, key, path string) {
	t.Helper()
	if status, body := s.Call(t, key, path, nil); status != 200 || !strings.Contains(body, "true") {
		t.Fatalf("%s = %d %s", path, status, body)
	}
}

// Frequent checkpoints, so that kills fall before, into and after them.
var quick = []string{"serve", "--set", "process.checkpoint=150ms"}

func TestCrashLosesNothingAndCountsNothingTwice(t *testing.T) {
	crashed, calm := t.TempDir(), t.TempDir()

	s := server.Start(t, crashed, quick...)
	key := setUp(t, s)
	var acknowledged [lanes]int
	rng := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano())))
	for life := range *kills {
		var senders sync.WaitGroup
		for lane := range lanes {
			senders.Go(func() { acknowledged[lane] = postUntilDead(t, s, key, lane, acknowledged[lane]) })
		}
		time.Sleep(time.Duration(20+rng.IntN(400)) * time.Millisecond) // a random moment of the load
		s.Kill()
		senders.Wait()
		s = server.Start(t, crashed, quick...)
		if life%10 == 9 {
			t.Logf("%d kills, %v posts acknowledged", life+1, acknowledged)
		}
	}
	for lane, n := range acknowledged {
		if n < *kills {
			t.Fatalf("only %d posts of lane %d went through in %d lives", n, lane, *kills)
		}
		// What was sent last may have been stored or not: settle it.
		mustBeOK(t, s, key, post(lane, n))
		acknowledged[lane]++
	}
	inputs := settled(t, s, key)
	if code := s.Stop(t); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}

	ref := server.Start(t, calm, "serve")
	refKey := setUp(t, ref)
	for lane, count := range acknowledged {
		for n := range count {
			mustBeOK(t, ref, refKey, post(lane, n))
		}
	}
	if want := settled(t, ref, refKey); want != inputs {
		t.Errorf("inputs after %d kills:\n%s\nwithout a kill:\n%s", *kills, inputs, want)
	}
	if code := ref.Stop(t); code != 0 {
		t.Errorf("exit code %d after SIGTERM", code)
	}
	compareFeeds(t, crashed, calm)
}

// postUntilDead posts from number n on, each until it is acknowledged, and gives the first that was not: it may have
// been stored or not, and the next life sends it again, as a device would.
func postUntilDead(t *testing.T, s *server.Server, key string, lane, n int) int {
	for ; ; n++ {
		status, body, err := s.TryCall(t.Context(), key, post(lane, n), nil)
		if err != nil {
			return n
		}
		if status != 200 || !strings.Contains(body, "true") {
			t.Errorf("post %d: %d %s", n, status, body)
			return n
		}
	}
}

// settled gives the inputs and feeds as a client reads them, once everything is worked in.
func settled(t *testing.T, s *server.Server, key string) string {
	t.Helper()
	_, inputs := s.Call(t, key, "/input/get", nil)
	ids := make([]string, 0, lanes*len(house))
	for i := range cap(ids) {
		ids = append(ids, strconv.Itoa(i+1))
	}
	_, values := s.Call(t, key, "/feed/fetch.json?ids="+strings.Join(ids, ","), nil)
	return inputs + "\n" + values
}

// compareFeeds fails for each feed file that differs. Layers are left out: they are made from the files.
func compareFeeds(t *testing.T, got, want string) {
	t.Helper()
	g, w := feedFiles(t, got), feedFiles(t, want)
	if len(w) < lanes*len(house) {
		t.Fatalf("only %d feed files", len(w))
	}
	for name, content := range w {
		if !bytes.Equal(g[name], content) {
			t.Errorf("%s: %d bytes after the kills, %d without; first difference at byte %d", name, len(g[name]), len(content), firstDifference(g[name], content))
		}
	}
	for name := range g {
		if _, ok := w[name]; !ok {
			t.Errorf("%s is only there after the kills", name)
		}
	}
}

func feedFiles(t *testing.T, data string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	root := filepath.Join(data, "feeds")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(name) {
		case ".dat", ".meta", ".MYD":
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			files[rel], err = os.ReadFile(name)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}
