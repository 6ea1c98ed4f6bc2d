package bench

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/weirhq/weir"
)

// NumberedConfig says which numbers are posted where.
type NumberedConfig struct {
	URL         string
	Key         string
	Lanes       int    // connections; each counts on its own, to an input of its own
	Count       int64  // numbers in a lane; 0: until the context is done
	Node        string // of all lanes
	Start, Step int64  // number n has the time Start + n·Step
	AllowRemote bool

	// Acked, if there, is called for each acknowledged number before the next is sent, from the lane's goroutine.
	Acked func(lane int, n int64)
}

// Ledger is what was acknowledged. Whatever happened to the server meanwhile, it has to know all of it.
type Ledger struct {
	Node  string `json:"node"`
	Start int64  `json:"start"`
	Step  int64  `json:"step"`
	Lanes []Lane `json:"lanes"`
}

// Lane is one sequence of numbers. Number n was posted as the value n at Ledger.Time(n).
type Lane struct {
	Name     string           `json:"name"`     // of the input
	Acked    int64            `json:"acked"`    // 1 to Acked were acknowledged, each after the one before
	Sent     int64            `json:"sent"`     // Acked, or Acked+1 when the last one's fate is not known
	Attempts int64            `json:"attempts"` // more than Sent when some were repeated
	Mishaps  map[string]int64 `json:"mishaps,omitempty"`
}

// Time is the time of a number.
func (l *Ledger) Time(n int64) int64 { return l.Start + n*l.Step }

// Numbered posts 1, 2, 3 … in each lane, with rising times, and repeats each until it is acknowledged, over refusals
// and restarts of the server. It ends when all are, or when ctx is done; either way the ledger holds. The only errors
// are those that repeating cannot mend: a bad configuration or a key that is refused.
func Numbered(ctx context.Context, cfg NumberedConfig) (*Ledger, error) {
	if cfg.Lanes < 1 || cfg.Lanes > maxConnections || cfg.Count < 0 || cfg.Step < 1 || cfg.Node == "" || cfg.Key == "" {
		return nil, weir.Errorf(weir.Invalid, "numbered posts need a key, a node, 1 to %d lanes, a count and a step of at least a second", maxConnections)
	}
	to, err := newTarget(ctx, cfg.URL, cfg.Key, cfg.AllowRemote)
	if err != nil {
		return nil, err
	}
	ledger := &Ledger{Node: cfg.Node, Start: cfg.Start, Step: cfg.Step, Lanes: make([]Lane, cfg.Lanes)}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	for i := range ledger.Lanes {
		lane := &ledger.Lanes[i]
		lane.Name = "lane" + strconv.Itoa(i+1)
		wg.Go(func() {
			n := &numbers{cfg: &cfg, to: to, ledger: ledger, lane: lane, index: i, worker: worker{client: newClient(to)}}
			if err := n.run(ctx); err != nil {
				stop(err)
			}
			lane.Mishaps = maps.Clone(n.worker.errors)
		})
	}
	wg.Wait()
	if cause := context.Cause(ctx); weir.KindOf(cause) == weir.Unauthenticated {
		return ledger, cause
	}
	return ledger, nil
}

// numbers sends one lane.
type numbers struct {
	cfg    *NumberedConfig
	to     *target
	ledger *Ledger
	lane   *Lane
	index  int
	worker worker
}

func (n *numbers) run(ctx context.Context) error {
	defer n.worker.client.close()
	defer context.AfterFunc(ctx, n.worker.client.abort)()
	for number := int64(1); n.cfg.Count == 0 || number <= n.cfg.Count; number++ {
		done, err := n.post(ctx, number)
		if err != nil || !done {
			return err
		}
		n.lane.Acked = number
		if n.cfg.Acked != nil {
			n.cfg.Acked(n.index, number)
		}
	}
	return nil
}

// post repeats a number until it is acknowledged. done is false when ctx ended before.
func (n *numbers) post(ctx context.Context, number int64) (done bool, err error) {
	request := []byte(fmt.Sprintf("GET %s?node=%s&time=%d&fulljson=%%7B%%22%s%%22%%3A%d%%7D HTTP/1.1\r\n%s\r\n",
		n.to.path("input/post"), url.QueryEscape(n.cfg.Node), n.ledger.Time(number), n.lane.Name, number, n.to.headers()))
	pause := firstPause
	for ctx.Err() == nil {
		n.lane.Sent = number
		n.lane.Attempts++
		a, err := n.worker.client.do(ctx, request)
		switch {
		case err != nil && ctx.Err() == nil:
			n.worker.problem(err.Error())
		case err != nil: // the end, not a mishap
		case accepted(a):
			return true, nil
		case slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden}, a.status):
			return false, weir.Errorf(weir.Unauthenticated, "the server refuses the key: %d %s", a.status, a.head)
		default:
			n.worker.problem(fmt.Sprintf("%d %s", a.status, a.head))
		}
		sleep(ctx, pause)
		pause = min(2*pause, lastPause)
	}
	return false, nil
}
