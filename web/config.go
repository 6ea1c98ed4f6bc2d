package web

import (
	"fmt"
	"net/netip"
	"net/url"
	"time"
)

// Config says where the server listens and what it puts up with.
type Config struct {
	Listen         string   `yaml:"listen"`          // host:port; port 0 takes a free one
	BaseURL        string   `yaml:"base_url"`        // how people reach the server, for example https://weir.example.org; may be empty
	TLSCert        string   `yaml:"tls_cert"`        // certificate file; empty: plain HTTP
	TLSKey         string   `yaml:"tls_key"`         // its private key
	TrustedProxies []string `yaml:"trusted_proxies"` // addresses or networks whose X-Forwarded-For and -Proto count
	BodyLimit      int64    `yaml:"body_limit"`      // bytes of a request's body

	ReadHeaderTimeout time.Duration `yaml:"read_header_timeout"`
	ReadTimeout       time.Duration `yaml:"read_timeout"`
	WriteTimeout      time.Duration `yaml:"write_timeout"` // streams and downloads extend it as they go
	IdleTimeout       time.Duration `yaml:"idle_timeout"`
	Grace             time.Duration `yaml:"grace"` // how long requests in hand may take when the server stops
}

// Default is the Config of a fresh install.
func Default() Config {
	return Config{
		Listen:            ":8080",
		BodyLimit:         8 << 20,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		Grace:             8 * time.Second,
	}
}

// Validate reports the first thing that cannot work.
func (c Config) Validate() error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fmt.Errorf("web: tls_cert and tls_key belong together, set both or none")
	}
	if c.BodyLimit <= 0 {
		return fmt.Errorf("web: body_limit must be above 0, got %d", c.BodyLimit)
	}
	if _, err := parseProxies(c.TrustedProxies); err != nil {
		return err
	}
	_, err := origin(c.BaseURL)
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
			return nil, fmt.Errorf("web: trusted_proxies: %q is neither an address nor a network", text)
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
		return "", fmt.Errorf("web: base_url: %q is not of the form https://host", base)
	}
	return u.Scheme + "://" + u.Host, nil
}
