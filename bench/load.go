package bench

import (
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/weirhq/weir"
)

// job makes the requests of one connection. It is used by one goroutine.
type job interface {
	// next appends a request; kind is its place in the load's kinds.
	next(dst []byte) (request []byte, kind int)
	// accept says whether the answer means success, and how many values that stands for.
	accept(a answer) (values int64, ok bool)
}

// load is one run.
type load struct {
	cfg     Config
	to      *target
	name    string
	kinds   []string
	job     func(connection int) job
	tickets atomic.Int64 // requests begun, when Config.Requests bounds them
}

// worker is a connection with what it counted. Only the totals are read while it runs.
type worker struct {
	job     job
	client  *client
	latency []Histogram // for each kind
	bytes   int64
	errors  map[string]int64

	requests, values, failed atomic.Int64
}

const (
	maxProblems = 50 // different texts; a server that puts the time into each must not fill memory
	maxProblem  = 160
)

// problem counts a failure by its text.
func (w *worker) problem(text string) {
	w.failed.Add(1)
	if len(text) > maxProblem {
		text = text[:maxProblem] + "…"
	}
	if w.errors == nil {
		w.errors = make(map[string]int64)
	}
	if _, known := w.errors[text]; !known && len(w.errors) >= maxProblems {
		text = "others"
	}
	w.errors[text]++
}

// run loads the server and reports.
func (l *load) run(ctx context.Context) (*Report, error) {
	probe := newClient(l.to)
	if _, err := probe.connect(ctx); err != nil {
		return nil, weir.Errorf(weir.Unavailable, "no server answers at %s: %w", l.to.addr, err)
	}
	probe.close()

	workers := make([]*worker, l.cfg.Connections)
	for i := range workers {
		workers[i] = &worker{job: l.job(i), client: newClient(l.to), latency: make([]Histogram, len(l.kinds))}
	}
	before, clientBefore := l.to.use(ctx), cpuSeconds()
	began := time.Now()
	until, stop := context.WithDeadline(ctx, began.Add(l.cfg.Duration))
	var wg, progress sync.WaitGroup
	progress.Go(func() { showProgress(until, l.cfg.Progress, workers) })
	for _, w := range workers {
		wg.Go(func() { l.work(ctx, until, w) })
	}
	wg.Wait()
	took := time.Since(began)
	stop()
	progress.Wait()
	r := newReport(l, workers, took)
	r.GeneratorCPUSeconds = cpuSeconds() - clientBefore
	r.addUse(before, l.to.use(ctx))
	r.Started = began.UTC().Truncate(time.Second)
	return r, nil
}

// work sends requests until the time is over. A request in hand then is finished, unless ctx is done too.
func (l *load) work(ctx, until context.Context, w *worker) {
	defer w.client.close()
	defer context.AfterFunc(ctx, w.client.abort)()
	var request []byte
	pause := firstPause
	for until.Err() == nil {
		if l.cfg.Requests > 0 && l.tickets.Add(1) > l.cfg.Requests {
			return
		}
		var kind int
		request, kind = w.job.next(request[:0])
		begin := time.Now()
		a, err := w.client.do(ctx, request)
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			w.problem(err.Error())
			sleep(until, pause)
			pause = min(2*pause, lastPause)
			continue
		}
		pause = firstPause
		w.bytes += a.size
		values, ok := w.job.accept(a)
		if !ok {
			w.problem(fmt.Sprintf("%d %s", a.status, a.head))
			continue
		}
		w.latency[kind].Record(time.Since(begin))
		w.requests.Add(1)
		w.values.Add(values)
	}
}

const (
	firstPause = 10 * time.Millisecond // before dialling again
	lastPause  = time.Second
)

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// showProgress writes a line each second.
func showProgress(ctx context.Context, to io.Writer, workers []*worker) {
	if to == nil {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var lastRequests, lastValues int64
	last := time.Now()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			var requests, values, failed int64
			for _, w := range workers {
				requests += w.requests.Load()
				values += w.values.Load()
				failed += w.failed.Load()
			}
			seconds := now.Sub(last).Seconds()
			_, err := fmt.Fprintf(to, "%4d s  %s requests/s  %s values/s  %s errors\n", n,
				grouped(float64(requests-lastRequests)/seconds), grouped(float64(values-lastValues)/seconds), grouped(float64(failed)))
			if err != nil {
				return
			}
			last, lastRequests, lastValues = now, requests, values
		}
	}
}

// start checks a configuration and its target.
func start(ctx context.Context, cfg *Config) (*target, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Key == "" {
		return nil, weir.Errorf(weir.Invalid, "a load needs an API key of the account that it goes to")
	}
	return newTarget(ctx, cfg.URL, cfg.Key, cfg.AllowRemote)
}
