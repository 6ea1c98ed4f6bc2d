package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/weirhq/weir"
)

func TestSessionsAndOtherSites(t *testing.T) {
	w := newWorld(t)
	w.expect("/input/post?node=a&csv=1&apikey=KEY", "ok")
	w.feed("power", 10)
	session := w.login("alice")
	for _, c := range []struct {
		name, method, target string
		headers              []string
		status               int
	}{
		{"link to a change", "GET", "/feed/delete.json?id=1", []string{session}, 405},
		{"link to a change of inputs", "GET", "/input/delete?inputid=1", []string{session}, 405},
		{"form of another site", "POST", "/feed/delete.json?id=1", []string{session, "Sec-Fetch-Site: cross-site"}, 403},
		{"form of a sister site", "POST", "/feed/delete.json?id=1", []string{session, "Sec-Fetch-Site: same-site"}, 403},
		{"old browser, other origin", "POST", "/feed/delete.json?id=1", []string{session, "Origin: https://evil.example"}, 403},
		{"login by another site", "POST", "/user/login.json", []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"registration by another site", "POST", "/user/register.json", []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"guessing by another site", "POST", "/user/auth.json", []string{"Origin: https://evil.example"}, 403},
		{"registration by a program", "POST", "/user/register.json", nil, 200},
		{"logout by another site", "POST", "/user/logout.json", []string{session, "Sec-Fetch-Site: cross-site"}, 403},
		{"post of samples by another site", "POST", "/input/post?csv=1", []string{session, "Sec-Fetch-Site: cross-site"}, 403},
		{"link to a post of samples", "GET", "/input/post?csv=1", []string{session}, 405},
		{"preview by another site", "POST", "/api/v1/process/preview", []string{session, "Sec-Fetch-Site: cross-site"}, 403},
		{"reading is allowed", "GET", "/feed/list.json", []string{session, "Sec-Fetch-Site: cross-site"}, 200},
		{"a key is no cookie", "POST", "/feed/clear.json?id=1", []string{"Authorization: Bearer " + w.keys.Write, "Sec-Fetch-Site: cross-site"}, 200},
		{"a key goes before a cookie", "GET", "/feed/clear.json?id=1&apikey=" + w.keys.Write, []string{session}, 200},
		{"own page", "POST", "/feed/delete.json?id=1", []string{session, "Sec-Fetch-Site: same-origin"}, 200},
	} {
		resp := w.send(request{method: c.method, target: c.target, headers: c.headers})
		if resp.StatusCode != c.status {
			t.Errorf("%s: got %d %s, want %d", c.name, resp.StatusCode, text(t, resp), c.status)
		}
	}
}

func TestForeignIDs(t *testing.T) {
	w := newWorld(t)
	w.expect("/input/post?node=a&time=1700000000&csv=1&apikey=KEY", "ok")
	w.feed("power", 10)
	w.expect("/feed/insert.json?id=1&time=1700000000&value=42&apikey=KEY", "42")
	_, mallory := w.register("mallory")
	own, err := w.feeds.Create(t.Context(), weir.Feed{User: 2, Name: "own", Engine: weir.EngineFixed}, options(10))
	check(t, err)
	key := "&apikey=" + mallory.Write
	w.expect("/input/post?node=b&time=1700000000&csv=1"+key, "ok")
	const invalidFeed = `{"success":false,"message":"Invalid feed"}`
	for _, c := range []struct{ target, want string }{
		{"/feed/list.json?userid=1" + key, `[]`},
		{"/feed/value.json?id=1" + key, notAcceptable},
		{"/feed/fetch.json?ids=1,2" + key, `[false,null]`},
		{"/feed/insert.json?id=1&time=1700000000&value=1" + key, notAcceptable},
		{"/feed/delete.json?id=1" + key, notAcceptable},
		{`/feed/set.json?id=1&fields={"public":1}` + key, notAcceptable},
		{`/input/set?inputid=1&fields={"name":"x"}` + key, `false`},
		{"/input/delete?inputid=1" + key, `false`},
		{"/input/process/get?inputid=1" + key, `false`},
		{"/input/process/set?inputid=2&processlist=1:1" + key, invalidFeed},
		{"/input/process/set?inputid=2&processlist=29:1" + key, invalidFeed},
		{"/input/process/set?inputid=2&processlist=11:1" + key, `{"success":false,"message":"Invalid input"}`},
	} {
		if _, got := w.get(c.target); got != c.want {
			t.Errorf("%s: got %s, want %s", c.target, got, c.want)
		}
	}
	// A preview runs with the values of feeds: a foreign one must not be readable through it.
	resp := w.send(request{
		method: "POST", target: "/api/v1/process/preview", body: `{"inputid":2,"list":"29:1","value":0}`,
		headers: []string{"Authorization: Bearer " + mallory.Write},
	})
	if got := text(t, resp); resp.StatusCode != http.StatusBadRequest || strings.Contains(got, "42") {
		t.Errorf("preview: %d %s", resp.StatusCode, got)
	}
	w.expect("/feed/value.json?id=1&apikey=KEY", "42")
	if own.ID != 2 {
		t.Errorf("feed %d", own.ID)
	}
}

// TestUsersWhoAreNotThere: the pipeline makes room for every user that it is asked about.
func TestUsersWhoAreNotThere(t *testing.T) {
	w := newWorld(t)
	w.expect("/feed/list.json?userid=9000000000000", `[]`)
	w.expect("/feed/list.json?userid=-1", `[]`)
	if n := w.pipeline.settled.Load(); n != 0 {
		t.Errorf("the pipeline was asked %d times", n)
	}
}

func TestHugeAndBroken(t *testing.T) {
	w := newWorld(t)
	f := func(r request, status int, want string) {
		t.Helper()
		resp := w.send(r)
		if got := text(t, resp); resp.StatusCode != status || !strings.Contains(got, want) {
			t.Errorf("%.60s: got %d %.200s, want %d %s", r.target, resp.StatusCode, got, status, want)
		}
	}
	key := "apikey=" + w.keys.Write
	f(request{method: "POST", target: "/input/bulk?" + key, body: "data=" + strings.Repeat("x", 2<<20)}, 413, `{"success":false,"message":"request body is larger than 1048576 bytes`)
	f(request{method: "POST", target: "/feed/list.json?" + key, body: strings.Repeat("a=1&", 5000)}, 413, "parameters")
	f(request{method: "POST", target: "/input/post?" + key, body: "--x", headers: []string{"Content-Type: multipart/form-data"}}, 200, `"success":false`)
	f(request{target: "/feed/insert.json?id=1&" + key + "&data=" + strings.Repeat("[", 100000)}, 200, `Feed does not exist`)
	f(request{target: "/feed/value.json?id=99999999999999999999&" + key}, 200, "Feed does not exist")
	f(request{target: "/feed/value.json?id=-1&" + key}, 200, "Feed does not exist")
	f(request{target: "/feed/value.json?id[]=1&" + key}, 200, "Feed does not exist")
	f(request{target: "/feed/get.json%00?id=1&" + key}, 200, "Feed does not exist")
	f(request{method: "POST", target: "/api/v1/process/preview?" + key, body: "{"}, 400, "not the JSON")
	f(request{method: "POST", target: "/feed/fetch.json", body: "ids=" + strings.Repeat("9,", 1000)}, 200, "1001 ids given: ask for at most 1000 at once")
	f(request{method: "POST", target: "/input/set-descriptions?" + key, body: "inputs=[{}" + strings.Repeat(",{}", 1000) + "]"}, 200, "at most 1000")
	w.feed("long", 10)
	w.expect("/feed/insert.json?id=1&time=1700000000&value=1&apikey=KEY", "1")
	year := "&start=1668464000&end=1700000000&interval="
	f(request{target: "/feed/data.json?id=1" + year + "original&" + key}, 200, "[[1668464000000,null]")
	for _, interval := range []string{"original", "10&csv=1"} {
		ids := "ids=1" + strings.Repeat(",1", 99)
		f(request{target: "/feed/data.json?" + ids + year + interval + "&" + key}, 200, "request datapoint limit reached (67108864)")
	}
}

func TestFieldsThatAreNoHTML(t *testing.T) {
	w := newWorld(t)
	for _, target := range []string{
		`/input/post?node=<script>&json={"<img>":1}&apikey=KEY`,
		"/feed/<script>alert(1)</script>.json?apikey=KEY",
		"/feed/list.<script>?apikey=KEY",
	} {
		resp := w.send(request{target: strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22").Replace(w.fill(target))})
		if got := text(t, resp); strings.ContainsAny(got, "<>") || strings.Contains(resp.Header.Get("Content-Type"), "html") {
			t.Errorf("%s: %s %s", target, resp.Header.Get("Content-Type"), got)
		}
	}
	if got := body(w, "/input/list?apikey=KEY"); strings.ContainsAny(got, "<>") {
		t.Errorf("list: %s", got)
	}
}

// FuzzTarget sends anything as a target: nothing may panic, and nothing may be answered as HTML.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{
		"/input/post?node=1&csv=1", "//feed//list.json", "/feed/aget.json&id=1", "/?q=feed/list.json", "/emoncms/index.php/x",
		"/%2f/feed/data.json?ids=1,,2&start=now&end=x", "/user/login.json", "/alice/feed/list.json", "*", "/input/get/%zz/;", "/feed/data.json?id=1&start=1&end=2&interval=daily&csv=1",
	} {
		f.Add(seed, true)
	}
	whole := newWorldWith(f, func(*apiParts) {})
	whole.feed("power", 10)
	f.Fuzz(func(t *testing.T, target string, known bool) {
		w := *whole
		w.t = t
		if strings.ContainsAny(target, " \r\n\t\x00") || !strings.HasPrefix(target, "/") || len(target) > 2000 {
			return
		}
		if _, err := url.ParseRequestURI(target); err != nil {
			return // net/http answers that itself
		}
		for _, c := range target {
			if c < 0x21 || c > 0x7e {
				return
			}
		}
		for _, word := range []string{"delete", "login", "register", "auth", "post", "bulk", "live"} {
			if strings.Contains(target, word) {
				return // changes what the next run finds, or costs a hash
			}
		}
		r := request{target: target}
		if known {
			r.headers = []string{"Authorization: Bearer " + w.keys.Read}
		}
		resp := w.send(r)
		if resp.StatusCode >= 500 {
			t.Errorf("%s: %d %s", target, resp.StatusCode, text(t, resp))
		}
	})
}
