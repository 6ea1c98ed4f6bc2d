package web

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"github.com/weirhq/weir"
)

// Config says where the server listens and what it puts up with.
type Config struct {
	Listen         string   `yaml:"listen" help:"host:port to listen on; :port for all addresses, port 0 for a free one"`
	BaseURL        string   `yaml:"base_url" help:"how people reach the server, for example https://weir.example.org; needed behind a proxy that changes the Host header"`
	TLSCert        string   `yaml:"tls_cert" help:"certificate file; empty: plain HTTP"`
	TLSKey         string   `yaml:"tls_key" help:"private key file of the certificate"`
	TrustedProxies []string `yaml:"trusted_proxies" help:"addresses or networks whose X-Forwarded-For and X-Forwarded-Proto count"`
	BodyLimit      int64    `yaml:"body_limit" help:"largest request body in bytes"`

	ReadHeaderTimeout time.Duration `yaml:"read_header_timeout" help:"how long a client may take to send its headers"`
	ReadTimeout       time.Duration `yaml:"read_timeout" help:"how long a client may take to send its request"`
	WriteTimeout      time.Duration `yaml:"write_timeout" help:"how long an answer may take; streams and downloads extend it as they go"`
	IdleTimeout       time.Duration `yaml:"idle_timeout" help:"how long a connection without requests stays open"`
	Grace             time.Duration `yaml:"grace" help:"how long requests in hand may take when the server stops"`
}

// Default is a fresh install: reachable from its own machine only, until someone chooses otherwise.
func Default() Config {
	return Config{
		Listen:            "127.0.0.1:8080",
		BodyLimit:         8 << 20,
		ReadHeaderTimeout: 30 * time.Second,
		ReadTimeout:       30 * time.Second, // the same, so that net/http sets one deadline less a request
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		Grace:             8 * time.Second,
	}
}

// Validate reports the first thing that cannot work.
func (c Config) Validate() error {
	_, port, err := net.SplitHostPort(c.Listen)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return weir.Errorf(weir.Invalid, "web: listen is %q: use host:port, or :port for all addresses", c.Listen)
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return weir.Errorf(weir.Invalid, "web: tls_cert and tls_key belong together, set both or none")
	}
	if c.BodyLimit <= 0 {
		return weir.Errorf(weir.Invalid, "web: body_limit must be above 0, got %d", c.BodyLimit)
	}
	if _, err := parseProxies(c.TrustedProxies); err != nil {
		return err
	}
	_, err = origin(c.BaseURL)
	return err
}

func parseProxies(list []string) ([]netip.Prefix, error) {
	prefixes := make([]netip.Prefix, 0, len(list))
	for _, text := range list {
		if addr, err := netip.ParseAddr(text); err == nil {
			prefixes = append(prefixes, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, weir.Errorf(weir.Invalid, "web: trusted_proxies: %q is neither an address nor a network", text)
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes, nil
}

// origin is the scheme and host of a base URL, empty for an empty one.
func origin(base string) (string, error) {
	if base == "" {
		return "", nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", weir.Errorf(weir.Invalid, "web: base_url: %q is not of the form https://host", base)
	}
	return u.Scheme + "://" + u.Host, nil
}
