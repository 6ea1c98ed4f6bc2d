package httpin_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/weirhq/weir/input/httpin"
)

const writeKey = "00112233445566778899aabbccddeeff"

// seal does what IoTaWatt does.
func seal(t testing.TB, plain string) (authorization, body string) {
	t.Helper()
	key, err := hex.DecodeString(writeKey)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(plain))
	n := aes.BlockSize - len(plain)%aes.BlockSize
	padded := plain + strings.Repeat(string(rune(n)), n)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	sealed := []byte("initial vector 16" + padded)[:aes.BlockSize+len(padded)]
	copy(sealed[aes.BlockSize:], padded)
	cipher.NewCBCEncrypter(block, sealed[:aes.BlockSize]).CryptBlocks(sealed[aes.BlockSize:], sealed[aes.BlockSize:])
	return "7:" + hex.EncodeToString(h.Sum(nil)), base64.StdEncoding.EncodeToString(sealed)
}

func TestEnvelope(t *testing.T) {
	const bulk = `time=1700000000&data=[[0,"wat%20t",241.2,null,5]]`
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return base64.URLEncoding.EncodeToString(sum[:])
	}
	packed := zipped(t, "node=a&csv=1,2")
	for _, test := range []struct{ name, kind, plain, query, rows string }{
		{"bulk", "aes128cbc", bulk, "", "+0 wat20t: 1=241.2 3=5"},
		{"post", "aes128cbc", "node=a&csv=1,2", "", "+0 a: 1=1 2=2"},
		{"query counts", "aes128cbc", "csv=1,2", "node=q&csv=9", "+0 q: 1=1 2=2"},
		{"packed", "aes128cbcgz", packed, "", "+0 a: 1=1 2=2"},
		{"fulljson", "aes128cbc", `node=a&fulljson={"b":1}`, "", "+0 a: b=1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			authorization, body := seal(t, test.plain)
			urlSafe := strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(body)
			for _, body := range []string{body, urlSafe, body + "\r\n"} {
				e, a := httpin.ReadEnvelope(http.Header{"Authorization": {authorization}, "Content-Type": {test.kind}}, body)
				if e == nil || e.User != 7 {
					t.Fatalf("envelope %+v, %+v", e, a)
				}
				d := decoder()
				p, a := d.Open(e, writeKey, values(t, test.query))
				if p == nil {
					t.Fatal(a)
				}
				var b *httpin.Batch
				if test.name == "bulk" {
					b, a = d.Bulk(7, p, "", now)
				} else {
					b, a = d.Post(7, "", p, now)
				}
				checkBatch(t, b, e.Receipt(a), test.rows, hash(test.plain))
			}
		})
	}
	e, _ := httpin.ReadEnvelope(http.Header{"Authorization": {"7:00"}}, "AAAA")
	bad := httpin.Answer{Status: 200, Body: failed("x")}
	if got := e.Receipt(bad); got != bad {
		t.Errorf("a bad answer becomes %+v", got)
	}
	if !httpin.Encrypted("aes128cbc") || !httpin.Encrypted("aes128cbcgz") || httpin.Encrypted("application/json") {
		t.Error("content types are mistaken")
	}
}

func TestEnvelopeRefused(t *testing.T) {
	authorization, body := seal(t, "node=a&csv=1,2")
	_, short := seal(t, "")
	for _, test := range []struct{ name, authorization, body, kind, key, want string }{
		{"no header", "", body, "", writeKey, "missing authorization header"},
		{"no colon", "7", body, "", writeKey, "authorization header format should be userid:hmac"},
		{"no number", "x:00", body, "", writeKey, "authorization header format should be userid:hmac"},
		{"no code", "7:zz", body, "", writeKey, "authorization header format should be userid:hmac"},
		{"no body", authorization, " ==", "", writeKey, "no content in post body"},
		{"no base64", authorization, "***", "", writeKey, "invalid data"},
		{"half a block", authorization, "AAAA", "", writeKey, "invalid data"},
		{"only a vector", authorization, "AAAAAAAAAAAAAAAAAAAAAA", "", writeKey, "invalid data"},
		{"other key", authorization, body, "", "ff112233445566778899aabbccddeeff", "invalid data"},
		{"key cut", authorization, body, "", writeKey[:30], "invalid data"},
		{"other code", "7:" + strings.Repeat("00", 32), body, "", writeKey, "invalid data"},
		{"other text", authorization, short, "", writeKey, "invalid data"},
		{"not packed", authorization, body, "aes128cbcgz", writeKey, "invalid data"},
	} {
		header := http.Header{"Content-Type": {test.kind}}
		if test.authorization != "" {
			header.Set("Authorization", test.authorization)
		}
		e, a := httpin.ReadEnvelope(header, test.body)
		if e != nil {
			var p httpin.Params
			if p, a = decoder().Open(e, test.key, given{}); p != nil {
				t.Errorf("%s: opened", test.name)
			}
		}
		if want := (httpin.Answer{Status: 200, ContentType: "text/html; charset=UTF-8", Body: test.want}); a != want {
			t.Errorf("%s: %+v, want %+v", test.name, a, want)
		}
	}
	if a := httpin.UnknownUser(); a.Body != "User not found" {
		t.Errorf("%+v", a)
	}
}

func FuzzEnvelope(f *testing.F) {
	authorization, body := seal(f, "node=a&csv=1,2")
	f.Add(authorization, body, true)
	f.Add("7:00", "AAAA", false)
	f.Fuzz(func(t *testing.T, authorization, body string, packed bool) {
		header := http.Header{"Authorization": {authorization}}
		if packed {
			header.Set("Content-Type", "aes128cbcgz")
		}
		d := decoder()
		e, _ := httpin.ReadEnvelope(header, body)
		if e == nil {
			return
		}
		if p, _ := d.Open(e, writeKey, given{}); p != nil {
			b, _ := d.Post(7, "", p, now)
			checkSound(t, b)
		}
	})
}
