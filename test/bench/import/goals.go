package main

import (
	"fmt"
	"io"
	"time"
)

// vegetaEach is the CPU time of vegeta for a request where bareEach is that of the bare loop: for machines without vegeta.
const (
	vegetaEach = 96 * time.Microsecond
	bareEach   = 59 * time.Microsecond
)

// each is the CPU time of a row.
func (f figures) each() time.Duration { return f.CPU / time.Duration(max(f.Rows, 1)) }

// speed is in rows a second.
func (f figures) speed() float64 { return float64(f.Rows) / f.Wall.Seconds() }

// printGoals compares the figures with what an import is to reach. Ratios of CPU time hold on a busy machine too; of the
// others only a quiet one can tell.
func (all results) printGoals(w io.Writer) {
	engine, bare, sent := all["import, no network"], all["bare loop"], all["import"]
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
	vegeta, known := all["vegeta"]
	vegetaRatio := float64(vegetaEach) / float64(bareEach)
	if known {
		vegetaRatio = ratio(vegeta, bare)
	}
	fmt.Fprintln(w)
	goal("throughput, to that of the bare loop", sent.speed()/bare.speed(), 0.6, "", true)
	goal("CPU of a row, to that of the bare loop (vegeta's is the goal)", ratio(sent, bare), vegetaRatio, "", false)
	if curl, known := all["curl"]; known {
		goal("CPU of a row, to that of curl --parallel", ratio(sent, curl), 1, "", false)
	}
	goal("peak memory", engine.PeakMiB, 48, " MiB", false)
	tenth := all["a tenth of the rows"]
	growth := (engine.PeakMiB - tenth.PeakMiB) * (1 << 20) / float64(max(engine.Rows-tenth.Rows, 1))
	goal("growth of peak memory with a row", growth, 24, " bytes", false) // 16, and what the collector has not taken back
	goal("CPU of a dry run, to that of encoding/csv", ratio(all["dry run"], all["encoding/csv"]), 3, "", false)
	goal("journal of a row", engine.Bytes, 300, " bytes", false)
	goal("CPU of opening the journal", all["open journal"].CPU.Seconds(), 2, " s", false)
}

func ratio(a, b figures) float64 { return float64(a.each()) / float64(max(b.each(), 1)) }
