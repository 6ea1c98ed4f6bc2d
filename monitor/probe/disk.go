package probe

import (
	"context"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/disk"
)

// mount is a mounted file system with the names of its figures.
type mount struct {
	path      string
	pct, free string
}

type diskCounters struct {
	read, write uint64
	disks       int // how many were summed; a change makes the sums not comparable
}

func (p *Probe) readMounts(ctx context.Context, look bool) {
	if look {
		p.mounts = findMounts(ctx)
	}
	for _, m := range p.mounts {
		u, err := disk.UsageWithContext(ctx, m.path)
		if err != nil || u.Total == 0 {
			continue
		}
		p.add(m.pct, u.UsedPercent, "%")
		p.add(m.free, float64(u.Free), "B")
	}
}

// findMounts gives / and the file systems that lie on disks, each once, by path. Network file systems are left out: a
// question about one whose server is away never returns.
func findMounts(ctx context.Context) []mount {
	paths := []string{"/"}
	devices := make(map[string]bool)
	if parts, err := disk.PartitionsWithContext(ctx, false); err == nil {
		slices.SortFunc(parts, func(a, b disk.PartitionStat) int { return strings.Compare(a.Mountpoint, b.Mountpoint) })
		for _, part := range parts {
			if devices[part.Device] || isImage(part.Fstype) {
				continue
			}
			devices[part.Device] = true
			if part.Mountpoint != "/" {
				paths = append(paths, part.Mountpoint)
			}
		}
	}
	paths = paths[:min(len(paths), maxEach)]
	mounts := make([]mount, 0, len(paths))
	taken := make(map[string]bool)
	for _, path := range paths {
		name := "disk_" + uniqueName(mountName(path), taken)
		mounts = append(mounts, mount{path: path, pct: name + "_pct", free: name + "_free"})
	}
	return mounts
}

// isImage tells file systems that are full by design: they hold an image that nobody writes to.
func isImage(fstype string) bool {
	return slices.Contains([]string{"squashfs", "iso9660", "udf", "erofs", "cramfs", "romfs"}, fstype)
}

func (p *Probe) readDisks(ctx context.Context, look bool) {
	if look {
		p.disks = findDisks(ctx)
	}
	if len(p.disks) == 0 {
		return
	}
	stats, err := disk.IOCountersWithContext(ctx, p.disks...)
	if err != nil || len(stats) == 0 {
		return
	}
	now := diskCounters{disks: len(stats)}
	for name := range stats {
		now.read += stats[name].ReadBytes
		now.write += stats[name].WriteBytes
	}
	last := p.disk
	p.disk = now
	if last.disks == now.disks {
		p.addRate("disk_read", last.read, now.read)
		p.addRate("disk_write", last.write, now.write)
	}
}

// findDisks gives the whole disks: what is read from a partition or a mapped device is counted at the disk below it.
func findDisks(ctx context.Context) []string {
	stats, err := disk.IOCountersWithContext(ctx)
	if err != nil {
		return nil
	}
	var disks []string
	for name := range stats {
		if !hasAnyPrefix(name, "loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd", "drbd") && !isPartition(name, stats) {
			disks = append(disks, name)
		}
	}
	slices.Sort(disks)
	return disks
}

// isPartition tells sda1, nvme0n1p2 and mmcblk0boot0, when the disk they are part of is there too, from sdaa.
func isPartition(name string, all map[string]disk.IOCountersStat) bool {
	for i := 1; i < len(name); i++ {
		if _, ok := all[name[:i]]; !ok {
			continue
		}
		rest := name[i:]
		if isDigit(rest[0]) || strings.HasPrefix(rest, "boot") || len(rest) > 1 && rest[0] == 'p' && isDigit(rest[1]) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
