// Command list measures how fast and in how much memory hydractl lists everything, and prints a table. Its yardsticks
// run at the same time on the same machine: a bare net/http loop that decodes nothing, one that decodes with
// encoding/json, and a loop of curl and jq, where they are installed.
//
//	go run ./test/bench/list [-pages 1000] [-rows 1000000] [-program PATH]
//
// Every line is a process of its own, so that CPU time and peak memory are its own; the server is one too.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

func main() {
	pages := flag.Int("pages", 1000, "pages of 100 customers")
	rows := flag.Int("rows", 1_000_000, "customers for the measurement of memory; 0 leaves it out")
	program := flag.String("program", "", "hydractl to measure (default: built from the sources)")
	part := flag.String("part", "", "be this part of the measurement")
	url := flag.String("url", "", "address of the server, for a part")
	flag.Parse()
	ctx := context.Background()
	var err error
	switch *part {
	case "server":
		err = serve(*pages)
	case "bare", "decode":
		err = loop(ctx, *url, *pages, *part == "decode")
	default:
		err = run(ctx, *program, *pages, *rows)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "list:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program string, pages, rows int) error {
	dir, err := os.MkdirTemp("", "list-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if program == "" {
		program = filepath.Join(dir, "hydractl")
		if err := parts.Build(ctx, program, "github.com/hydracore/hydractl"); err != nil {
			return err
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	defer w.Flush()
	fmt.Fprintf(w, "%s, %d cores\tpages\twall\tpages/s\tCPU/page\tpeak RSS\t\n", runtime.Version(), runtime.NumCPU())
	b := bench{table: w, program: program, dir: dir}
	if err := b.speed(ctx, pages); err != nil {
		return err
	}
	if err := b.latency(ctx); err != nil {
		return err
	}
	if rows == 0 {
		return nil
	}
	return b.memory(ctx, rows/pageSize)
}

// bench prints one line for each process that it measures.
type bench struct {
	table   *tabwriter.Writer
	program string
	dir     string
}

// usage is what a process took.
type usage struct {
	pages   int
	wall    time.Duration
	cpu     time.Duration
	peakMiB float64
}

func (u usage) pagesPerSecond() float64 { return float64(u.pages) / u.wall.Seconds() }

func (u usage) perPage() time.Duration { return u.cpu / time.Duration(u.pages) }

// measure runs a command that lists so many pages.
func measure(c *exec.Cmd, pages int) (usage, error) {
	c.Stderr = os.Stderr
	began := time.Now()
	if err := c.Run(); err != nil {
		return usage{}, fmt.Errorf("%s: %w", filepath.Base(c.Path), err)
	}
	state := c.ProcessState
	return usage{pages: pages, wall: time.Since(began), cpu: state.UserTime() + state.SystemTime(), peakMiB: parts.PeakMiBOf(state)}, nil
}

func (b bench) line(name string, u usage, note string, args ...any) {
	fmt.Fprintf(b.table, "%s\t%d\t%v\t%.0f\t%v\t%.0f MiB\t  %s\n", name, u.pages, u.wall.Round(time.Millisecond), u.pagesPerSecond(),
		u.perPage().Round(time.Microsecond), u.peakMiB, fmt.Sprintf(note, args...))
}

// list is hydractl at work on a server, with its output going to a file.
func (b bench) list(ctx context.Context, url string, args ...string) (*exec.Cmd, error) {
	out, err := os.Create(filepath.Join(b.dir, "out"))
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, b.program, append([]string{"customers", "list", "--all", "-q"}, args...)...)
	c.Env = append(os.Environ(), "HYDRACORE_API_URL="+url, "HYDRACORE_API_KEY=hc_test_0123456789abcdef", "HOME="+b.dir)
	c.Stdout = out
	return c, nil
}

func (b bench) listing(ctx context.Context, url string, pages int, args ...string) (usage, error) {
	c, err := b.list(ctx, url, args...)
	if err != nil {
		return usage{}, err
	}
	defer c.Stdout.(*os.File).Close()
	return measure(c, pages)
}

func number(n int) string { return strconv.Itoa(n) }
