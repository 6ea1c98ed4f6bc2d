package crash_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/weirhq/weir/test/server"
)

// smallDisk is a file system of its own with so many MiB.
func smallDisk(t *testing.T, mib int) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("weir-test", dir, "tmpfs", 0, fmt.Sprintf("size=%dm", mib))
	if errors.Is(err, syscall.EPERM) {
		t.Skip("making a small disk needs the rights of root, which CI has")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves nothing free on the disk of dir, until the file it returns is removed.
func fill(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "filler")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for chunk := make([]byte, 64<<10); len(chunk) > 0; {
		if _, err := f.Write(chunk); err != nil {
			chunk = chunk[:len(chunk)/2] // to the last byte
		}
	}
	return name
}

func TestFullDiskRefusesAndLosesNothing(t *testing.T) {
	disk := smallDisk(t, 160)
	s := server.Start(t, filepath.Join(disk, "data"), append(quick, "--set", "bus.min_free_bytes=16777216")...)
	t.Cleanup(s.Kill) // before the disk goes
	key := setUp(t, s)
	for n := range 200 {
		mustBeOK(t, s, key, post(0, n))
	}
	filler := fill(t, disk)
	eventually(t, "posts are refused", func() bool {
		res, err := http.Get(s.URL + post(0, 200) + "&apikey=" + key)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != ""
	})
	if status, body := s.Call(t, key, post(0, 200), nil); status != 503 || !strings.Contains(body, "disk is full") || !strings.HasPrefix(body, `{"success": false`) {
		t.Errorf("post to a full disk = %d %s", status, body)
	}
	if status, body := s.Call(t, key, "/feed/list.json", nil); status != 200 || !strings.Contains(body, `"energy"`) {
		t.Errorf("reading with a full disk = %d %s", status, body)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	eventually(t, "posts are taken again", func() bool {
		status, _ := s.Call(t, key, post(0, 200), nil)
		return status == 200
	})
	for n := 201; n < 300; n++ {
		mustBeOK(t, s, key, post(0, n))
	}
	got := settled(t, s, key)
	if code := s.Stop(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.Log())
	}

	calm := t.TempDir()
	ref := server.Start(t, calm, "serve")
	refKey := setUp(t, ref)
	for n := range 300 {
		mustBeOK(t, ref, refKey, post(0, n))
	}
	if want := settled(t, ref, refKey); got != want {
		t.Errorf("after a full disk:\n%s\nwithout:\n%s", got, want)
	}
	ref.Stop(t)
	compareFeeds(t, filepath.Join(disk, "data"), calm)
}

func TestReadOnlyFolderIsNamed(t *testing.T) {
	disk := smallDisk(t, 16)
	data := filepath.Join(disk, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(server.Binary(t), "serve", "--data", data, "--listen", "127.0.0.1:0").CombinedOutput()
	if err == nil {
		t.Fatalf("weir runs on a read-only folder: %s", out)
	}
	if !strings.Contains(string(out), data) || !strings.Contains(string(out), "read-only") {
		t.Errorf("weir says %s", out)
	}
}

func TestTornTailsAreRepaired(t *testing.T) {
	// A crash may leave the end of any file half written. What was acknowledged before is all there.
	for _, pattern := range []string{"bus/jetstream/*/streams/INPUT_0/msgs/*.blk", "feeds/phpfina/*.dat", "feeds/phptimeseries/*.MYD"} {
		t.Run(filepath.Base(pattern), func(t *testing.T) {
			data := t.TempDir()
			s := server.Start(t, data, quick...)
			key := setUp(t, s)
			for n := range 100 {
				mustBeOK(t, s, key, post(0, n))
			}
			want := settled(t, s, key)
			eventually(t, "files are there", func() bool { return len(glob(t, data, pattern)) > 0 })
			s.Kill()
			for _, name := range glob(t, data, pattern) {
				f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := f.WriteString("\xf9to"); err != nil {
					t.Fatal(err)
				}
				f.Close()
			}
			s = server.Start(t, data, quick...)
			if got := settled(t, s, key); got != want {
				t.Errorf("with torn tails:\n%s\nbefore:\n%s", got, want)
			}
			for n := 100; n < 200; n++ {
				mustBeOK(t, s, key, post(0, n))
			}
			got := settled(t, s, key)
			s.Stop(t)

			calm := t.TempDir()
			ref := server.Start(t, calm, "serve")
			refKey := setUp(t, ref)
			for n := range 200 {
				mustBeOK(t, ref, refKey, post(0, n))
			}
			if want := settled(t, ref, refKey); got != want {
				t.Errorf("after torn tails:\n%s\nwithout:\n%s", got, want)
			}
			ref.Stop(t)
			compareFeeds(t, data, calm)
		})
	}
}

func TestDamagedStateIsNamed(t *testing.T) {
	// These are replaced all at once, so damage is not a crash's doing: weir says what is wrong and does not start anew
	// over a person's data.
	for _, name := range []string{"blocks/0/checkpoint", "secret.key", "meta.db"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data := t.TempDir()
			s := server.Start(t, data, "serve")
			setUp(t, s)
			s.Stop(t)
			whole, err := os.ReadFile(filepath.Join(data, name))
			if err != nil {
				t.Fatal(err)
			}
			cut := append([]byte("damaged!"), whole[8:len(whole)-3]...)
			if err := os.WriteFile(filepath.Join(data, name), cut, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(server.Binary(t), "serve", "--data", data, "--listen", "127.0.0.1:0").CombinedOutput()
			if err == nil || !strings.Contains(string(out), filepath.Base(name)) {
				t.Errorf("weir with a damaged %s: %v, %s", name, err, out)
			}
			if err := os.WriteFile(filepath.Join(data, name), whole, 0o600); err != nil {
				t.Fatal(err)
			}
			if code := server.Start(t, data, "serve").Stop(t); code != 0 {
				t.Errorf("with the file restored, exit code %d", code)
			}
		})
	}
}

// TestOddPosts sends what devices send on bad days. Each gives a clear answer, and the good sample after it is kept.
func TestOddPosts(t *testing.T) {
	s := server.Start(t, t.TempDir(), "serve")
	key := setUp(t, s)
	ten := strings.Repeat("x", 10<<20)
	var nodes strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&nodes, `,[%d,"n%d",1]`, i, i)
	}
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		status int
		want   string
	}{
		"10 MB":          {"/input/post", url.Values{"node": {"a"}, "json": {ten}}, 413, "8388608"},
		"10,000 nodes":   {"/input/bulk", url.Values{"data": {"[" + nodes.String()[1:] + "]"}}, 200, "limit is 32"},
		"invalid UTF-8":  {"/input/post?node=odd&json={a%ff%fe:1}", nil, 200, "ok"},
		"NaN":            {"/input/post?node=odd&json={a:NaN}", nil, 200, "not numeric"},
		"Inf":            {"/input/post?node=odd&json={a:Inf}", nil, 200, "not numeric"},
		"1e999":          {"/input/post?node=odd&json={a:1e999}", nil, 200, "not numeric"},
		"1970":           {"/input/post?node=odd&time=0&json={a:1}", nil, 200, "ok"},
		"2106":           {"/input/post?node=odd&time=4294967295&json={a:1}", nil, 200, "ok"},
		"after 2106":     {"/input/post?node=odd&time=4294967296&json={a:1}", nil, 200, "time"},
		"nothing":        {"/input/post?node=odd", nil, 200, "Request contains no data"},
		"no JSON":        {"/input/bulk?data=[[1,2", nil, 200, "json string supplied is not valid"},
		"a bare percent": {"/input/post?node=odd&json={a:1}&x=%zz", nil, 200, "ok"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := s.Call(t, key, c.path, c.form)
			if status != c.status || !strings.Contains(body, c.want) {
				t.Errorf("= %d %.300s, want %d with %q", status, body, c.status, c.want)
			}
			mustBeOK(t, s, key, post(1, 7))
		})
	}
	if _, body := s.Call(t, key, "/feed/timevalue.json?id=8", nil); !strings.Contains(body, `"value":760`) {
		t.Errorf("the good samples gave %s", body)
	}
}

func glob(t *testing.T, data, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(data, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// eventually waits for something that the server does in its own time.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for range 400 {
		if holds() {
			return
		}
		<-tick.C
	}
	t.Fatalf("not in time: %s", what)
}
