package web

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

type infoKey struct{}

// info is what the server found out about a request before anyone answers it.
type info struct {
	id       uint64 // written out only when someone reads it
	client   netip.Addr
	secure   bool
	draining <-chan struct{}
}

func infoOf(ctx context.Context) *info {
	if i, ok := ctx.Value(infoKey{}).(*info); ok {
		return i
	}
	return &info{}
}

// RequestID names the request in answers and in the log.
func RequestID(ctx context.Context) string { return infoOf(ctx).name() }

// name is the id as text, empty when the request did not come through the server.
func (i *info) name() string {
	if i.id == 0 {
		return ""
	}
	return strconv.FormatUint(i.id, 36)
}

// ClientAddr is where the request comes from, seen through trusted proxies. It is the zero Addr when unknown.
func ClientAddr(ctx context.Context) netip.Addr { return infoOf(ctx).client }

// Secure tells that the client's side of the connection is encrypted, here or at a trusted proxy.
func Secure(ctx context.Context) bool { return infoOf(ctx).secure }

// Draining is closed when the server begins to stop. A stream that would go on for ever ends then.
func Draining(ctx context.Context) <-chan struct{} { return infoOf(ctx).draining }

// client finds who is behind r. Proxies append to X-Forwarded-For, so only what trusted ones have written counts: the
// last address that is not itself a trusted proxy.
func client(r *http.Request, proxies []netip.Prefix) (addr netip.Addr, secure bool) {
	secure = r.TLS != nil
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		addr = peer.Addr().Unmap()
	}
	if len(proxies) == 0 || !trusted(addr, proxies) {
		return addr, secure
	}
	if proto := r.Header.Get("X-Forwarded-Proto"); proto != "" {
		secure = proto == "https"
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(hops) {
		hop, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			break
		}
		addr = hop.Unmap()
		if !trusted(addr, proxies) {
			break
		}
	}
	return addr, secure
}

func trusted(addr netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
