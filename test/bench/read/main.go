// Read compares reading and checking an import file, as --dry-run does, with a bare read by encoding/csv.
//
//	go run ./test/bench/read [-rows 1000000] [-rounds 5]
//
// Every reading is a process of its own: CPU time is user and system time, memory the peak resident set (Linux). The
// table shows the median of the rounds, the ratios are to encoding/csv with ReuseRecord on the same file.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

const (
	goalRatio  = 3.0
	goalMemory = 48 // MiB
)

func main() {
	rows := flag.Int("rows", 1_000_000, "rows of the files")
	rounds := flag.Int("rounds", 5, "rounds to take the median of")
	child := flag.String("child", "", "how to read the file that is the argument; for the program itself")
	flag.Parse()
	var err error
	if *child != "" {
		err = readOnce(context.Background(), os.Stdout, *child, flag.Arg(0))
	} else {
		err = compare(context.Background(), os.Stdout, *rows, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "read:", err)
		os.Exit(1)
	}
}

// reading is one line of the table.
type reading struct {
	name, way, file string
	base            int // the reading that it is compared with
	cpu             []time.Duration
	memory          []int // peak resident set, in MiB
}

func compare(ctx context.Context, out io.Writer, rows, rounds int) error {
	if rows < 1 || rounds < 1 {
		return fmt.Errorf("%d rows, %d rounds: both must be 1 or more", rows, rounds)
	}
	dir, err := os.MkdirTemp("", "read")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files, err := writeFiles(dir, rows)
	if err != nil {
		return err
	}
	readings := []reading{
		{name: "encoding/csv, ReuseRecord", way: waySkim, file: files.plain, base: 0},
		{name: "encoding/csv", way: wayRead, file: files.plain, base: 0},
		{name: "hydractl, read and check", way: wayCheck, file: files.plain, base: 0},
		{name: "encoding/csv, ReuseRecord, quoted cells", way: waySkim, file: files.quoted, base: 3},
		{name: "hydractl, quoted cells", way: wayCheck, file: files.quoted, base: 3},
		{name: "hydractl, every 100th row twice", way: wayCheck, file: files.repeated, base: 0},
		{name: "hydractl, JSONL", way: wayCheck, file: files.lines, base: 0},
	}
	for range rounds {
		for i := range readings {
			if err := readings[i].measure(ctx, dir); err != nil {
				return err
			}
		}
	}
	size, err := os.Stat(filepath.Join(dir, files.plain))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d rows, %.1f MB, %s, %s/%s, %d CPUs\n", rows, float64(size.Size())/1e6,
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	return report(out, readings)
}

// measure reads the file once in a process of its own.
func (r *reading) measure(ctx context.Context, dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	process := exec.CommandContext(ctx, self, "-child", r.way, filepath.Join(dir, r.file))
	process.Stderr = os.Stderr
	said, err := process.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	memory, err := strconv.Atoi(string(bytes.TrimSpace(said)))
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	r.cpu = append(r.cpu, process.ProcessState.UserTime()+process.ProcessState.SystemTime())
	r.memory = append(r.memory, (memory+1023)/1024)
	return nil
}

func report(out io.Writer, readings []reading) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "CPU time\tmedian\tmin\tratio\tpeak RSS\t\n")
	for _, r := range readings {
		ratios := make([]float64, len(r.cpu))
		for i, spent := range r.cpu {
			ratios[i] = float64(spent) / float64(readings[r.base].cpu[i])
		}
		fmt.Fprintf(table, "%s\t%.2f s\t%.2f s\t%.2f\t%d MiB\t\n",
			r.name, parts.Median(r.cpu).Seconds(), slices.Min(r.cpu).Seconds(), parts.Median(ratios), parts.Median(r.memory))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "goal: a ratio of at most %.1f and %d MiB\n", goalRatio, goalMemory)
	return err
}
