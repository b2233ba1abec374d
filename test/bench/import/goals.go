package main

import (
	"fmt"
	"io"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

// vegetaEach is the CPU time of vegeta for a request where bareEach is that of the bare loop: for machines without vegeta.
const (
	vegetaEach = 96 * time.Microsecond
	bareEach   = 59 * time.Microsecond
)

// each is the CPU time of a row.
func (f figures) each() time.Duration { return f.CPU / time.Duration(max(f.Rows, 1)) }

// cpu is the CPU time of a row in nanoseconds.
func (f figures) cpu() float64 { return float64(f.each()) }

// speed is in rows a second.
func (f figures) speed() float64 { return float64(f.Rows) / f.Wall.Seconds() }

// printGoals compares the figures with what an import is to reach. Ratios of CPU time hold on a busy machine too; of the
// others only a quiet one can tell.
func (all results) printGoals(w io.Writer) {
	engine := all["import, no network"][0]
	goal := func(name string, got, limit float64, unit string, atLeast bool) {
		word, sign := "holds", "at most"
		if atLeast {
			sign = "at least"
		}
		if got > limit != atLeast && got != limit {
			word = "MISSED"
		}
		fmt.Fprintf(w, "%-62s %8.2f%s  %s %.3g%s: %s\n", name, got, unit, sign, limit, unit, word)
	}
	fmt.Fprintln(w)
	goal("throughput, to that of the bare loop", all.ratio("import", "bare loop", figures.speed), 0.6, "", true)
	if all["vegeta"] == nil {
		goal("CPU of a row, to that of the bare loop (vegeta's is the goal)", all.ratio("import", "bare loop", figures.cpu),
			float64(vegetaEach)/float64(bareEach), "", false)
	}
	for _, name := range []string{"vegeta", "curl"} {
		if all[name] != nil {
			goal("CPU of a row, to that of "+name, all.ratio("import", name, figures.cpu), 1, "", false)
		}
	}
	goal("peak memory", engine.PeakMiB, 48, " MiB", false)
	tenth := all["a tenth of the rows"][0]
	growth := (engine.PeakMiB - tenth.PeakMiB) * (1 << 20) / float64(max(engine.Rows-tenth.Rows, 1))
	goal("growth of peak memory with a row", growth, 24, " bytes", false) // 16, and what the collector has not taken back
	goal("CPU of a dry run, to that of encoding/csv", all.ratio("dry run", "encoding/csv", figures.cpu), 3, "", false)
	goal("journal of a row", engine.Bytes, 300, " bytes", false)
	goal("CPU of opening the journal", all["open journal"][0].CPU.Seconds(), 2, " s", false)
}

// ratio is that of a figure of two parts, the median of the rounds.
func (all results) ratio(a, b string, of func(figures) float64) float64 {
	var ratios []float64
	for i := range all[a] {
		ratios = append(ratios, of(all[a][i])/max(of(all[b][i]), 1))
	}
	return parts.Median(ratios)
}
