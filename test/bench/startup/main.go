// Startup compares the CPU time of short hydractl commands with that of a Go hello-world built by the same compiler, and
// with one that links the libraries of hydractl and uses none of them.
//
//	go run ./test/bench/startup [-rounds 9] [-runs 20]
//
// User and system time are summed over many runs, one run of each command in turn, so that other load on the machine
// falls on all alike. The table shows the median of the rounds.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/hydracore/hydractl/test/bench/parts"
)

const module = "github.com/hydracore/hydractl"

// goal is the most CPU time a start should take, as a multiple of hello-world's.
const goal = 2.5

func main() {
	rounds := flag.Int("rounds", 9, "rounds to take the median of")
	runs := flag.Int("runs", 20, "runs of each command in a round")
	flag.Parse()
	if err := compare(context.Background(), os.Stdout, *rounds, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "startup:", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context, out io.Writer, rounds, runs int) error {
	if rounds < 1 || runs < 1 {
		return fmt.Errorf("%d rounds of %d runs: both must be 1 or more", rounds, runs)
	}
	dir, err := os.MkdirTemp("", "startup")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	hydractl, hello, libraries := filepath.Join(dir, "hydractl.exe"), filepath.Join(dir, "hello.exe"), filepath.Join(dir, "libraries.exe")
	for target, source := range map[string]string{
		hydractl: module, hello: module + "/test/bench/startup/hello", libraries: module + "/test/bench/startup/libraries",
	} {
		if err := parts.Build(ctx, target, source); err != nil {
			return err
		}
	}
	commands := []command{
		{name: "hello-world", args: []string{hello}},
		{name: "hello-world with the libraries", args: []string{libraries}},
		{name: "hydractl version", args: []string{hydractl, "version"}},
		{name: "hydractl --help", args: []string{hydractl, "--help"}},
	}
	for range rounds {
		if err := measure(ctx, commands, dir, runs); err != nil {
			return err
		}
	}
	return report(out, commands)
}

// command is one line of the table.
type command struct {
	name string
	args []string
	cpu  []time.Duration // mean CPU time of a run, one entry a round
}

// measure runs the commands in turn, runs times, in an empty home, and adds a round to each.
func measure(ctx context.Context, commands []command, home string, runs int) error {
	spent := make([]time.Duration, len(commands))
	for run := range runs {
		for turn := range commands {
			i := (run + turn) % len(commands) // no command always runs after the same one
			c := commands[i]
			process := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
			process.Env = []string{"HOME=" + home, "USERPROFILE=" + home, "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
			if err := process.Run(); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			spent[i] += process.ProcessState.UserTime() + process.ProcessState.SystemTime()
		}
	}
	for i := range commands {
		commands[i].cpu = append(commands[i].cpu, spent[i]/time.Duration(runs))
	}
	return nil
}

// report prints a line for each command; the ratio is the median of the rounds' ratios to the first command.
func report(out io.Writer, commands []command) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "CPU time of a start\tmedian\tmin\tmax\tratio\t\n")
	for _, c := range commands {
		ratios := make([]float64, len(c.cpu))
		for i, spent := range c.cpu {
			ratios[i] = float64(spent) / float64(commands[0].cpu[i])
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.2f\t\n",
			c.name, ms(parts.Median(c.cpu)), ms(slices.Min(c.cpu)), ms(slices.Max(c.cpu)), parts.Median(ratios))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "goal: a ratio of at most %.1f (%s, %s/%s, %d CPUs)\n",
		goal, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	return err
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }
