package api_test

import (
	"net/http"
	"strings"
	"testing"
)

const notAcceptable = `{"success":false,"message":"406 Not Acceptable. Route not found"}`

func TestPaths(t *testing.T) {
	w := newWorld(t)
	w.feed("power", 10)
	f := func(target string, headers []string, status int, contentType, want string) {
		t.Helper()
		resp := w.send(request{target: w.fill(target), headers: headers})
		if got := text(t, resp); resp.StatusCode != status || !strings.HasPrefix(resp.Header.Get("Content-Type"), contentType) || got != want {
			t.Errorf("%s: got %d %s %s, want %d %s %s", target, resp.StatusCode, resp.Header.Get("Content-Type"), got, status, contentType, want)
		}
	}
	browser := []string{"Accept: text/html,application/xhtml+xml"}
	row := `{"id":"1","userid":"1","name":"power","tag":"t","public":"0","size":"16","engine":"5","processList":"","unit":"","time":null,"value":null}`

	f("/feed/aget.json&apikey=KEY&id=1", nil, 200, "application/json", row)
	f("//feed//aget.json?apikey=KEY&id=1", nil, 200, "application/json", row)
	f("/emoncms/feed/aget.json?apikey=KEY&id=1", nil, 200, "application/json", row)
	f("/?q=feed/aget.json&apikey=KEY&id=1", nil, 200, "application/json", row)
	f("/?q=feed%2Faget.json&apikey=KEY&id=1", nil, 200, "application/json", row)
	f("/feed/aget.json?id=1&apikey=KEY", browser, 200, "application/json", row)

	f("/feed/aget.xml?id=1&apikey=KEY", nil, 406, "text/plain", "URI not acceptable. Unknown format 'xml'.")
	f("/input/post.php?apikey=KEY", nil, 406, "text/plain", "URI not acceptable. Unknown format 'php'.")
	f("/feed/nothing.json?apikey=KEY", nil, 406, "application/json", notAcceptable)
	f("/input/nothing?apikey=KEY", nil, 406, "application/json", notAcceptable)
	f("/feed/aget?id=1&apikey=KEY", nil, 406, "application/json", notAcceptable)
	f("/dashboard/list.json?apikey=KEY", nil, 406, "application/json", notAcceptable)

	f("/feed/list", browser, 200, "text/plain", "<page>")
	f("/input/view", nil, 200, "text/plain", "<page>")
	f("/graph/1,2", nil, 200, "text/plain", "<page>")
	f("/", browser, 200, "text/plain", "<page>")
	f("/inputs", nil, 200, "text/plain", "<page>")

	f("/describe", nil, 200, "text/plain", "emoncms")
	f("/version", nil, 200, "text/plain", "11.16.8")
	f("/emoncms/version", nil, 200, "text/plain", "11.16.8")
}

func TestOptions(t *testing.T) {
	w := newWorld(t)
	for _, target := range []string{"/feed/list.json", "/input/post", "/describe"} {
		resp := w.send(request{method: http.MethodOptions, target: target})
		h := resp.Header
		if got := text(t, resp); resp.StatusCode != http.StatusOK || got != "" || h.Get("Access-Control-Allow-Origin") != "*" ||
			h.Get("Access-Control-Allow-Headers") != "Authorization" || h.Get("Access-Control-Allow-Methods") != "GET" {
			t.Errorf("%s: %d %v %s", target, resp.StatusCode, h, got)
		}
	}
	if got := w.send(request{target: "/describe"}).Header.Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("describe: %q", got)
	}
	resp := w.send(request{target: w.fill("/feed/list.json?apikey=KEY")})
	if resp.Header.Get("Access-Control-Allow-Origin") != "" || resp.Header.Get("Set-Cookie") != "" {
		t.Errorf("list: %v", resp.Header)
	}
}

func TestUnknownKey(t *testing.T) {
	w := newWorld(t)
	bad := strings.Repeat("0", 32)
	for _, r := range []request{
		{target: "/feed/list.json?apikey=" + bad},
		{target: "/input/post?csv=1&apikey=x"},
		{target: "/input/post?csv=1", headers: []string{"Authorization: Bearer " + bad}},
		{target: "/input/post?csv=1&devicekey=" + bad},
		{method: "POST", target: "/input/bulk", body: "data=[[0,1,2]]&apikey=" + bad},
		{target: "/user/gettimezones.json?apikey=" + bad},
	} {
		resp := w.send(r)
		if got := text(t, resp); resp.StatusCode != http.StatusUnauthorized || got != "Invalid API key" || resp.Header.Get("Content-Type") != "text/plain;charset=UTF-8" ||
			resp.Header.Get("WWW-Authenticate") != `Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"` {
			t.Errorf("%s: %d %v %s", r.target, resp.StatusCode, resp.Header, got)
		}
	}
	// A key that is wrong is not made good by a session.
	if status, got := w.as(w.login("alice"), "GET", "/feed/list.json?apikey="+bad, ""); status != 401 {
		t.Errorf("with session: %d %s", status, got)
	}
}

// TestRights is the matrix of who may do what: nobody, a stranger's key, read key, write key, session.
func TestRights(t *testing.T) {
	const (
		empty  = ``
		no     = `false`
		noFeed = `{"success":false,"message":"Feed does not exist"}`
	)
	cases := []struct {
		target                             string
		nobody, stranger, read, write, ses string // "*": allowed, anything that is no refusal
	}{
		{"/input/post?node=x&csv=1", empty, "*", empty, "*", "*"},
		{"/input/bulk?data=[[0,1,2]]", empty, "*", empty, "*", "*"},
		{"/input/list", no, "*", "*", "*", "*"},
		{"/input/get", no, "*", "*", "*", "*"},
		{"/input/getinputs", no, "*", "*", "*", "*"},
		{`/input/set?inputid=1&fields={"description":"d"}`, no, no, no, "*", "*"},
		{"/input/process/get?inputid=1", no, no, no, "*", "*"},
		{"/input/process/set?inputid=1&processlist=[]", no, no, no, "*", "*"},
		{"/input/disable", no, "*", no, "*", "*"},
		{"/input/isdisabled", no, "*", no, "*", "*"},
		{"/input/enable", no, "*", no, "*", "*"},
		{"/input/delete?inputid=1", no, no, no, "*", "*"},
		{"/input/clean", no, "*", no, "*", "*"},
		{"/process/list.json", no, "*", "*", "*", "*"},
		{"/process/map.json", no, "*", "*", "*", "*"},
		{"/feed/list.json", no, "*", "*", "*", "*"},
		{"/feed/listwithmeta.json", noFeed, "*", "*", "*", "*"},
		{"/feed/getid.json?name=private", noFeed, empty, "*", "*", "*"},
		{"/feed/create.json?name=n&engine=5", noFeed, "*", noFeed, "*", "*"},
		{"/feed/aget.json?id=1", notAcceptable, notAcceptable, "*", "*", "*"},
		{"/feed/get.json?id=1&field=name", notAcceptable, notAcceptable, "*", "*", "*"},
		{"/feed/getmeta.json?id=1", notAcceptable, notAcceptable, "*", "*", "*"},
		{"/feed/getfeedsize.json?id=1", notAcceptable, notAcceptable, "*", "*", "*"},
		{"/feed/value.json?id=1", notAcceptable, notAcceptable, "*", "*", "*"},
		{"/feed/timevalue.json?id=1", notAcceptable, notAcceptable, "*", "*", "*"},
		{"/feed/value.json?id=99", noFeed, noFeed, noFeed, noFeed, noFeed},
		{"/feed/fetch.json?ids=1", "[false]", "[false]", "*", "*", "*"},
		{"/feed/insert.json?id=1&time=100&value=1", notAcceptable, notAcceptable, notAcceptable, "*", "*"},
		{"/feed/update.json?id=1&time=100&value=1", notAcceptable, notAcceptable, notAcceptable, "*", "*"},
		{"/feed/post.json?id=1&time=100&value=1", notAcceptable, notAcceptable, notAcceptable, "*", "*"},
		{`/feed/set.json?id=1&fields={"unit":"W"}`, notAcceptable, notAcceptable, notAcceptable, "*", "*"},
		{"/feed/clear.json?id=1", notAcceptable, notAcceptable, notAcceptable, "*", "*"},
		{"/feed/delete.json?id=99", noFeed, noFeed, noFeed, noFeed, noFeed},
		// a public feed is shown to anyone and changed by nobody else
		{"/feed/aget.json?id=2", "*", "*", "*", "*", "*"},
		{"/feed/fetch.json?ids=2", "[null]", "[null]", "[null]", "[null]", "[null]"},
		{"/feed/clear.json?id=2", notAcceptable, notAcceptable, notAcceptable, "*", "*"},
		{"/feed/delete.json?id=1", notAcceptable, notAcceptable, notAcceptable, "*", "*"},
	}
	for i, who := range []string{"nobody", "stranger", "reader", "writer", "session"} {
		w := newWorld(t)
		w.expect("/input/post?node=a&csv=1&apikey=KEY", "ok")
		w.feed("private", 10)
		w.publish(w.feed("public", 10))
		_, stranger := w.register("mallory")
		headers := [][]string{
			nil, {"Authorization: Bearer " + stranger.Write}, {"Authorization: Bearer " + w.keys.Read},
			{"Authorization: Bearer " + w.keys.Write}, {w.login("alice")},
		}[i]
		for _, c := range cases {
			want := []string{c.nobody, c.stranger, c.read, c.write, c.ses}[i]
			resp := w.send(request{method: "POST", target: c.target, headers: headers})
			got := text(t, resp)
			refused := got == empty || got == no || got == noFeed || got == notAcceptable
			if want == "*" && (refused || resp.StatusCode != http.StatusOK) || want != "*" && got != want {
				t.Errorf("%s as %s: got %d %q, want %q", c.target, who, resp.StatusCode, got, want)
			}
		}
	}
}
