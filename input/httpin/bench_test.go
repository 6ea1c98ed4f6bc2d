package httpin_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/weirhq/weir/input/httpin"
	"github.com/weirhq/weir/internal/form"
)

// named is a bulk of n rows with three values under names each, as emonhub sends them.
func named(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,[%d,"emontx4",{"power":%d,"volt":%.2f,"amp":-%d.%d}]`, i*10, i%3000, 230+float64(i%1000)/100, i%50, i%10)
	}
	return "[" + b.String()[1:] + "]"
}

// rows is a bulk of n rows with four values each, as meters send them.
func rows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,[%d,"emontx4",%d,%.2f,-%d.%d,%d]`, i*10, i%3000, 230+float64(i%1000)/100, i%50, i%10, 1_000_000+i)
	}
	return "[" + b.String()[1:] + "]"
}

func BenchmarkBulk(b *testing.B) {
	text := rows(1000)
	d := decoder()
	p := given{"data": text}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		batch, _ := d.Bulk(7, p, "", now)
		batch.Release()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4000, "ns/value")
}

// BenchmarkWhole is a request from its target to a batch.
func BenchmarkWhole(b *testing.B) {
	b.Run("post", func(b *testing.B) {
		benchmarkWhole(b, "GET", "/input/post?node=emontx&fulljson={\"power\":250,\"temp\":19.5,\"volt\":241.23}&apikey=0123456789abcdef0123456789abcdef", "")
	})
	b.Run("escaped", func(b *testing.B) {
		benchmarkWhole(b, "GET", "/input/post?node=emontx&fulljson=%7B%22power%22%3A250%2C%22temp%22%3A19.5%7D&apikey=0123456789abcdef0123456789abcdef", "")
	})
	b.Run("json", func(b *testing.B) {
		benchmarkWhole(b, "GET", "/input/post?node=emontx&json={power:250,temp:19.5,volt:241.23}&apikey=0123456789abcdef0123456789abcdef", "")
	})
	b.Run("bulk", func(b *testing.B) { benchmarkWhole(b, "POST", "/input/bulk", "data="+rows(1000)) })
	b.Run("bulk named", func(b *testing.B) { benchmarkWhole(b, "POST", "/input/bulk", "data="+named(1000)) })
	b.Run("bulk escaped", func(b *testing.B) { benchmarkWhole(b, "POST", "/input/bulk", "data="+url.QueryEscape(rows(1000))) })
}

func benchmarkWhole(b *testing.B, method, target, body string) {
	b.Helper()
	d := decoder()
	r := httptest.NewRequestWithContext(b.Context(), method, "/", nil)
	r.RequestURI, r.ContentLength = target, int64(len(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	reader := &rewinder{Reader: strings.NewReader(body)}
	r.Body = reader
	b.ReportAllocs()
	for b.Loop() {
		reader.Reset(body)
		q, err := form.Parse(r, 1<<20)
		if err != nil {
			b.Fatal(err)
		}
		var batch *httpin.Batch
		var a httpin.Answer
		if q.Path[1] == "bulk" {
			batch, a = d.Bulk(7, q, q.Raw, now)
		} else {
			batch, a = d.Post(7, "", q, now)
		}
		if batch == nil {
			b.Fatal(a.Body)
		}
		batch.Release()
	}
}

type rewinder struct{ *strings.Reader }

func (*rewinder) Close() error { return nil }
