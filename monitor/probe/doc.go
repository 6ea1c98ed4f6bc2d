// Package probe reads the figures of the machine it runs on: processor, memory, disks, network, temperatures.
//
// A Probe is asked again and again, say every ten seconds, and answers each time with a list of figures in the same
// order. Rates are means over the time since the question before, so the first answer has none. What a machine does
// not have, or does not let this user read, is left out of the list; it never spoils the rest.
//
//	/proc, /sys, statfs ── gopsutil ──▶ readings ─┐
//	                                              ├─▶ Probe.Sample ──▶ (name, value, unit) …
//	          readings and time of the last call ─┘
//
// Names are part of the promise: archives and feeds are found by them. ‹mount›, ‹interface› and ‹sensor› are the
// system's names in lower case, with _ for every run of other characters than letters and digits; / is "root".
//
//	name                  unit  meaning
//	cpu                   %     time not idle, mean of all cores
//	cpu_core_max          %     the same for the busiest core: 100 with a low cpu is one program that uses one core
//	cpu_iowait            %     time idle only because a disk had not answered
//	cpu_steal             %     time the host gave to other virtual machines
//	load1 load5 load15          mean number of running and waiting programs over 1, 5, 15 minutes
//	mem_used              B     memory that programs hold (not caches)
//	mem_available         B     memory that programs could still get
//	mem_used_pct          %     share that is not available
//	swap_used             B     swapped out; left out when the machine has no swap, as is the next
//	swap_used_pct         %
//	disk_‹mount›_pct      %     used share of a mounted file system that lives on a disk, as df shows it
//	disk_‹mount›_free     B     what an ordinary user may still write there
//	disk_read disk_write  B/s   all disks together, whole disks only (not partitions, loop, RAM, RAID or mapped devices)
//	net_‹interface›_rx    B/s   received; interfaces that reach other machines (not lo, bridges, containers' ends)
//	net_‹interface›_tx    B/s   sent
//	temp_‹sensor›         °C
//	uptime                s     since the machine started
//	processes                   number of processes
//
// At most eight each of mounts, interfaces and sensors are read, so that a machine with a thousand containers does not
// make a thousand feeds.
package probe
