package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/weirhq/weir/web"
)

// TestBodiesTogetherAreBounded: large bodies in hand leave no room for another one, but for small ones always.
func TestBodiesTogetherAreBounded(t *testing.T) {
	cfg := web.Default()
	cfg.BodyLimit = 40 << 20
	read, goOn := make(chan struct{}), make(chan struct{})
	addr, _ := start(t, cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			web.Problem(w, r, quiet(), err)
			return
		}
		if r.URL.Path == "/hold" {
			read <- struct{}{}
			<-goOn
		}
	}), quiet())
	send := func(path string, size int) (status int, after string) {
		resp, err := http.Post("http://"+addr+path, "text/plain", strings.NewReader(strings.Repeat("x", size)))
		if err != nil {
			return 0, err.Error()
		}
		resp.Body.Close()
		return resp.StatusCode, resp.Header.Get("Retry-After")
	}
	held := make(chan int, 2)
	for range 2 {
		go func() {
			status, _ := send("/hold", 39<<20)
			held <- status
		}()
		<-read
	}
	if status, after := send("/", 4<<20); status != http.StatusServiceUnavailable || after == "" {
		t.Errorf("another large body: %d %s", status, after)
	}
	if status, _ := send("/", 64<<10); status != http.StatusOK {
		t.Errorf("a small body: %d", status)
	}
	close(goOn)
	for range 2 {
		if status := <-held; status != http.StatusOK {
			t.Errorf("body in hand: %d", status)
		}
	}
	if status, _ := send("/", 39<<20); status != http.StatusOK {
		t.Errorf("a large body afterwards: %d", status)
	}
}
