// Import measures a bulk import against its goals: the size of its journal and the time to open it, a dry run against a
// bare read by encoding/csv, its speed against that of a bare net/http loop (and of vegeta and curl, where they are
// installed), and its memory.
//
//	go run ./test/bench/import [-rows 1000000] [-sends 100000] [-workers 16] [-rounds 5] [-dir DIR]
//
// Every line of the table is a process of its own, so that CPU time and peak memory are its own; the server is one too.
// What has a yardstick is measured in rounds, each beside it, and the goals are held against the median of the
// rounds: a machine is not equally quiet at all times.
// DIR is where the journals lie: its disk decides.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

func main() {
	rows := flag.Int("rows", 1_000_000, "rows of the journal and of the import without a network")
	sends := flag.Int("sends", 100_000, "rows that are sent over HTTP")
	workers := flag.Int("workers", 16, "requests at one time")
	rounds := flag.Int("rounds", 5, "how often what has a yardstick is measured")
	dir := flag.String("dir", "", "folder for files (default: a temporary one)")
	part := flag.String("part", "", "run this measurement in this process")
	url := flag.String("url", "", "address of the server, for a part")
	flag.Parse()
	ctx := context.Background()
	var err error
	if *part != "" {
		err = runPart(ctx, *part, job{rows: *rows, sends: *sends, workers: *workers, dir: *dir, url: *url})
	} else {
		err = measureAll(ctx, job{rows: *rows, sends: *sends, workers: *workers, dir: *dir}, max(*rounds, 1))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "import:", err)
		os.Exit(1)
	}
}

// job is what is to be measured.
type job struct {
	rows, sends, workers int
	dir, url             string
}

// figures are what a part prints.
type figures struct {
	Name    string
	Rows    int
	Wall    time.Duration
	CPU     time.Duration
	PeakMiB float64
	Bytes   float64 // of the journal, a row
	Note    string
}

func runPart(ctx context.Context, name string, j job) error {
	if name == "server" {
		return serve()
	}
	part, known := measurements()[name]
	if !known {
		return fmt.Errorf("there is no part %q", name)
	}
	began, cpu := time.Now(), parts.CPUTime()
	f := figures{Name: name, Rows: j.rows}
	err := part(ctx, j, &f)
	if err != nil {
		return err
	}
	f.Wall, f.CPU, f.PeakMiB = time.Since(began), parts.CPUTime()-cpu, parts.PeakMiB()
	if j.url != "" {
		f.Rows = j.sends
	}
	return json.NewEncoder(os.Stdout).Encode(f)
}

func measurements() map[string]func(context.Context, job, *figures) error {
	return map[string]func(context.Context, job, *figures) error{
		"bare loop": bareLoop, "import": importHTTP, "import, no network": importMemory, "a tenth of the rows": importMemory, "open journal": openJournal,
		"vegeta": vegeta, "curl": curl, "encoding/csv": skim, "dry run": dryRun,
	}
}

func measureAll(ctx context.Context, j job, rounds int) error {
	dir, err := os.MkdirTemp(j.dir, "import-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	j.dir = dir
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s, %d cores\trows\twall\trows/s\tCPU/row\tpeak RSS\t\n", runtime.Version(), runtime.NumCPU())
	if err := writeCSV(filepath.Join(dir, wideFile), j.rows, wideHeader, wideRow); err != nil {
		return err
	}
	all := results{}
	for _, name := range []string{"import, no network", "open journal"} {
		if err := all.measure(ctx, w, name, j, ""); err != nil {
			return err
		}
	}
	small := j
	small.rows = max(j.rows/10, 1)
	if err := all.measure(ctx, w, "a tenth of the rows", small, ""); err != nil {
		return err
	}
	for range rounds {
		for _, name := range []string{"encoding/csv", "dry run"} {
			if err := all.measure(ctx, w, name, j, ""); err != nil {
				return err
			}
		}
		for _, name := range []string{"bare loop", "import", "vegeta", "curl"} {
			if (name == "vegeta" || name == "curl") && !parts.Installed(name) {
				continue
			}
			err := parts.WithServer(parts.Self(ctx, "-part", "server"), func(url string) error { return all.measure(ctx, w, name, j, url) })
			if err != nil {
				return err
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	all.printGoals(os.Stdout)
	return nil
}

// results are the figures by the name of their part, one for each round.
type results map[string][]figures

// measure runs a part in a process of its own and prints its line.
func (all results) measure(ctx context.Context, w *tabwriter.Writer, name string, j job, url string) error {
	c := parts.Self(ctx, "-part", name, "-dir", j.dir, "-url", url, "-rows", strconv.Itoa(j.rows), "-sends", strconv.Itoa(j.sends),
		"-workers", strconv.Itoa(j.workers))
	out, err := c.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var f figures
	if err := json.Unmarshal(out, &f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	all[name] = append(all[name], f)
	fmt.Fprintf(w, "%s\t%d\t%v\t%.0f\t%v\t%.0f MiB\t  %s\n", f.Name, f.Rows, f.Wall.Round(time.Millisecond),
		f.speed(), f.each().Round(100*time.Nanosecond), f.PeakMiB, f.Note)
	return nil
}
