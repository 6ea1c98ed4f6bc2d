package web_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir"
	"github.com/weirhq/weir/web"
)

// start runs a server on a free port and gives its address and a function that stops it and returns what Run returned.
func start(t *testing.T, cfg web.Config, h http.Handler, log *slog.Logger) (addr string, stop func() error) {
	t.Helper()
	cfg.Listen = "127.0.0.1:0"
	s, err := web.New(cfg, h, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stopped := false
	stop = func() error {
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() {
		if !stopped {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
		if err := s.Release(); err != nil {
			t.Error(err)
		}
	})
	return s.Addr().String(), stop
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestRequestInHandIsAnsweredAndStreamIsToldToEnd(t *testing.T) {
	arrived, goOn := make(chan string, 2), make(chan struct{})
	addr, stop := start(t, web.Default(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			fmt.Fprint(w, "begin ")
			_ = http.NewResponseController(w).Flush()
			arrived <- "stream"
			<-web.Draining(r.Context())
			fmt.Fprint(w, "end")
			return
		}
		arrived <- "slow"
		<-goOn
		fmt.Fprint(w, "answered")
	}), quiet())

	bodies := make(chan string, 2)
	for _, path := range []string{"/stream", "/slow"} {
		go func() {
			_, body := get(t, "http://"+addr+path)
			bodies <- body
		}()
		<-arrived
	}
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	if got := <-bodies; got != "begin end" {
		t.Errorf("stream: %q", got)
	}
	if conn, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
		conn.Close()
		t.Error("the listener is open while requests are finished")
	}
	close(goOn)
	if got := <-bodies; got != "answered" {
		t.Errorf("request in hand: %q", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestStreamsOutliveTheTimesOfARequest(t *testing.T) {
	cfg := web.Default()
	cfg.ReadTimeout, cfg.WriteTimeout = 20*time.Millisecond, 20*time.Millisecond
	addr, _ := start(t, cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := web.Extending(w)
		fmt.Fprint(out, "begin ")
		select {
		case <-r.Context().Done():
			fmt.Fprint(out, "cut short")
		case <-time.After(5 * cfg.ReadTimeout):
			fmt.Fprint(out, "end")
		}
	}), quiet())
	if _, got := get(t, "http://"+addr); got != "begin end" {
		t.Errorf("got %q", got)
	}
}

func TestOverrunIsReported(t *testing.T) {
	arrived, goOn := make(chan struct{}), make(chan struct{})
	cfg := web.Default()
	cfg.Grace = time.Millisecond
	addr, stop := start(t, cfg, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-goOn
	}), quiet())
	failed := make(chan error, 1)
	go func() {
		_, err := http.Get("http://" + addr)
		failed <- err
	}()
	<-arrived
	if err := stop(); err == nil || !strings.Contains(err.Error(), "still in hand") {
		t.Errorf("got %v", err)
	}
	close(goOn)
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
}

func TestPortTaken(t *testing.T) {
	addr, _ := start(t, web.Default(), http.NotFoundHandler(), quiet())
	cfg := web.Default()
	cfg.Listen = addr
	if _, err := web.New(cfg, http.NotFoundHandler(), quiet()); weir.KindOf(err) != weir.Conflict || !strings.Contains(err.Error(), addr) {
		t.Errorf("got %v, want a conflict that names the address", err)
	}
}

func TestPanicIsAnsweredAndLogged(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	addr, stop := start(t, web.Default(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			fmt.Fprint(w, strings.Repeat("x", 10000))
		}
		panic("out of cheese")
	}), logger)

	resp, body := get(t, "http://"+addr+"/early")
	if resp.StatusCode != http.StatusInternalServerError || resp.Header.Get("Content-Type") != "application/problem+json" || strings.Contains(body, "cheese") {
		t.Errorf("early: %d %s", resp.StatusCode, body)
	}
	late, err := http.Get("http://" + addr + "/late")
	if err == nil {
		_, err = io.ReadAll(late.Body)
		late.Body.Close()
	}
	if err == nil {
		t.Error("an answer cut short looks whole")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if got := log.String(); strings.Count(got, "out of cheese") != 2 || !strings.Contains(got, "server_test.go") {
		t.Errorf("log: %s", got)
	}
}

func TestHeadersLimitsAndAccessLog(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg := web.Default()
	cfg.BodyLimit = 10
	addr, stop := start(t, cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			if _, ok := errors.AsType[*http.MaxBytesError](err); !ok {
				t.Errorf("got %v", err)
			}
			web.Problem(w, r, logger, weir.Errorf(weir.TooLarge, "too large"))
			return
		}
		fmt.Fprint(w, web.RequestID(r.Context()))
	}), logger)

	resp, id := get(t, "http://"+addr)
	if got := resp.Header.Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("X-Content-Type-Options: got %q", got)
	}
	large, err := http.Post("http://"+addr, "text/plain", strings.NewReader("12345678901"))
	if err != nil {
		t.Fatal(err)
	}
	large.Body.Close()
	if large.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", large.StatusCode)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if got := log.String(); !strings.Contains(got, "id="+id) || !strings.Contains(got, "status=413") {
		t.Errorf("log: %s", got)
	}
}

func TestTLSFollowsRenewal(t *testing.T) {
	dir := t.TempDir()
	cfg := web.Default()
	cfg.TLSCert, cfg.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if _, err := web.New(cfg, http.NotFoundHandler(), quiet()); err == nil {
		t.Error("started without its certificate")
	}
	pool := writeCertificate(t, cfg.TLSCert, cfg.TLSKey)
	addr, _ := start(t, cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, web.Secure(r.Context()), r.Proto)
	}), quiet())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get("https://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); string(body) != "trueHTTP/2.0" {
		t.Errorf("got %s", body)
	}
}

func writeCertificate(t *testing.T, certFile, keyFile string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{certFile: cert, keyFile: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(cert)
	return pool
}

// raw sends bytes as they are and reads one response.
func raw(t *testing.T, addr, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestClientBehindProxies(t *testing.T) {
	f := func(trusted []string, headers, want string) {
		t.Helper()
		cfg := web.Default()
		cfg.TrustedProxies = trusted
		addr, _ := start(t, cfg, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, web.ClientAddr(r.Context()), " ", web.Secure(r.Context()))
		}), quiet())
		if _, got := raw(t, addr, "GET / HTTP/1.0\r\n"+headers+"\r\n"); got != want {
			t.Errorf("%v %q: got %q, want %q", trusted, headers, got, want)
		}
	}
	claim := "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\n"
	f(nil, "", "127.0.0.1 false")
	f(nil, claim, "127.0.0.1 false")
	f([]string{"10.0.0.0/8"}, claim, "127.0.0.1 false")
	f([]string{"127.0.0.1"}, claim, "198.51.100.7 true")
	f([]string{"127.0.0.0/8", "10.0.0.0/8"}, "X-Forwarded-For: 6.6.6.6, 198.51.100.7\r\nX-Forwarded-For: 10.0.0.1\r\n", "198.51.100.7 false")
	f([]string{"127.0.0.1"}, "X-Forwarded-For: what\r\n", "127.0.0.1 false")
}

func TestConfigIsChecked(t *testing.T) {
	f := func(change func(*web.Config), want string) {
		t.Helper()
		cfg := web.Default()
		change(&cfg)
		if _, err := web.New(cfg, http.NotFoundHandler(), quiet()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	f(func(c *web.Config) { c.TLSCert = "x" }, "belong together")
	f(func(c *web.Config) { c.BodyLimit = 0 }, "body_limit")
	f(func(c *web.Config) { c.TrustedProxies = []string{"proxy"} }, `"proxy" is neither`)
	f(func(c *web.Config) { c.BaseURL = "example.org" }, "base_url")
	f(func(c *web.Config) { c.BaseURL = "ftp://example.org" }, "base_url")
}
