package form_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/weirhq/weir/internal/form"
)

func FuzzTarget(f *testing.F) {
	for _, seed := range []string{
		"/input/post?apikey=K&json=%7B%22a%22%3A+1%2C+%22b%22%3A+2%7D&node=ha",   // pyemoncms
		"/feed/aget.json&apikey=K&id=1",                                          // Node-RED
		"/emoncms/input/post.json?node=1&json={field1:22.5,field2:3}&apikey=K",   // ESPEasy
		"/input/bulk.json?sentat=1700000000&cb=1",                                // emonhub
		"/feed/data.json?id=1&start=1&end=2&interval=10&skipmissing=1",           // Android
		"/emoncms//input/post.json?node=1;2&c=%zz&d=%", "/?q=/emoncms/feed/list", // front controller
		"http://h/a?b", "*", "%", "&&?&=&%61=%", "/..%2f../\xff\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		q, err := form.Parse(request(target, "", ""), limit)
		if err != nil {
			return
		}
		for _, segment := range q.Path {
			if segment == "" || strings.ContainsFunc(segment, func(r rune) bool {
				return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", r)
			}) {
				t.Errorf("segment %q", segment)
			}
		}
		for name, value := range q.Query.All() {
			if name == "" || len(name) > form.MaxName {
				t.Errorf("name %q", name)
			}
			if _, ok := q.Get(name); !ok {
				t.Errorf("%q=%q is not found", name, value)
			}
		}
	})
}

// FuzzValues holds every query that net/url accepts against it.
func FuzzValues(f *testing.F) {
	f.Add("a=1&b=%32&c=x+y&a=3")
	f.Add("time=1700000000&data=[[0,\"n\",1,null]]")
	f.Add("a=1;2&b=%zz&=&c")
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := form.ParseValues(raw)
		want, strict := url.ParseQuery(raw)
		if err != nil || strict != nil {
			return
		}
		for name, values := range want {
			if name == "" || len(name) > form.MaxName {
				continue
			}
			if got, ok := v.Get(name); !ok || got != values[len(values)-1] {
				t.Errorf("%q: %q is %q, want %q", raw, name, got, values)
			}
		}
	})
}

func FuzzUnescape(f *testing.F) {
	f.Add("a%20b+c%zz%4")
	f.Fuzz(func(t *testing.T, s string) {
		got := form.Unescape(s)
		if want, err := url.QueryUnescape(s); err == nil && got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
		if again := form.Unescape(url.QueryEscape(s)); again != s {
			t.Errorf("%q escaped and back is %q", s, again)
		}
	})
}

func FuzzBody(f *testing.F) {
	kind, body := multipartBody(f, "node=1", "data=[[0,1,2]]")
	f.Add(kind, body)
	f.Add("application/x-www-form-urlencoded", "time=1&data=[[0,1,2]]")
	f.Add("", "x\x9c\x03\x00\x00\x00\x00\x01")
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := httptest.NewRequest(http.MethodPost, "/input/bulk", strings.NewReader(body))
		r.Header["Content-Type"] = []string{kind}
		q, err := form.Parse(r, 500)
		if err == nil && q.Raw != "" && q.Raw != body {
			t.Errorf("raw %q", q.Raw)
		}
		if err == nil && len(body) > 500 {
			t.Error("over the limit")
		}
	})
}

func BenchmarkParse(b *testing.B) {
	get := func(b *testing.B, q *form.Request, names ...string) {
		b.Helper()
		for _, name := range names {
			if _, ok := q.Get(name); !ok {
				b.Fatalf("%s is missing", name)
			}
		}
	}
	b.Run("post", func(b *testing.B) {
		r := request("/input/post?node=emontx&fulljson={\"power\":250,\"temp\":19.5}&apikey=0123456789abcdef0123456789abcdef", "", "")
		b.ReportAllocs()
		for b.Loop() {
			q, err := form.Parse(r, limit)
			if err != nil {
				b.Fatal(err)
			}
			get(b, q, "apikey", "node", "fulljson")
		}
	})
	b.Run("unescape", func(b *testing.B) {
		text := strings.Repeat("%5B10%2C%22emontx4%22%2C250%2C241.25%5D%2C", 1000)
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			_ = form.Unescape(text)
		}
	})
}
