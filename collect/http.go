package collect

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir"
)

// HTTP posts rows to a weir or emoncms server as any device would: input/bulk with absolute times.
type HTTP struct {
	target string
	key    string
	client *http.Client
}

// NewHTTP makes a sender to the server at base, for example "https://weir.example.org" or "http://10.0.0.2/emoncms",
// with a user's write key.
func NewHTTP(base, key string) (*HTTP, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, weir.Errorf(weir.Invalid, "%q is not the address of a server: write it like https://weir.example.org", base)
	}
	if !wellFormed(key) {
		return nil, weir.Errorf(weir.Invalid, "the write key has to be 32 characters of 0-9 and a-f: it is on the account page of %s", base)
	}
	u.RawQuery, u.Fragment = "", ""
	return &HTTP{
		target: u.JoinPath("input", "bulk.json").String(),
		key:    key,
		client: &http.Client{
			Timeout: 30 * time.Second,
			// A redirected POST would arrive as a GET, without its rows.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// wellFormed tells whether key looks like those that weir and emoncms give out, so that a mistyped one is noticed at
// the start and not in a log hours later.
func wellFormed(key string) bool {
	digits, err := hex.DecodeString(key)
	return err == nil && len(digits) == 16
}

// Send posts rows and succeeds when the server answers "ok".
func (h *HTTP) Send(ctx context.Context, rows []Row) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.target, bytes.NewReader(appendForm(nil, rows)))
	if err != nil {
		return fmt.Errorf("post rows: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+h.key)
	resp, err := h.client.Do(req)
	if err != nil {
		return weir.Errorf(weir.Unavailable, "post rows: %w", plain(err))
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err != nil {
		return weir.Errorf(weir.Unavailable, "read answer of %s: %w", h.target, err)
	}
	return h.judge(resp, strings.TrimSpace(string(body)))
}

// plain takes off the "Post <address>:" that changes with nothing and repeats what the operator typed.
func plain(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// judge turns an answer into what the collector does next.
func (h *HTTP) judge(resp *http.Response, body string) error {
	status := resp.StatusCode
	kind := weir.Unavailable
	switch {
	case status == http.StatusOK && body == "ok":
		return nil
	case status == http.StatusOK && body == "":
		// What emoncms answers to a post without rights.
		return weir.Errorf(weir.Unauthenticated, "%s answered nothing: is the key a write key?", h.target)
	case status >= 300 && status < 400:
		return weir.Errorf(weir.Invalid, "%s points to %s: use that address", h.target, resp.Header.Get("Location"))
	case status == http.StatusUnauthorized:
		kind = weir.Unauthenticated
	case status == http.StatusForbidden:
		kind = weir.Denied
	case status == http.StatusRequestEntityTooLarge:
		kind = weir.TooLarge
	case status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= 500:
	default: // also 200 with an error in JSON
		kind = weir.Invalid
	}
	err := weir.Errorf(kind, "%s answered %d %s", h.target, status, answerText(body))
	if after := retryAfter(resp.Header.Get("Retry-After"), time.Now()); after > 0 {
		return &Later{Err: err, After: after}
	}
	return err
}

// answerText is what a person should read of an answer.
func answerText(body string) string {
	var answer struct{ Message, Title, Detail string }
	if json.Unmarshal([]byte(body), &answer) == nil {
		for _, text := range []string{answer.Message, answer.Detail, answer.Title} {
			if text != "" {
				return strconv.Quote(text)
			}
		}
	}
	const most = 200
	if len(body) > most {
		body = body[:most] + "…"
	}
	return strconv.Quote(body)
}

// retryAfter reads seconds or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(max(n, 0), int(maxLater/time.Second))) * time.Second
	}
	if t, err := http.ParseTime(value); err == nil {
		return max(t.Sub(now), 0)
	}
	return 0
}

// appendForm encodes rows as the form that input/bulk reads: times are seconds since 1970, so the time base is 0.
func appendForm(dst []byte, rows []Row) []byte {
	dst = append(dst, "time=0&data="...)
	return append(dst, url.QueryEscape(string(appendBulk(nil, rows)))...)
}

// appendBulk encodes rows as [[time,"node",{"name":value,…}],…].
func appendBulk(dst []byte, rows []Row) []byte {
	dst = append(dst, '[')
	for i := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(append(dst, '['), rows[i].Time, 10)
		dst = appendString(append(dst, ','), rows[i].Node)
		dst = append(dst, ",{"...)
		for j, v := range rows[i].Values {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, v.Name)
			dst = appendNumber(append(dst, ':'), v.Value)
		}
		dst = append(dst, "}]"...)
	}
	return append(dst, ']')
}

func appendString(dst []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		return append(dst, `""`...)
	}
	return append(dst, text...)
}

// appendNumber writes the shortest text that reads back as v. What is not a number is not in a row; null would be
// skipped by the server.
func appendNumber(dst []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(dst, "null"...)
	}
	format := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, v, format, -1, 64)
}
