package api_test

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/account"
)

// sealed is an encrypted post.
type sealed struct{ kind, authorization, body, receipt string }

// seal encrypts as IoTaWatt does.
func seal(t testing.TB, user weir.UserID, writeKey, kind, plain string) sealed {
	t.Helper()
	if kind == "aes128cbcgz" {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, err := io.WriteString(z, plain)
		check(t, err)
		check(t, z.Close())
		plain = packed.String()
	}
	key, err := hex.DecodeString(writeKey)
	check(t, err)
	block, err := aes.NewCipher(key)
	check(t, err)
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, plain)
	n := aes.BlockSize - len(plain)%aes.BlockSize
	text := append([]byte("0123456789abcdef"+plain), bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, text[:aes.BlockSize]).CryptBlocks(text[aes.BlockSize:], text[aes.BlockSize:])
	sum := sha256.Sum256([]byte(plain))
	return sealed{
		kind: kind, authorization: fmt.Sprintf("%d:%x", user, mac.Sum(nil)),
		body: base64.StdEncoding.EncodeToString(text), receipt: base64.URLEncoding.EncodeToString(sum[:]),
	}
}

// request is the one that IoTaWatt sends.
func (s sealed) request(target string) string {
	head := "POST " + target + " HTTP/1.1\r\nHost: h\r\n"
	if s.authorization != "" {
		head += "Authorization: " + s.authorization + "\r\n"
	}
	return head + fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s", s.kind, len(s.body), s.body)
}

func TestSealedPosts(t *testing.T) {
	w := newWorld(t)
	addr := w.listen(t)
	for _, c := range []struct{ name, target, plain string }{
		{"bulk", "/input/bulk", `time=1700000000&data=[[0,"KIND",120.1,null],[10,"KIND",120.2,5]]`},
		{"bulk behind a prefix", "/emoncms/input/bulk.json", `time=1700000100&data=[[0,"KIND",1]]`},
		{"post", "/input/post", `node=KIND&csv=7,8&time=1700000200`},
		{"strict post", "/input/post.json", `fulljson={"p":9}&node=KIND&time=1700000300`},
		{"node in the path, time in the query", "/input/post/KIND?time=1700000400", `csv=1,2,3`},
	} {
		for _, kind := range []string{"aes128cbc", "aes128cbcgz"} {
			fill := strings.NewReplacer("KIND", kind).Replace
			s := seal(t, w.user.ID, w.keys.Write, kind, fill(c.plain))
			resp, got := exchange(t, addr, s.request(fill(c.target)))
			if resp.StatusCode != http.StatusOK || got != s.receipt || resp.Header.Get("Content-Type") != "text/plain;charset=UTF-8" {
				t.Errorf("%s, %s: %d %s %s, want %s", c.name, kind, resp.StatusCode, resp.Header.Get("Content-Type"), got, s.receipt)
			}
		}
	}
	for _, node := range []string{"aes128cbc", "aes128cbcgz"} {
		w.expect("/input/get/"+node+"?apikey=KEY", `{"1":{"time":1700000400,"value":1,"processList":""},"2":{"time":1700000400,"value":2,"processList":""},`+
			`"p":{"time":1700000300,"value":9,"processList":""},"3":{"time":1700000400,"value":3,"processList":""}}`)
	}
}

// TestSealedByOthers opens what the openssl command made with a known key.
func TestSealedByOthers(t *testing.T) {
	w := newWorld(t)
	u, err := w.accounts.Adopt(t.Context(), weir.User{Name: "iotawatt"}, "$emoncms$"+strings.Repeat("00", 16)+"$"+strings.Repeat("00", 32), account.Keys{
		Read: "ffeeddccbbaa99887766554433221100", Write: "00112233445566778899aabbccddeeff",
	})
	check(t, err)
	s := sealed{
		kind:          "aes128cbc",
		authorization: fmt.Sprintf("%d:23339d1d501196a7fd79ed67d5459428761bef8be3e14a9a8923c067227d71d0", u.ID),
		body: "Dx4tPEtaaXiHlqW0w9Lh8ATFoFM9nVGdkpsHk1WYqEmG3IybAWGdN4x1QZi/MkKD5R6BmeEB5mozOibMFwjjDSiNdIg+b1ez7AUwGQ3zOReVjdVZX8oiZNaJ" +
			"0QoKmqVL",
	}
	if _, got := exchange(t, w.listen(t), s.request("/input/bulk")); got != "WJStiaflQ2xXgxOlAMnz7e41NlmQNgA_JZ9CK8Z6Elk=" {
		t.Errorf("receipt: %s", got)
	}
	w.expect("/input/get?node=iotawatt&apikey=00112233445566778899aabbccddeeff",
		`{"1":{"time":1700000010,"value":120.2,"processList":""},"2":{"time":1700000010,"value":5,"processList":""}}`)
	w.expect("/input/list?apikey=KEY", "[]")
}

func TestSealedPostsRefused(t *testing.T) {
	w := newWorld(t)
	addr := w.listen(t)
	const html, plain = "text/html; charset=UTF-8", "text/plain;charset=UTF-8"
	other, _ := w.register("bob")
	good := seal(t, w.user.ID, w.keys.Write, "aes128cbc", "node=a&csv=1")
	with := func(change func(*sealed)) sealed {
		s := good
		change(&s)
		return s
	}
	of := func(user weir.UserID) string {
		_, mac, _ := strings.Cut(good.authorization, ":")
		return fmt.Sprintf("%d:%s", user, mac)
	}
	for _, c := range []struct {
		name       string
		send       sealed
		kind, want string
	}{
		{"no header", with(func(s *sealed) { s.authorization = "" }), html, "missing authorization header"},
		{"a key", with(func(s *sealed) { s.authorization = "Bearer " + w.keys.Write }), html, "authorization header format should be userid:hmac"},
		{"nobody", with(func(s *sealed) { s.authorization = of(99) }), html, "User not found"},
		{"no body", with(func(s *sealed) { s.body = "" }), html, "no content in post body"},
		{"in another's name", with(func(s *sealed) { s.authorization = of(other.ID) }), html, "invalid data"},
		{"with the read key", seal(t, w.user.ID, w.keys.Read, "aes128cbc", "node=a&csv=1"), html, "invalid data"},
		{"not packed", with(func(s *sealed) { s.kind = "aes128cbcgz" }), html, "invalid data"},
		{"changed", with(func(s *sealed) { s.body = strings.Repeat("A", len(s.body)-4) + s.body[len(s.body)-4:] }), html, "invalid data"},
		{"no samples", seal(t, w.user.ID, w.keys.Write, "aes128cbc", "node=a"), plain, `{"success": false, "message": "Request contains no data via csv, json or data tag"}`},
	} {
		resp, got := exchange(t, addr, c.send.request("/input/post"))
		if resp.StatusCode != http.StatusOK || got != c.want || resp.Header.Get("Content-Type") != c.kind {
			t.Errorf("%s: %d %s %s, want %s", c.name, resp.StatusCode, resp.Header.Get("Content-Type"), got, c.want)
		}
	}
	w.expect("/input/list?apikey=KEY", "[]")
	w.pipeline.full.Store(true)
	resp, got := exchange(t, addr, good.request("/input/post"))
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" ||
		got != `{"success": false, "message": "the stream is full: try again later"}` {
		t.Errorf("full: %d %s", resp.StatusCode, got)
	}
	// Nothing but posts is opened.
	if _, got := exchange(t, addr, good.request("/input/clean")); got != "false" {
		t.Errorf("another action: %s", got)
	}
}
