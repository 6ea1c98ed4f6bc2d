package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/weirhq/weir"
)

// BenchmarkLists measures what a page of a user with 1,000 feeds and inputs asks for again and again.
func BenchmarkLists(b *testing.B) {
	const many = 1000
	w := newWorldWith(b, func(*apiParts) {})
	var values []string
	for i := range many {
		_, err := w.feeds.Create(b.Context(), weir.Feed{User: w.user.ID, Name: fmt.Sprintf("feed%d", i), Engine: weir.EngineFixed}, options(10))
		check(b, err)
		w.expect(fmt.Sprintf("/feed/post.json?id=%d&time=1700000000&value=%d.5&apikey=KEY", i+1, i), fmt.Sprintf("%d.5", i))
		values = append(values, fmt.Sprintf("name%d:%d", i, i))
	}
	for len(values) > 0 {
		w.post("/input/post", "apikey=KEY&node=a&json={"+strings.Join(values[:100], ",")+"}", "ok")
		values = values[100:]
	}
	for _, target := range []string{"/feed/list.json", "/feed/list.json?meta=1", "/input/list"} {
		b.Run(target, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, target, nil)
			r.Header.Set("Authorization", "Bearer "+w.keys.Read)
			answer := &sink{header: http.Header{}}
			w.handler.ServeHTTP(answer, r)
			b.ReportAllocs()
			for b.Loop() {
				w.handler.ServeHTTP(answer, r)
			}
		})
	}
}
