package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

// lab is where measurements are made.
type lab struct {
	dir      string // for everything that is written
	binary   string
	runs     int
	feedTime time.Duration // how long the feeds measurement writes
	log      io.Writer
}

// measurement is one table.
type measurement struct {
	name, title, text string
	run               func(context.Context, *lab) ([]figure, error)
}

func measurements() []measurement {
	return []measurement{
		{"ingest", "Posts as devices send them", ingestText, ingest},
		{"bulk", "Posts as gateways send them, worked on into feeds", bulkText, bulk},
		{"query", "Graphs", queryText, query},
		{"feeds", "10,000 feeds written every ten seconds", feedsText, feeds},
		{"rest", "At rest", restText, rest},
	}
}

func run(ctx context.Context, args []string, out, log io.Writer) error {
	l := &lab{log: log}
	flags := flag.NewFlagSet("figures", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.IntVar(&l.runs, "runs", 5, "how often each measurement is made")
	flags.DurationVar(&l.feedTime, "feedtime", 3*time.Minute, "how long the feeds measurement writes")
	only := flags.String("only", "", "measurements to make, with commas between (default all)")
	file := flags.String("out", "", "file in which the tables replace what stands between the marks")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if l.runs < 1 || l.feedTime < 30*time.Second {
		return errors.New("choose at least one run, and a feed time of at least 30s")
	}
	chosen, err := choose(measurements(), *only)
	if err != nil {
		return err
	}
	if *file != "" { // better now than after minutes
		if _, err := replaceIn(*file, ""); err != nil {
			return err
		}
	}
	facts, err := readMachine(os.TempDir())
	if err != nil {
		return err
	}
	if l.dir, err = os.MkdirTemp("", "weir-figures"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(l.dir) }()
	if err := l.build(ctx); err != nil {
		return err
	}
	text, err := l.measure(ctx, chosen, facts, out)
	if err != nil || *file == "" {
		return err
	}
	whole, err := replaceIn(*file, text)
	if err != nil {
		return err
	}
	return os.WriteFile(*file, whole, 0o644) //nolint:gosec // a page for all to read
}

// choose gives the measurements named in only, or all.
func choose(all []measurement, only string) ([]measurement, error) {
	if only == "" {
		return all, nil
	}
	var chosen []measurement
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(all, func(m measurement) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no measurement %q", name)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// measure makes the measurements and writes each table as soon as it is there.
func (l *lab) measure(ctx context.Context, chosen []measurement, facts machine, out io.Writer) (string, error) {
	var all bytes.Buffer
	both := io.MultiWriter(out, &all)
	if _, err := io.WriteString(both, facts.String()); err != nil {
		return "", err
	}
	for _, m := range chosen {
		began := time.Now()
		found, err := m.run(ctx, l)
		if err != nil {
			return "", fmt.Errorf("%s: %w", m.name, err)
		}
		l.say("%s took %s", m.name, time.Since(began).Round(time.Second))
		if _, err := fmt.Fprintf(both, "\n### %s (`%s`)\n\n%s\n\n%s", m.title, m.name, m.text, table(found)); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

func (l *lab) say(format string, args ...any) { _, _ = fmt.Fprintf(l.log, format+"\n", args...) }

// build makes the program that is measured.
func (l *lab) build(ctx context.Context) error {
	l.say("building weir")
	l.binary = filepath.Join(l.dir, "weir")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", l.binary, "github.com/weirhq/weir/cmd/weir") //nolint:gosec // our own folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build weir: %w\n%s", err, out)
	}
	return nil
}

// The marks between which -out replaces.
const (
	beginMark = "<!-- figures: begin -->"
	endMark   = "<!-- figures: end -->"
)

// replaceIn gives the file's content with text between the marks.
func replaceIn(file, text string) ([]byte, error) {
	whole, err := os.ReadFile(file) //nolint:gosec // whoever runs this names it
	if err != nil {
		return nil, err
	}
	before, rest, begins := strings.Cut(string(whole), beginMark)
	_, after, ends := strings.Cut(rest, endMark)
	if !begins || !ends {
		return nil, fmt.Errorf("%s has no lines %q and, after it, %q", file, beginMark, endMark)
	}
	return []byte(before + beginMark + "\n\n" + text + "\n" + endMark + after), nil
}
