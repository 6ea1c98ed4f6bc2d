package form_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/internal/form"
)

const limit = 1 << 20

func request(target, kind, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.RequestURI = target
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

func pairs(v form.Values) []string {
	var all []string
	for name, value := range v.All() {
		all = append(all, name+"="+value)
	}
	return all
}

func TestTarget(t *testing.T) {
	for _, test := range []struct {
		target string
		path   string // joined by |
		format string
		query  []string
	}{
		{"/input/post?node=1", "input|post", "html", []string{"node=1"}},
		{"/input/post.json?node=1", "input|post", "json", []string{"node=1"}},
		{"/feed/list.json", "feed|list", "json", nil},
		{"/", "", "html", nil},
		{"", "", "html", nil},
		{"*", "", "html", nil},
		{"//feed///list.json", "feed|list", "json", nil},
		{"/feed/list/", "feed|list", "html", nil},
		{"/emoncms/input/post.json?node=1", "input|post", "json", []string{"node=1"}},
		{"/emoncms", "", "html", nil},
		{"/emoncmsx/feed", "emoncmsx|feed", "html", nil},
		{"/input/post/emoncms", "input|post|emoncms", "html", nil},
		{"/index.php?q=feed/list.json&id=1", "feed|list", "json", []string{"q=feed/list.json", "id=1"}},
		{"/?q=feed/list.json", "feed|list", "json", []string{"q=feed/list.json"}},
		{"/emoncms/?q=/emoncms/feed/list.json", "feed|list", "json", []string{"q=/emoncms/feed/list.json"}},
		{"/feed/list.json?q=user/auth.json", "feed|list", "json", []string{"q=user/auth.json"}},
		{"/feed/aget.json&apikey=K&id=1", "feed|aget", "json", []string{"apikey=K", "id=1"}},
		{"/feed/aget.json&apikey=K?id=1", "feed|aget", "json", []string{"apikey=K", "id=1"}},
		{"/fe%65d/li st.js on", "feed|list", "json", nil},
		{"/feed/<list>;.json", "feed|list", "json", nil},
		{"/feed%2Flist.json", "feed|list", "json", nil},
		{"/feed/%zz/list", "feed|zz|list", "html", nil},
		{"/a/b/c/d/e/f/g/h.csv", "a|b|c|d|e|f|g|h", "csv", nil},
		{"/feed/data.tar.gz", "feed|data", "tar.gz", nil},
		{"/feed/.json", "feed", "json", nil},
		{"/../feed/..", "..|feed", ".", nil},
		{"http://host:80/feed/list.json?id=1", "feed|list", "json", []string{"id=1"}},
		{"http://host", "", "html", nil},
		{"/Feed/List", "Feed|List", "html", nil},

		{"/p?a=1;b=2&c=%zz&d=%4", "p", "html", []string{"a=1;b=2", "c=%zz", "d=%4"}},
		{"/p?a=x+y%20z%2Bw", "p", "html", []string{"a=x y z+w"}},
		{"/p?a=%41%%42%4g%", "p", "html", []string{"a=A%B%4g%"}},
		{"/p?%61=1&b", "p", "html", []string{"a=1", "b="}},
		{"/p?a=1=2&=3&&c=4", "p", "html", []string{"a=1=2", "c=4"}},
		{"/p?json={\"a\":[1,2]}?x", "p", "html", []string{`json={"a":[1,2]}?x`}},
		{"/p?a=%ff\xff", "p", "html", []string{"a=\xff\xff"}},
		{"/p?" + strings.Repeat("n", 256) + "=1&" + strings.Repeat("n", 257) + "=2&" + strings.Repeat("%41", 257) + "=3", "p", "html", []string{strings.Repeat("n", 256) + "=1"}},
	} {
		q, err := form.Parse(request(test.target, "", ""), limit)
		if err != nil {
			t.Errorf("%s: %v", test.target, err)
			continue
		}
		if got := strings.Join(q.Path, "|"); got != test.path || q.Format != test.format {
			t.Errorf("%s: path %s format %s, want %s %s", test.target, got, q.Format, test.path, test.format)
		}
		if diff := cmp.Diff(test.query, pairs(q.Query)); diff != "" {
			t.Errorf("%s: query (-want +got):\n%s", test.target, diff)
		}
	}
}

// TestTargetFromURL is for requests that did not come through a server.
func TestTargetFromURL(t *testing.T) {
	for _, target := range []string{"/feed/list.json?id=1&x=%zz", "/feed%2Flist.json?id=1&x=%zz", "/feed/list.json&id=1&x=%25zz"} {
		r := request("", "", "")
		var err error
		if r.URL, err = url.Parse(target); err != nil {
			t.Fatal(err)
		}
		q, err := form.Parse(r, limit)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"feed", "list", "id=1", "x=%zz"}, slices.Concat(q.Path, pairs(q.Query))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

func TestGet(t *testing.T) {
	q, err := form.Parse(request("/input/post?a=1&a=2&b=3&e=", "application/x-www-form-urlencoded; charset=utf-8", "b=4&c=%35"), limit)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": "2", "b": "4", "c": "5", "e": ""} {
		if got, ok := q.Get(name); !ok || got != want {
			t.Errorf("%s is %q, %t, want %q", name, got, ok, want)
		}
	}
	if got, ok := q.Get("d"); ok {
		t.Errorf("d is %q", got)
	}
	if got, _ := q.Query.Get("b"); got != "3" {
		t.Errorf("b of the query is %q", got)
	}
	if q.Segment(1) != "post" || q.Segment(2) != "" {
		t.Errorf("segments %q %q", q.Segment(1), q.Segment(2))
	}
}

func TestBody(t *testing.T) {
	const data = "time=1700000000&data=[[0,\"n\",1,null]]"
	for _, test := range []struct {
		kind string
		want []string
	}{
		{"application/x-www-form-urlencoded", []string{"time=1700000000", `data=[[0,"n",1,null]]`}},
		{"Application/X-WWW-Form-URLencoded;charset=UTF-8", []string{"time=1700000000", `data=[[0,"n",1,null]]`}},
		{"", nil},
		{"application/json", nil},
		{"aes128cbc", nil},
		{"text/plain; =", nil},
	} {
		q, err := form.Parse(request("/input/bulk", test.kind, data), limit)
		if err != nil {
			t.Errorf("%s: %v", test.kind, err)
			continue
		}
		if diff := cmp.Diff(test.want, pairs(q.Body)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.kind, diff)
		}
		if q.Raw != data {
			t.Errorf("%s: raw %q", test.kind, q.Raw)
		}
	}
}

func multipartBody(t testing.TB, fields ...string) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "a.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(file, "content")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

func TestMultipart(t *testing.T) {
	kind, body := multipartBody(t, "node=a+b%20c", "data=[[0,1,2]]", "empty=")
	q, err := form.Parse(request("/input/bulk", kind, body), limit)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"node=a+b%20c", "data=[[0,1,2]]", "empty="}, pairs(q.Body)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if q.Raw != "" {
		t.Errorf("raw %q", q.Raw)
	}
}

func TestRefused(t *testing.T) {
	const urlencoded = "application/x-www-form-urlencoded"
	many := strings.Repeat("a=1&", form.MaxParams+1)
	kind, parts := multipartBody(t, "a="+strings.Repeat("x", 2000))
	unknown := request("/", urlencoded, strings.Repeat("x", 1001))
	unknown.ContentLength = -1
	torn := request("/", urlencoded, "")
	torn.Body = io.NopCloser(iotest.ErrReader(errors.New("connection reset")))
	for name, test := range map[string]struct {
		r    *http.Request
		kind weir.Kind
		text string
	}{
		"declared":            {request("/", urlencoded, strings.Repeat("x", 1001)), weir.TooLarge, "request body is larger than 1000 bytes: send less at once"},
		"undeclared":          {unknown, weir.TooLarge, "request body is larger than 1000 bytes: send less at once"},
		"many in query":       {request("/?"+many, "", ""), weir.TooLarge, "more than 1000 parameters: send fewer at once"},
		"many in path":        {request("/&"+many, "", ""), weir.TooLarge, "more than 1000 parameters: send fewer at once"},
		"torn":                {torn, weir.Invalid, "request body ends early: connection reset"},
		"no boundary":         {request("/", "multipart/form-data", "x"), weir.Invalid, "multipart form without a boundary: name it in the Content-Type header"},
		"multipart too large": {request("/", kind, parts), weir.TooLarge, "request body is larger than 1000 bytes: send less at once"},
		"multipart torn":      {request("/", kind, parts[:300]), weir.Invalid, "request body ends early: unexpected EOF"},
	} {
		if name == "multipart too large" {
			test.r.ContentLength = -1
		}
		_, err := form.Parse(test.r, 1000)
		if weir.KindOf(err) != test.kind || weir.Message(err) != test.text {
			t.Errorf("%s: %v (%v), want %s (%v)", name, err, weir.KindOf(err), test.text, test.kind)
		}
	}
	if _, err := form.Parse(request("/", urlencoded, many), limit); weir.KindOf(err) != weir.TooLarge {
		t.Errorf("many in body: %v", err)
	}
	if q, err := form.Parse(request("/", "", strings.Repeat("x", 1000)), 1000); err != nil || len(q.Raw) != 1000 {
		t.Errorf("a body of the limit: %v", err)
	}
}

func TestPlain(t *testing.T) {
	v, err := form.Plain("node=a%20b+c&csv=1,2&bad=1=2&none&=x&time=5")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"node=a%20b+c", "csv=1,2", "time=5"}, pairs(v)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if v.Len() != 3 {
		t.Errorf("%d parameters", v.Len())
	}
	if _, err := form.Plain(strings.Repeat("a=1&", form.MaxParams+1)); weir.KindOf(err) != weir.TooLarge {
		t.Errorf("too many: %v", err)
	}
}

// TestServer sends what clients put on the wire through a real server.
func TestServer(t *testing.T) {
	seen := make(chan *form.Request, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		q, err := form.Parse(r, limit)
		if err != nil {
			t.Error(err)
		}
		seen <- q
	}))
	defer server.Close()
	for _, target := range []string{
		`/emoncms//input/post.json?node=1&json={"a":1;b}&c=%zz`,
		`/input/post.json&node=1&json={"a":1;b}&c=%25zz`, // before a ? the server itself refuses a bad %
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, "GET "+target+" HTTP/1.0\r\n\r\n")
		answer, err := io.ReadAll(conn)
		_ = conn.Close()
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.0 200") {
			t.Fatalf("%s: %v %s", target, err, answer)
		}
		q := <-seen
		if diff := cmp.Diff([]string{"input", "post", "node=1", `json={"a":1;b}`, "c=%zz"}, slices.Concat(q.Path, pairs(q.Query))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}
