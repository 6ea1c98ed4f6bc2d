package input_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weirhq/weir/input"
	"github.com/weirhq/weir/internal/journal"
)

// slowLog takes its time, as a disk does, without using the processor.
type slowLog struct {
	cost time.Duration
	seq  atomic.Uint64
}

func (l *slowLog) Append(context.Context, []byte) (uint64, error) {
	spin(l.cost)
	return l.seq.Add(1), nil
}

// BenchmarkAccept: senders that send again as soon as they are answered, after a moment that stands for the network.
func BenchmarkAccept(b *testing.B) {
	entry := journal.AppendPost(nil, &journal.Post{
		User: 1, Names: []string{"emontx", "power"},
		Rows: []journal.Row{{Time: 1_700_000_000, Node: 0, Cells: []journal.Cell{{Name: 1, Value: 250}}}},
	})
	for _, cost := range []time.Duration{100 * time.Microsecond, 8 * time.Millisecond} {
		for _, senders := range []int{2, 8, 64, 512} {
			for _, wait := range []time.Duration{0, 2 * time.Millisecond} {
				b.Run(fmt.Sprintf("cost=%s/senders=%d/max_wait=%s", cost, senders, wait), func(b *testing.B) {
					cfg := input.Default()
					cfg.MaxWait = wait
					log := &slowLog{cost: cost}
					in := input.New(cfg, log)
					go in.Run(b.Context())
					b.ReportAllocs()
					b.SetParallelism((senders + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							if _, err := in.Accept(b.Context(), entry); err != nil {
								b.Error(err)
								return
							}
							spin(20 * time.Microsecond)
						}
					})
					b.ReportMetric(float64(b.N)/float64(log.seq.Load()), "entries/message")
				})
			}
		}
	}
}

// spin passes time as a network or a disk does: others have the processor, and no coarse timer falsifies it.
func spin(d time.Duration) {
	for began := time.Now(); time.Since(began) < d; {
		runtime.Gosched()
	}
}
