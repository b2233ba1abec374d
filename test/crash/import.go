package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// fileImport is the import of one file.
type fileImport struct {
	*round
	number  int
	input   string
	results string
	flags   []string
	random  *rand.Rand
	rows    []row
	last    *summary
}

// row is a customer to be created. Its name is unique.
type row struct{ name, email string }

// summary is what hydractl prints about an import.
type summary struct {
	Counts   map[string]int `json:"counts"`
	Rows     int            `json:"rows"`
	ExitCode int            `json:"exit_code"`
}

func newFileImport(r *round, number int) *fileImport {
	name := filepath.Join(r.dir, fmt.Sprintf("import-%d", number))
	i := &fileImport{
		round: r, number: number, input: name + ".csv", results: name + "-results.csv",
		random: rand.New(rand.NewPCG(r.seed, uint64(number))), rows: make([]row, r.options.rows),
	}
	i.flags = []string{"--workers", []string{"1", "4", "16"}[i.random.IntN(3)]}
	if i.random.IntN(4) == 0 {
		i.flags = append(i.flags, "--clone-from", r.source)
	}
	for n := range i.rows {
		i.rows[n].name = fmt.Sprintf("Company %d of import %d", n, number)
		if n%100 != 99 {
			i.rows[n].email = fmt.Sprintf("User%d.%d@example.com", n, number)
		}
	}
	return i
}

func (i *fileImport) wrap(err error) error {
	if err != nil {
		err = fmt.Errorf("import %d: %w", i.number, err)
	}
	return err
}

// finish runs the import until it finishes, through any number of kills.
func (i *fileImport) finish(ctx context.Context) error {
	var b bytes.Buffer
	b.WriteString("company_name,email\n")
	for _, r := range i.rows {
		fmt.Fprintf(&b, "%s,%s\n", r.name, r.email)
	}
	if err := os.WriteFile(i.input, b.Bytes(), 0o600); err != nil {
		return err
	}
	for {
		s, err := i.run(ctx)
		if err != nil {
			return err
		}
		if s != nil && s.Counts["pending"] == 0 && s.ExitCode != 10 {
			return nil
		}
	}
}

// run starts the import and kills it after a random time, unless it ends before. The summary is nil after a kill.
func (i *fileImport) run(ctx context.Context) (*summary, error) {
	life, end := context.WithTimeout(ctx, i.life())
	defer end()
	c, stdout, stderr := i.command(life)
	err := c.Run()
	killed := life.Err() != nil && c.ProcessState.ExitCode() == -1
	i.ran(killed)
	if killed {
		return nil, ctx.Err()
	}
	return readSummary(stdout, stderr, err)
}

// life returns how long a run may last: mostly the time for some rows, sometimes enough to reconcile unconfirmed rows.
func (i *fileImport) life() time.Duration {
	switch {
	case !i.mayKill():
		return time.Hour
	case i.random.IntN(8) == 0:
		return time.Millisecond + time.Duration(i.random.Int64N(int64(12*time.Second)))
	}
	return time.Millisecond + time.Duration(i.random.ExpFloat64()*float64(300*time.Millisecond))
}

// again runs the finished import once more, for its results.
func (i *fileImport) again(ctx context.Context) (err error) {
	c, stdout, stderr := i.command(ctx, "--results", i.results)
	i.last, err = readSummary(stdout, stderr, c.Run())
	return err
}

func (i *fileImport) command(ctx context.Context, more ...string) (c *exec.Cmd, stdout, stderr *bytes.Buffer) {
	args := []string{
		"customers", "import", i.input, "--yes", "--allow-no-email", "--max-errors", "100%", "--quiet-period", quiet.String(),
		"--progress", "none", "-o", "json",
	}
	c = exec.CommandContext(ctx, i.program, append(append(args, i.flags...), more...)...)
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	c.Stdout, c.Stderr = stdout, stderr
	c.Env = i.server.Environ(filepath.Join(i.dir, "state"))
	return c, stdout, stderr
}

// readSummary parses the printed summary. Exit codes of rows (6, 8, 9) and of an outage (10) are no error here.
func readSummary(stdout, stderr *bytes.Buffer, err error) (*summary, error) {
	s := &summary{}
	if jsonErr := json.NewDecoder(stdout).Decode(s); jsonErr != nil {
		return nil, fmt.Errorf("no summary (%w, %w): %s", err, jsonErr, strings.TrimSpace(stderr.String()))
	}
	switch s.ExitCode {
	case 0, 6, 8, 9, 10:
		return s, nil
	}
	return nil, fmt.Errorf("exit code %d: %s", s.ExitCode, strings.TrimSpace(stderr.String()))
}
