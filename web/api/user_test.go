package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

const (
	refusedToKeys = `{"success":false,"message":"This action requires an interactive login and cannot be performed with an API key"}`
	needsPost     = `{"success":false,"message":"This action changes data: with a session it has to be sent by POST"}`
)

// as sends a form with a header, such as a session's cookie.
func (w *world) as(header, method, target, form string) (int, string) {
	w.t.Helper()
	resp := w.send(request{method: method, target: w.fill(target), body: form, headers: []string{header}})
	return resp.StatusCode, text(w.t, resp)
}

func TestRegister(t *testing.T) {
	w := newWorld(t)
	f := func(form, pattern string) {
		t.Helper()
		_, got := w.as("X: y", "POST", "/user/register.json", form)
		if !regexp.MustCompile("^" + pattern + "$").MatchString(got) {
			t.Errorf("%s: got %s, want %s", form, got, pattern)
		}
	}
	no := func(message string) string { return `{"success":false,"message":"` + message + `"}` }
	f("username=bob&password=secret", no("Missing username, password or email parameter"))
	f("username=bob&password=secret&email=bob", no("Email address format error"))
	f("username=b+b&password=secret&email=bob@example.org", no("Username must only contain a-z and 0-9 characters"))
	f("username=bob&password=secret&email=bob@example.org&timezone=Europe/Berlin",
		`{"success":true,"verifyemail":false,"userid":2,"apikey_read":"[0-9a-f]{32}","apikey_write":"[0-9a-f]{32}"}`)
	f("username=bob&password=secret&email=bob@example.org", no("Username already exists"))
	w.expect("/user/register.json?username=eve&password=secret&email=eve@example.org", no("Send this by POST"))
}

func TestAttemptsAreLimited(t *testing.T) {
	w := newWorld(t)
	for range 10 {
		w.post("/user/login.json", "username=alice&password=wrong", `{"success":false,"message":"Incorrect username or password"}`)
	}
	w.post("/user/login.json", "username=alice&password=secret+of+alice", `{"success":false,"message":"Too many attempts, please try again later"}`)
}

func TestLoginSessionLogout(t *testing.T) {
	w := newWorld(t)
	w.post("/user/login.json", "username=alice&password=wrong", `{"success":false,"message":"Incorrect username or password"}`)
	w.post("/user/login.json", "username=alice", `{"success":false,"message":"Username or password empty"}`)
	resp := w.send(request{method: "POST", target: "/user/login.json", body: "username=alice&password=secret+of+alice&rememberme=1"})
	if got := text(t, resp); got != `{"success":true,"message":"Login successful","startingpage":"feed\/list"}` {
		t.Errorf("login: %s", got)
	}
	cookie := resp.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Expires.IsZero() {
		t.Errorf("cookie: %+v", cookie)
	}
	session := "Cookie: " + cookie.Name + "=" + cookie.Value
	if _, got := w.as(session, "GET", "/user/session.json", ""); got != `{"userid":1,"type":"write"}` {
		t.Errorf("session: %s", got)
	}
	w.expect("/user/session.json", "false")
	w.expect("/user/session.json?apikey=READ", `{"userid":1,"type":"read"}`)
	if status, got := w.as(session, "GET", "/user/logout.json", ""); status != 200 || !strings.Contains(got, "POST") {
		t.Errorf("logout by GET: %d %s", status, got)
	}
	if _, got := w.as(session, "POST", "/user/logout.json", ""); got != `{"success":true,"message":"Logged out"}` {
		t.Errorf("logout: %s", got)
	}
	if _, got := w.as(session, "GET", "/user/session.json", ""); got != "false" {
		t.Errorf("after logout: %s", got)
	}
}

func TestAuth(t *testing.T) {
	w := newWorld(t)
	w.post("/user/auth.json", "username=alice&password=secret+of+alice",
		`{"success":true,"userid":1,"apikey_write":"`+w.keys.Write+`","apikey_read":"`+w.keys.Read+`"}`)
	w.post("/user/auth.json", "username=alice&password=wrong", `{"success":false,"message":"Incorrect authentication"}`)
	w.expect("/user/auth.json?username=alice&password=wrong", `{"success":false,"message":"Send this by POST"}`)
	w.expect("/user/getuuid.json?apikey=READ", `{"success":true,"message":"`+w.user.UUID+`"}`)
	w.expect("/user/getuuid.json", `false`)
}

func TestSessionOnly(t *testing.T) {
	w := newWorld(t)
	session := w.login("alice")
	for _, action := range []string{"get", "set", "changeusername", "changeemail", "changepassword", "newapikeyread", "newapikeywrite"} {
		w.expect("/user/"+action+".json?apikey=KEY", refusedToKeys)
		w.expect("/user/"+action+".json?apikey=READ", refusedToKeys)
		w.expect("/user/"+action+".json", "false")
		if action == "get" {
			continue
		}
		if status, got := w.as(session, "GET", "/user/"+action+".json", ""); status != http.StatusMethodNotAllowed || got != needsPost {
			t.Errorf("%s by GET: %d %s", action, status, got)
		}
	}
	want := `{"id":1,"username":"alice","email":"alice@example.org","gravatar":"fbf7c6aec1d4280b7c2704c1c0478bd6","name":"","location":"",` +
		`"timezone":"Europe\/London","language":"en_GB","bio":"","startingpage":"feed\/list","apikey_write":"` + w.keys.Write + `","apikey_read":"` + w.keys.Read + `","tags":""}`
	if _, got := w.as(session, "GET", "/user/get.json", ""); got != want {
		t.Errorf("get:\n got %s\nwant %s", got, want)
	}
}

func TestProfileChanges(t *testing.T) {
	w := newWorld(t)
	session := w.login("alice")
	f := func(action, form, want string) {
		t.Helper()
		if _, got := w.as(session, "POST", "/user/"+action+".json", form); got != want {
			t.Errorf("%s %s: got %s, want %s", action, form, got, want)
		}
	}
	f("set", `data={"timezone":"Europe/Berlin","bio":"x","email":"a@example.org"}`, `{"success":true,"message":"User updated"}`)
	f("set", `data=x`, `{"success":false,"message":"data is not a JSON object of the account's fields"}`)
	w.expect("/user/gettimezone.json?apikey=READ", `"Europe\/Berlin"`)
	f("changeemail", "email=b@example.org", `{"success":true,"message":"Email updated"}`)
	f("changeusername", "username=alicia", `{"success":true,"message":"Username updated"}`)
	f("changepassword", "old=wrong&new=another", `{"success":false,"message":"Old password incorrect"}`)

	resp := w.send(request{method: "POST", target: "/user/changepassword.json", body: "old=secret+of+alice&new=another", headers: []string{session}})
	if got := text(t, resp); got != `{"success":true,"message":"Password changed"}` {
		t.Errorf("changepassword: %s", got)
	}
	if _, got := w.as(session, "GET", "/user/session.json", ""); got != "false" {
		t.Error("the old session goes on after a change of password")
	}
	session = "Cookie: " + resp.Cookies()[0].Name + "=" + resp.Cookies()[0].Value
	old := w.keys
	_, got := w.as(session, "POST", "/user/newapikeywrite.json", "")
	if !regexp.MustCompile(`^{"success":true,"write_apikey":"[0-9a-f]{32}"}$`).MatchString(got) {
		t.Errorf("newapikeywrite: %s", got)
	}
	_, got = w.as(session, "POST", "/user/newapikeyread.json", "")
	if !regexp.MustCompile(`^{"success":true,"read_apikey":"[0-9a-f]{32}"}$`).MatchString(got) {
		t.Errorf("newapikeyread: %s", got)
	}
	for _, key := range []string{old.Read, old.Write} {
		if status, got := w.get("/feed/list.json?apikey=" + key); status != http.StatusUnauthorized {
			t.Errorf("a replaced key still works: %d %s", status, got)
		}
	}
}

func TestTimezones(t *testing.T) {
	w := newWorld(t)
	w.expect("/user/gettimezone.json?apikey=READ", `"Europe\/London"`)
	if got := body(w, "/user/timezone.json?apikey=READ"); got != "0" && got != "3600" {
		t.Errorf("offset: %s", got)
	}
	got := body(w, "/user/gettimezones.json")
	for _, want := range []string{`{"id":"UTC","gmt_offset_secs":0,"gmt_offset_text":"GMT +00:00"}`, `{"id":"Asia\/Kolkata","gmt_offset_secs":19800,"gmt_offset_text":"GMT +05:30"}`,
		`{"id":"America\/Phoenix","gmt_offset_secs":-25200,"gmt_offset_text":"GMT -07:00"}`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, target := range []string{"/time/server.json", "/time/local.json?apikey=READ"} {
		if got := body(w, target); !regexp.MustCompile(`^t\d\d,\d\d,\d\d$`).MatchString(got) {
			t.Errorf("%s: %s", target, got)
		}
	}
	w.expect("/time/local.json", "false")
}
