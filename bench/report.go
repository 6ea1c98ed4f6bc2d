package bench

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Report is the outcome of a load.
type Report struct {
	Load        string    `json:"load"` // ingest, bulk or query
	URL         string    `json:"url"`
	Started     time.Time `json:"started"`
	Seconds     float64   `json:"seconds"`
	Connections int       `json:"connections"`
	Values      int       `json:"values"`         // in a row, as asked for
	Rows        int       `json:"rows,omitempty"` // in a bulk post, as asked for

	Requests          int64   `json:"requests"` // that were accepted, as are the values
	RequestsPerSecond float64 `json:"requests_per_second"`
	ValuesTotal       int64   `json:"values_total"`
	ValuesPerSecond   float64 `json:"values_per_second"`
	BytesReceived     int64   `json:"bytes_received"`

	Latency Latency `json:"latency"`
	Kinds   []Kind  `json:"kinds,omitempty"` // when the load mixes several

	Errors  int64     `json:"errors"`
	Failure []Failure `json:"failures,omitempty"` // most frequent first

	GeneratorCPUSeconds float64 `json:"generator_cpu_seconds"`
	Server              *Server `json:"server,omitempty"` // nil when it does not say
}

// Latency is how long accepted requests took, in milliseconds.
type Latency struct {
	Mean float64 `json:"mean_ms"`
	P50  float64 `json:"p50_ms"`
	P90  float64 `json:"p90_ms"`
	P99  float64 `json:"p99_ms"`
	P999 float64 `json:"p999_ms"`
	Max  float64 `json:"max_ms"`
}

// Kind is the part of one kind of request in a mixed load.
type Kind struct {
	Name     string  `json:"name"`
	Requests int64   `json:"requests"`
	Latency  Latency `json:"latency"`
}

// Failure is one answer or mishap that was not a success, and how often it was.
type Failure struct {
	Text  string `json:"text"`
	Count int64  `json:"count"`
}

// Server is what the server's process used meanwhile.
type Server struct {
	CPUSeconds           float64 `json:"cpu_seconds"`
	Cores                float64 `json:"cores"` // CPU seconds each second
	ResidentBytes        float64 `json:"resident_bytes"`
	RequestsPerCPUSecond float64 `json:"requests_per_cpu_second"`
	ValuesPerCPUSecond   float64 `json:"values_per_cpu_second"`
}

func latencyOf(h *Histogram) Latency {
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return Latency{
		Mean: ms(h.Mean()), P50: ms(h.Quantile(0.5)), P90: ms(h.Quantile(0.9)),
		P99: ms(h.Quantile(0.99)), P999: ms(h.Quantile(0.999)), Max: ms(h.Max()),
	}
}

func newReport(l *load, workers []*worker, took time.Duration) *Report {
	r := &Report{Load: l.name, URL: strings.TrimSuffix(l.to.base.Redacted(), "/"), Seconds: took.Seconds(), Connections: l.cfg.Connections, Values: l.cfg.Values}
	if l.name == "bulk" {
		r.Rows = l.cfg.Rows
	}
	var all Histogram
	kinds := make([]Histogram, len(l.kinds))
	failures := make(map[string]int64)
	for _, w := range workers {
		for i := range kinds {
			kinds[i].Merge(&w.latency[i])
			all.Merge(&w.latency[i])
		}
		r.Requests += w.requests.Load()
		r.ValuesTotal += w.values.Load()
		r.Errors += w.failed.Load()
		r.BytesReceived += w.bytes
		for text, n := range w.errors {
			failures[text] += n
		}
	}
	r.RequestsPerSecond = float64(r.Requests) / r.Seconds
	r.ValuesPerSecond = float64(r.ValuesTotal) / r.Seconds
	r.Latency = latencyOf(&all)
	for i := range kinds {
		if n := kinds[i].Count(); n > 0 && len(kinds) > 1 {
			r.Kinds = append(r.Kinds, Kind{Name: l.kinds[i], Requests: int64(n), Latency: latencyOf(&kinds[i])})
		}
	}
	for text, n := range failures {
		r.Failure = append(r.Failure, Failure{Text: text, Count: n})
	}
	slices.SortFunc(r.Failure, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	return r
}

func (r *Report) addUse(before, after use) {
	spent := after.cpuSeconds - before.cpuSeconds
	if !before.known || !after.known || spent < 0 { // less than before: it was restarted
		return
	}
	r.Server = &Server{CPUSeconds: spent, ResidentBytes: after.residentBytes}
	r.Server.Cores = spent / after.at.Sub(before.at).Seconds()
	if spent > 0 {
		r.Server.RequestsPerCPUSecond = float64(r.Requests) / spent
		r.Server.ValuesPerCPUSecond = float64(r.ValuesTotal) / spent
	}
}

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	var b bytes.Buffer
	what := fmt.Sprintf("%d values a post", r.Values)
	switch r.Load {
	case "bulk":
		what = fmt.Sprintf("%d rows of %d values a post", r.Rows, r.Values)
	case "query":
		what = "feed/data"
	}
	fmt.Fprintf(&b, "%s  %s  %d connections, %s, %.1f s\n", r.Load, r.URL, r.Connections, what, r.Seconds)
	fmt.Fprintf(&b, "  requests  %14s  %12s /s\n", grouped(float64(r.Requests)), grouped(r.RequestsPerSecond))
	fmt.Fprintf(&b, "  values    %14s  %12s /s\n", grouped(float64(r.ValuesTotal)), grouped(r.ValuesPerSecond))
	fmt.Fprintf(&b, "  errors    %14s\n", grouped(float64(r.Errors)))
	for _, f := range r.Failure[:min(len(r.Failure), 10)] {
		fmt.Fprintf(&b, "  %24s  %s\n", grouped(float64(f.Count)), strconv.Quote(f.Text))
	}
	b.WriteString("  latency, ms      mean       p50       p90       p99     p99.9       max\n")
	line := func(name string, l Latency) {
		fmt.Fprintf(&b, "    %-9s %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f\n", name, l.Mean, l.P50, l.P90, l.P99, l.P999, l.Max)
	}
	for _, k := range r.Kinds {
		line(k.Name, k.Latency)
	}
	line("all", r.Latency)
	if s := r.Server; s != nil {
		fmt.Fprintf(&b, "  server    %.2f s CPU (%.2f cores), %s MB resident, %s requests and %s values per CPU second\n",
			s.CPUSeconds, s.Cores, grouped(s.ResidentBytes/1e6), grouped(s.RequestsPerCPUSecond), grouped(s.ValuesPerCPUSecond))
	}
	fmt.Fprintf(&b, "  generator %.2f s CPU\n", r.GeneratorCPUSeconds)
	_, err := w.Write(b.Bytes())
	return err
}

// grouped writes a number with commas between thousands.
func grouped(x float64) string {
	digits := strconv.FormatFloat(x, 'f', 0, 64)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// cpuSeconds is what this process has used so far, 0 where the system does not say.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}
