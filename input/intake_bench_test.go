package input_test

import (
	"context"
	"fmt"
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
	time.Sleep(l.cost)
	return l.seq.Add(1), nil
}

// BenchmarkAccept: senders that send again as soon as they are answered, after a moment that stands for the network.
func BenchmarkAccept(b *testing.B) {
	entry := journal.AppendPost(nil, &journal.Post{
		User: 1, Names: []string{"emontx", "power"},
		Rows: []journal.Row{{Time: 1_700_000_000, Node: 0, Cells: []journal.Cell{{Name: 1, Value: 250}}}},
	})
	for _, senders := range []int{1, 8, 64, 512} {
		for _, away := range []time.Duration{0, 50 * time.Microsecond} {
			for _, wait := range []time.Duration{0, 2 * time.Millisecond} {
				b.Run(fmt.Sprintf("senders=%d/away=%s/max_wait=%s", senders, away, wait), func(b *testing.B) {
					cfg := input.Default()
					cfg.MaxWait = wait
					log := &slowLog{cost: 100 * time.Microsecond}
					in := input.New(cfg, log)
					ctx, cancel := context.WithCancel(b.Context())
					defer cancel()
					go in.Run(ctx)
					b.ReportAllocs()
					b.SetParallelism(senders / 2)
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							if _, err := in.Accept(ctx, entry); err != nil {
								b.Error(err)
								return
							}
							if away > 0 {
								time.Sleep(away)
							}
						}
					})
					b.ReportMetric(float64(b.N)/float64(log.seq.Load()), "entries/message")
				})
			}
		}
	}
}
