package probe

import (
	"context"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/net"
)

type netCounters struct {
	rx, tx         uint64
	seen           int // sample number
	rxName, txName string
}

func (p *Probe) readNetwork(ctx context.Context) {
	stats, err := net.IOCountersWithContext(ctx, true)
	if err != nil {
		return
	}
	stats = slices.DeleteFunc(stats, func(s net.IOCountersStat) bool { return !isReal(s.Name) })
	slices.SortFunc(stats, func(a, b net.IOCountersStat) int { return strings.Compare(a.Name, b.Name) })
	stats = stats[:min(len(stats), maxEach)]
	for i := range stats {
		s := &stats[i]
		last, known := p.nets[s.Name]
		if !known {
			name := "net_" + p.clean(s.Name)
			last.rxName, last.txName = name+"_rx", name+"_tx"
		}
		// An interface that was away in between has a counter from another time.
		if known && last.seen == p.samples-1 {
			p.addRate(last.rxName, last.rx, s.BytesRecv)
			p.addRate(last.txName, last.tx, s.BytesSent)
		}
		last.rx, last.tx, last.seen = s.BytesRecv, s.BytesSent, p.samples
		p.nets[s.Name] = last
	}
	// Names that come and go (ppp12, ppp13, …) must not pile up.
	for name, n := range p.nets {
		if n.seen < p.samples-1 {
			delete(p.nets, name)
		}
	}
}

// isReal tells the interfaces that lead to other machines. What passes through a bridge, a container's end or a
// teamed interface is seen on those too.
func isReal(name string) bool {
	if name == "lo" || name == "lo0" || strings.HasPrefix(name, "br") && len(name) > 2 && isDigit(name[2]) {
		return false
	}
	return !hasAnyPrefix(name, "veth", "docker", "br-", "virbr", "vnet", "tap", "ifb", "dummy", "cni", "flannel",
		"cali", "cilium", "lxc", "lxd", "podman", "kube", "nodelocaldns", "bonding_masters", "sit", "ip6tnl", "tunl",
		"gre", "erspan", "teql", "nlmon")
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}
