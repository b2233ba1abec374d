// Summary reads the events of `go test -json` and prints one line for each package, all output of what failed, and every
// test that was skipped with its reason, which `go test ./...` does not show.
//
//	go test -json ./... | go run ./test/summary
//
// It exits 1 when a test failed, when a package did not compile, or when no test ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is a line of go test -json; ImportPath is that of a build.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

func main() {
	if !summarize(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}

// result is what was counted, and the output of what is not finished.
type result struct {
	passed, failed, skipped int
	broken                  bool // a package failed outside of its tests
	output                  map[string]*strings.Builder
	skips                   []string
}

// summarize reports whether tests ran and all of them passed.
func summarize(in io.Reader, out io.Writer) bool {
	r := result{output: map[string]*strings.Builder{}}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil {
			r.add(e, out)
		} else {
			_, _ = out.Write(line)
		}
		if err != nil {
			break
		}
	}
	for _, skip := range r.skips {
		_, _ = fmt.Fprintln(out, "skipped", skip)
	}
	_, _ = fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
	return r.failed == 0 && !r.broken && r.passed > 0
}

func (r *result) add(e event, out io.Writer) {
	key := e.Package + " " + e.Test
	held := r.output[key]
	if held == nil {
		held = &strings.Builder{}
		r.output[key] = held
	}
	switch e.Action {
	case "output":
		held.WriteString(e.Output)
		return
	case "build-output":
		_, _ = io.WriteString(out, e.Output)
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	delete(r.output, key)
	switch {
	case e.Test == "":
		r.broken = r.broken || e.Action == "fail"
		if e.Action == "fail" {
			_, _ = io.WriteString(out, held.String())
		}
		if e.Action != "skip" { // a package without tests
			_, _ = fmt.Fprintf(out, "%-4s %-55s %6.1f s\n", e.Action, e.Package, e.Elapsed)
		}
	case e.Action == "pass":
		r.passed++
	case e.Action == "fail":
		r.failed++
		_, _ = io.WriteString(out, held.String())
	default:
		r.skipped++
		r.skips = append(r.skips, fmt.Sprintf("%s: %s", e.Test, reason(held.String())))
	}
}

// reason is what a test printed when it was skipped, on one line and without go test's own words.
func reason(output string) string {
	var words []string
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "===") {
			words = append(words, line)
		}
	}
	return strings.Join(words, " ")
}
