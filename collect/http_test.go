package collect_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/collect"
)

const writeKey = "0123456789abcdef0123456789abcdef"

func TestPost(t *testing.T) {
	var got *http.Request
	var data, base string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, data, base = r, r.FormValue("data"), r.FormValue("time")
		_, _ = io.WriteString(w, "ok")
	}))
	defer server.Close()
	to, err := collect.NewHTTP(server.URL+"/emoncms/", writeKey)
	if err != nil {
		t.Fatal(err)
	}
	rows := []collect.Row{
		{Time: 1700000000, Node: "büro \"1\"", Values: []collect.Value{{"cpu", 12.5}, {"free", 1e12}, {"tiny", 1e-9}}},
		{Time: 1700000010, Node: "a+b&c=d%", Values: []collect.Value{{"x", -0.1}}},
	}
	if err := to.Send(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if got.Method != http.MethodPost || got.URL.Path != "/emoncms/input/bulk.json" || base != "0" ||
		got.Header.Get("Authorization") != "Bearer "+writeKey {
		t.Errorf("%s %s, time %q, header %v", got.Method, got.URL, base, got.Header)
	}
	var sent any
	if err := json.Unmarshal([]byte(data), &sent); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	want := []any{
		[]any{1.7e9, "büro \"1\"", map[string]any{"cpu": 12.5, "free": 1e12, "tiny": 1e-9}},
		[]any{1.70000001e9, "a+b&c=d%", map[string]any{"x": -0.1}},
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnswers(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		kind   weir.Kind
		text   string
	}{
		{200, `{"success":false,"message":"Format error, json string supplied is not valid"}`, weir.Invalid, "Format error, json"},
		{200, "", weir.Unauthenticated, "write key"},
		{200, "<html>Welcome", weir.Invalid, "Welcome"},
		{301, "", weir.Invalid, "https://elsewhere.example/"},
		{400, "bad", weir.Invalid, "bad"},
		{401, "Invalid API key", weir.Unauthenticated, "Invalid API key"},
		{403, `{"title":"Forbidden","detail":"a read key may not write"}`, weir.Denied, "a read key"},
		{404, "", weir.Invalid, "404"},
		{413, "", weir.TooLarge, "413"},
		{429, "", weir.Unavailable, "429"},
		{503, strings.Repeat("x", 9000), weir.Unavailable, "xxx"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example/")
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.body)
		}))
		to, err := collect.NewHTTP(server.URL, writeKey)
		if err != nil {
			t.Fatal(err)
		}
		err = to.Send(t.Context(), []collect.Row{row(1)})
		if err == nil || weir.KindOf(err) != test.kind || !strings.Contains(err.Error(), test.text) || len(err.Error()) > 400 {
			t.Errorf("%d %.40s: kind %v, %v; want %v", test.status, test.body, weir.KindOf(err), err, test.kind)
		}
		server.Close()
	}
}

func TestServerAway(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	to, err := collect.NewHTTP(server.URL, writeKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Send(t.Context(), []collect.Row{row(1)}); weir.KindOf(err) != weir.Unavailable {
		t.Errorf("kind %v, %v", weir.KindOf(err), err)
	}
}

func TestLater(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "17")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	to, err := collect.NewHTTP(server.URL, writeKey)
	if err != nil {
		t.Fatal(err)
	}
	err = to.Send(t.Context(), []collect.Row{row(1)})
	later, ok := errors.AsType[*collect.Later](err)
	if !ok || later.After != 17*time.Second || weir.KindOf(err) != weir.Unavailable {
		t.Errorf("%v, kind %v", err, weir.KindOf(err))
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"soon":                          0,
		"-5":                            0,
		"120":                           2 * time.Minute,
		"99999999999":                   time.Hour,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute,
		"Fri, 02 Jan 2026 03:00:00 GMT": 0,
	} {
		if got := collect.RetryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func TestBadAddress(t *testing.T) {
	for _, base := range []string{"", "weir.example.org", "ftp://x", "http://", "http://x y"} {
		if _, err := collect.NewHTTP(base, writeKey); weir.KindOf(err) != weir.Invalid {
			t.Errorf("%q: %v", base, err)
		}
	}
	if _, err := collect.NewHTTP("http://x", "short"); weir.KindOf(err) != weir.Invalid {
		t.Errorf("no key: %v", err)
	}
}
