package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// trial is all imports of one run of this program.
type trial struct {
	program, dir string
	server       *server
	rows         int
	left, total  int // kills
	random       *rand.Rand
	began        time.Time
	imports      int
	runs         int
	states       map[string]int
}

// summary is what hydractl prints about an import.
type summary struct {
	Counts   map[string]int `json:"counts"`
	Rows     int            `json:"rows"`
	ExitCode int            `json:"exit_code"`
}

func (t *trial) play(ctx context.Context) error {
	t.states = map[string]int{}
	for t.left > 0 {
		if err := t.importOnce(ctx); err != nil {
			return fmt.Errorf("import %d: %w", t.imports, err)
		}
	}
	fmt.Printf("%d kills in %d imports of %d rows (%d runs, %v): %v. 0 lost, 0 doubled.\n",
		t.total-t.left, t.imports, t.rows, t.runs, time.Since(t.began).Round(time.Second), t.states)
	return nil
}

// importOnce brings one file to its end through as many kills as it takes, and checks everything.
func (t *trial) importOnce(ctx context.Context) error {
	t.imports++
	input := filepath.Join(t.dir, fmt.Sprintf("import-%d.csv", t.imports))
	rows := t.makeRows()
	if err := writeRows(input, rows); err != nil {
		return err
	}
	workers := []string{"1", "4", "16"}[t.random.IntN(3)]
	for {
		s, err := t.runOnce(ctx, input, workers)
		if err != nil {
			return err
		}
		if s != nil && s.Counts["pending"] == 0 && s.ExitCode != 10 {
			break
		}
	}
	time.Sleep(quiet) // for the last late commit
	before, err := t.server.truth(ctx)
	if err != nil {
		return err
	}
	s, results, err := t.finalRun(ctx, input, workers)
	if err != nil {
		return err
	}
	after, err := t.server.truth(ctx)
	if err != nil {
		return err
	}
	if n := after.posts() - before.posts(); n > 0 {
		return fmt.Errorf("a finished import sent %d rows again", n)
	}
	for state, n := range s.Counts {
		t.states[state] += n
	}
	return check(rows, results, s, after)
}

// row is a customer to be made. Its name tells it apart.
type row struct{ name, email string }

func (t *trial) makeRows() []row {
	rows := make([]row, t.rows)
	for i := range rows {
		rows[i].name = fmt.Sprintf("Company %d of import %d", i, t.imports)
		if i%50 != 49 {
			rows[i].email = fmt.Sprintf("User%d.%d@example.com", i, t.imports)
		}
	}
	return rows
}

func writeRows(path string, rows []row) error {
	var b bytes.Buffer
	b.WriteString("company_name,email\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%s\n", r.name, r.email)
	}
	return os.WriteFile(path, b.Bytes(), 0o600)
}

// runOnce starts the import and kills it after a random time, unless it ends before. The summary is nil after a kill.
func (t *trial) runOnce(ctx context.Context, input, workers string) (*summary, error) {
	t.runs++
	c, out, said := t.command(ctx, input, workers)
	if err := c.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	life, killed := t.life(), false
	select {
	case err := <-ended:
		ended <- err
	case <-time.After(life):
		killed = true
		if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return nil, err
		}
	}
	err := <-ended
	if killed && c.ProcessState.ExitCode() == -1 {
		t.left--
		return nil, ctx.Err()
	}
	return read(out, said, err)
}

// life is how long a run may last: mostly the time for some rows, now and then enough to settle what is in doubt.
func (t *trial) life() time.Duration {
	switch {
	case t.left == 0:
		return time.Hour
	case t.random.IntN(8) == 0:
		return time.Duration(t.random.Int64N(int64(12 * time.Second)))
	}
	return time.Duration(t.random.ExpFloat64() * float64(300*time.Millisecond))
}

// finalRun runs the finished import once more, for its results.
func (t *trial) finalRun(ctx context.Context, input, workers string) (*summary, string, error) {
	results := filepath.Join(t.dir, "results-"+strconv.Itoa(t.imports)+".csv")
	c, out, said := t.command(ctx, input, workers, "--results", results)
	s, err := read(out, said, c.Run())
	return s, results, err
}

func (t *trial) command(ctx context.Context, input, workers string, more ...string) (c *exec.Cmd, out, said *bytes.Buffer) {
	args := append([]string{
		"customers", "import", input, "--yes", "--allow-no-email", "--max-errors", "100%", "--quiet-period", quiet.String(),
		"--workers", workers, "--progress", "none", "-o", "json",
	}, more...)
	c = exec.CommandContext(ctx, t.program, args...)
	out, said = &bytes.Buffer{}, &bytes.Buffer{}
	c.Stdout, c.Stderr = out, said
	c.Env = append(os.Environ(), "HYDRACTL_STATE_DIR="+filepath.Join(t.dir, "state"), "HYDRACORE_API_URL="+t.server.url, "HYDRACORE_API_KEY="+t.server.key)
	return c, out, said
}

// read takes the summary from what was printed. Exit codes of rows (6, 8, 9) and of an outage (10) are no error here.
func read(out, said *bytes.Buffer, err error) (*summary, error) {
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	s := &summary{}
	if jsonErr := json.NewDecoder(out).Decode(s); jsonErr != nil {
		return nil, fmt.Errorf("no summary (%w, %w): %s", err, jsonErr, strings.TrimSpace(said.String()))
	}
	switch s.ExitCode {
	case 0, 6, 8, 9, 10:
		return s, nil
	}
	return nil, fmt.Errorf("exit code %d: %s", s.ExitCode, strings.TrimSpace(said.String()))
}
