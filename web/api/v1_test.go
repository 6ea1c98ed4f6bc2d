package api_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/account"
)

func TestV1Session(t *testing.T) {
	w := newWorld(t)
	f := func(header, want string) {
		t.Helper()
		if status, got := w.as(header, "GET", "/api/v1/session", ""); status != 200 || got != want {
			t.Errorf("%.20s: got %d %s\nwant %s", header, status, got, want)
		}
	}
	rest := `"setup":false,"registrationOpen":true,"watching":false,"demo":false,"version":"1.2.3"}`
	f("X: y", `{"user":null,`+rest)
	f(w.login("alice"), `{"user":{"id":1,"name":"alice","admin":true,"timezone":"Europe/London"},`+rest)
	f("Authorization: Bearer "+w.keys.Read, `{"user":{"id":1,"name":"alice","admin":false,"timezone":"Europe/London"},`+rest)
}

func TestV1Watch(t *testing.T) {
	w := newWorld(t)
	w.register("bob")
	f := func(header, body string, status int, want string) {
		t.Helper()
		got, answer := w.as(header, "POST", "/api/v1/watch", body)
		if got != status || answer != want {
			t.Errorf("%.30s %s: got %d %s", header, body, got, answer)
		}
	}
	problem := func(title, detail, status string) string {
		return `{"title":"` + title + `","detail":"` + detail + `","status":` + status + `}`
	}
	f("X: y", `{"on":true}`, 401, problem("Unauthorized", "log in, or send an API key as Authorization: Bearer KEY", "401"))
	f("Authorization: Bearer "+w.keys.Write, `{"on":true}`, 403, problem("Forbidden", "this key may not do that", "403"))
	f(w.login("bob"), `{"on":true}`, 403, problem("Forbidden", "only an administrator who has logged in may switch this", "403"))
	alice := w.login("alice")
	f(alice, `{}`, 400, problem("Bad Request", `send {\"on\":true} or {\"on\":false}`, "400"))
	f(alice, `{"on":true}`, 200, `{"watching":true}`)
	f(alice, `{"on":false}`, 200, `{"watching":false}`)
	if status, _ := w.as(alice, "GET", "/api/v1/watch", ""); status != 404 && status != 405 {
		t.Errorf("GET watch: %d", status)
	}
	if status, got := w.as(alice, "GET", "/api/v1/nothing", ""); status != 404 || !strings.Contains(got, "nothing is at /api/v1/nothing") {
		t.Errorf("nothing: %d %s", status, got)
	}
}

func TestV1Preview(t *testing.T) {
	w := newWorld(t)
	w.feed("power", 10)
	w.expect("/input/post?node=a&time=1700000000&csv=1&apikey=KEY", "ok")
	w.expect("/input/list?apikey=KEY", body(w, "/input/list?apikey=KEY"))
	f := func(request string, status int, want string) {
		t.Helper()
		got, answer := w.as("Authorization: Bearer "+w.keys.Read, "POST", "/api/v1/process/preview", request)
		if got != status || answer != want {
			t.Errorf("%s: got %d %s\nwant %s", request, got, answer, want)
		}
	}
	f(`{"inputid":1,"list":"2:0.1,1:1","value":230,"time":1700000010}`, 200,
		`{"steps":[{"key":"process__scale","value":23},{"key":"process__log_to_feed","value":23,"writes":[{"feed":1,"time":1700000010,"value":23}]}]}`)
	f(`{"inputid":1,"list":"","value":230}`, 200, `{"steps":[]}`)
	f(`{"inputid":1,"list":"2:x","value":230}`, 400, `{"title":"Bad Request","detail":"Value is not numeric","status":400}`)
	f(`{"inputid":9,"list":"","value":230}`, 404, `{"title":"Not Found","detail":"input 9 does not exist","status":404}`)
	w.expect("/feed/value.json?id=1&apikey=KEY", "null")
}

func TestV1Live(t *testing.T) {
	w := newWorld(t)
	addr := w.listen(t)
	w.feed("power", 10)
	w.expect("/input/post?node=a&time=1700000000&csv=1&apikey=KEY", "ok")
	w.expect("/input/list?apikey=KEY", body(w, "/input/list?apikey=KEY"))

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/api/v1/live", nil)
	check(t, err)
	req.Header.Set("Authorization", "Bearer "+w.keys.Read)
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	lines := bufio.NewScanner(resp.Body)
	expect := func(want string) {
		t.Helper()
		for lines.Scan() {
			if got := lines.Text(); got != "" {
				if got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				return
			}
		}
		t.Fatalf("the stream ended before %s: %v", want, lines.Err())
	}
	expect("event: inputs")
	expect(`data: [{"id":1,"time":1700000000,"value":1}]`)
	expect("event: feeds")
	expect(`data: []`)
	w.expect("/feed/insert.json?id=1&time=1700000010&value=7&apikey=KEY", "7")
	expect("event: feeds")
	expect(`data: [{"id":1,"time":1700000010,"value":7}]`)

	if _, err := w.accounts.RotateKey(t.Context(), w.user.ID, account.Read); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		if lines.Text() != "" {
			t.Errorf("sent after the key was replaced: %s", lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream of a replaced key: %v", err)
	}

	if status, _ := w.as("X: y", "GET", "/api/v1/live", ""); status != 401 {
		t.Errorf("nobody: %d", status)
	}
}
