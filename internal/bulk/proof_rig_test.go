package bulk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/emailaddr"
)

// rig is one import: the input, the server and the disk, over any number of runs.
type rig struct {
	rows    []Row
	many    int // rows that are made while they are read, in place of rows
	server  *server
	disk    *simDisk
	header  Header
	options RunOptions
	runner  *Runner // of the last run
	limits  Limits
	dir     string
	edits   int
	edited  map[string]bool // by company name: rows whose fields are not those of the first send
}

// someRows makes rows; each is told apart by its company name.
func someRows(n int, email func(i int) bool) []Row {
	rows := make([]Row, n)
	for i := range rows {
		v := Values{CompanyName: fmt.Sprintf("Company %d", i), Currency: "EUR"}
		key := ""
		if email(i) {
			v[Email] = fmt.Sprintf("User%d@example.com", i)
			key = emailaddr.Fold(v[Email])
		}
		rows[i] = Row{Index: i, Line: i + 2, Values: v, Key: key}
	}
	return rows
}

func always(int) bool { return true }

// clones makes a bulk clone of the import: only a name and an email go along.
func (g *rig) clones() {
	g.options.CloneSource = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	for i := range g.rows {
		g.rows[i].Values[Currency] = ""
	}
}

func newRig(rows []Row) *rig {
	return &rig{
		rows: rows, server: newServer(nil), disk: newDisk(nil), dir: "/state/imports/0", edited: map[string]bool{},
		header:  Header{Operation: "create", Host: "https://api.example.com", Tenant: "t", SHA256: "s"},
		options: RunOptions{Workers: 4, MaxOutage: 8 * time.Hour, MaxErrors: ErrorLimit{Set: true, Count: 1 << 30}},
	}
}

func (g *rig) seq() iter.Seq2[Row, error] {
	if g.many > 0 {
		return manyRows(g.many)
	}
	return func(yield func(Row, error) bool) {
		for _, r := range g.rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// run is one process: it opens the journal, brings the import as far as it comes, and ends. crash may let it die.
func (g *rig) run(parent context.Context, crash *crasher) (*Summary, error) {
	ctx, kill := context.WithCancelCause(parent)
	defer kill(nil)
	if crash != nil {
		crash.kill = func() { kill(errDead) }
	}
	g.server.crash, g.disk.crash = crash, crash
	j, err := g.open()
	if err != nil {
		return nil, err
	}
	o := g.options
	o.Journal, o.Rows, o.Pacer, o.ClockKnown = j, g.seq(), NewPacer(), true
	if o.API == nil {
		o.API = g.server
	}
	if o.Plan.Rows == 0 {
		o.Plan.Rows = max(len(g.rows), g.many)
	}
	o.Pacer.SetLimits(g.limits)
	g.server.pacer = o.Pacer
	g.runner = NewRunner(o)
	s, err := g.runner.Run(ctx)
	return s, errors.Join(err, j.Close())
}

func (g *rig) open() (*Journal, error) {
	if g.header.ResumeFrom == "" {
		return OpenJournal(g.disk, g.dir, g.header)
	}
	j, _, err := ContinueJournal(g.disk, g.dir, g.header, len(g.rows), g.seq(), nil)
	return j, err
}

// edit changes the input: the next run continues this import with other rows.
func (g *rig) edit(rows []Row) {
	g.edits++
	g.rows, g.header.ResumeFrom = rows, g.dir
	g.dir = fmt.Sprintf("/state/imports/%d", g.edits)
	g.header.SHA256 = g.dir
}

// fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// mustRun is a run that no error of the journal ends.
func (g *rig) mustRun(t fataler) *Summary {
	t.Helper()
	s, err := g.run(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// finish runs the import again and again until it is done.
func (g *rig) finish(t fataler, ctx context.Context) *Summary {
	t.Helper()
	for range 50 {
		s, err := g.run(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s.Stop == nil {
			return s
		}
	}
	t.Fatal("the import does not come to an end")
	return nil
}

// check holds the promises of an import against the truth.
func (g *rig) check(t fataler, s *Summary) {
	t.Helper()
	total := 0
	for _, n := range s.Counts {
		total += n
	}
	if total != len(g.rows) || s.Rows != len(g.rows) {
		t.Errorf("the counts %v of %d rows do not add up to %d", s.Counts, s.Rows, len(g.rows))
	}
	if s.Stop == nil && s.Counts[Pending] != 0 {
		t.Errorf("%d rows are pending at the end", s.Counts[Pending])
	}
	j, err := ReadJournal(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	byName, byID := map[string][]customer{}, map[string]customer{}
	emails := map[string]int{}
	for _, c := range g.server.final() {
		byName[c.values[CompanyName]] = append(byName[c.values[CompanyName]], c)
		byID[c.id.String()] = c
		if key := emailaddr.Fold(c.values[Email]); key != "" {
			if emails[key]++; emails[key] > 1 {
				t.Errorf("%s was created %d times", key, emails[key])
			}
		}
	}
	g.checkLimit(t)
	ids := createdIDs(t, g.disk, g.dir)
	for _, r := range g.rows {
		state, _ := j.state(r.Index)
		made := byName[r.Values[CompanyName]]
		if len(made) > 1 {
			t.Errorf("row %d was created %d times", r.Index, len(made))
		}
		if len(made) > 0 && (state == Exists || state == Rejected || state == Pending) {
			t.Errorf("row %d was created and is reported as %s", r.Index, state)
		}
		if state != Created {
			continue
		}
		c, found := byID[ids[r.Index]]
		if !found {
			t.Errorf("row %d is reported as created, but there is no customer %q", r.Index, ids[r.Index])
		} else if c.values != r.Values && !g.edited[r.Values[CompanyName]] {
			t.Errorf("row %d became %v, %v was sent", r.Index, c.values, r.Values)
		}
	}
}

// checkLimit looks at every minute that begins with a request.
func (g *rig) checkLimit(t fataler) {
	t.Helper()
	limit, requests := g.limits.PerMinute, g.server.requests
	for i, first := range requests {
		if limit > 0 && i+limit < len(requests) && requests[i+limit].Sub(first) < time.Minute {
			t.Errorf("more than %d requests in the minute from %v", limit, first)
			return
		}
	}
}

// journalText is the journal as a test looks at it.
func (g *rig) journalText() string {
	var b strings.Builder
	for name, f := range g.disk.files {
		if filepath.Base(name) == journalFile {
			b.Write(f.live)
		}
	}
	return b.String()
}

func createdIDs(t fataler, d *simDisk, dir string) map[int]string {
	t.Helper()
	j, err := ReadJournal(d, dir)
	if err != nil {
		t.Fatal(err)
	}
	made, err := j.createdIDs()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[int]string{}
	for row, id := range made {
		ids[row] = id.String()
	}
	return ids
}

// checkFinished runs a finished import again: no request may leave, and nothing be written.
func (g *rig) checkFinished(t fataler, ctx context.Context) {
	t.Helper()
	journal := g.disk.files[g.dir+"/"+journalFile]
	writes, reads, size := g.server.writes, g.server.reads, len(journal.live)
	s, err := g.run(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	writes, reads, size = g.server.writes-writes, g.server.reads-reads, len(journal.live)-size
	if writes+reads+size != 0 || s.Stop != nil {
		t.Errorf("a finished import sent %d writes and %d reads and wrote %d bytes (%v)", writes, reads, size, s.Stop)
	}
}
