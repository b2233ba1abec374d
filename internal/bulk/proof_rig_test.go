package bulk

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/test/simulate"
)

// TestMain collects garbage less often: the proofs make much of it, and run a quarter faster.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	if raceDetector { // which takes ten times as long
		_ = flag.Set("rapid.checks", "30")
	}
	m.Run()
}

// rig is one import: the input, the server and the disk, over any number of runs.
type rig struct {
	rows    []record.Row
	many    int // rows that are made while they are read, in place of rows
	server  *simulate.Server
	disk    *simulate.Disk
	header  journal.Header
	options RunOptions
	runner  *Runner // of the last run
	started func()  // called when the run starts; nil for nothing
	limits  Limits
	dir     string
	edits   int
	edited  map[string]bool // by company name: rows whose fields are not those of the first send
}

// someRows makes rows; each is told apart by its company name.
func someRows(n int, email func(i int) bool) []record.Row {
	rows := make([]record.Row, n)
	for i := range rows {
		v := record.Values{record.CompanyName: fmt.Sprintf("Company %d", i), record.Currency: "EUR"}
		key := ""
		if email(i) {
			v[record.Email] = fmt.Sprintf("User%d@example.com", i)
			key = emailaddr.Fold(v[record.Email])
		}
		rows[i] = record.Row{Index: i, Line: i + 2, Values: v, Key: key}
	}
	return rows
}

func always(int) bool { return true }

// clones makes a bulk clone of the import: only a name and an email go along.
func (g *rig) clones() {
	g.options.CloneSource = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
	for i := range g.rows {
		g.rows[i].Values[record.Currency] = ""
	}
}

func newRig(rows []record.Row) *rig {
	return &rig{
		rows: rows, server: simulate.NewServer(nil), disk: simulate.NewDisk(nil), dir: "/state/imports/0", edited: map[string]bool{},
		header:  journal.Header{Operation: "create", Host: "https://api.example.com", Tenant: "t", SHA256: "s"},
		options: RunOptions{Workers: 4, MaxOutage: 8 * time.Hour, MaxErrors: ErrorLimit{Set: true, Count: 1 << 30}},
	}
}

// oldCustomer gives the server a customer from before the import, by which its search can be checked.
func (g *rig) oldCustomer() {
	v := record.Values{record.CompanyName: "Old", record.Email: "old@example.com"}
	g.server.Add(simulate.Customer{ID: uuid.New(), Values: v, At: time.Now().Add(-2 * time.Hour), Other: true})
}

func (g *rig) seq() iter.Seq2[record.Row, error] {
	if g.many > 0 {
		return manyRows(g.many)
	}
	return func(yield func(record.Row, error) bool) {
		for _, r := range g.rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// run is one process: it opens the journal, brings the import as far as it comes, and ends. crash may let it die.
func (g *rig) run(parent context.Context, crash *simulate.Crash) (*Summary, error) {
	ctx, kill := context.WithCancelCause(parent)
	defer kill(nil)
	if crash != nil {
		crash.Kill = func() { kill(simulate.ErrDead) }
	}
	g.server.Crash, g.disk.Crash = crash, crash
	j, err := g.open()
	if err != nil {
		return nil, err
	}
	o := g.options
	o.Journal, o.Rows, o.Limiter, o.ClockKnown = j, g.seq(), NewRateLimiter(), true
	if o.API == nil {
		o.API = g.server
	}
	if o.Plan.Rows == 0 {
		o.Plan.Rows = max(len(g.rows), g.many)
	}
	o.Plan.SkewMS = g.server.Skew().Milliseconds()
	o.Limiter.SetLimits(g.limits)
	g.server.Pacer = o.Limiter
	g.runner = NewRunner(o)
	if g.started != nil {
		g.started()
	}
	s, err := g.runner.Run(ctx)
	return s, errors.Join(err, j.Close())
}

func (g *rig) open() (*journal.Journal, error) {
	if g.header.ResumeFrom == "" {
		return journal.Open(g.disk, g.dir, g.header)
	}
	j, _, err := journal.Continue(g.disk, g.dir, g.header, journal.Edited{Total: len(g.rows), Rows: g.seq()})
	return j, err
}

// edit changes the input: the next run continues this import with other rows.
func (g *rig) edit(rows []record.Row) {
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
	if s.Stop == nil && s.Counts[record.Pending] != 0 {
		t.Errorf("%d rows are pending at the end", s.Counts[record.Pending])
	}
	j, err := journal.Read(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	byName, byID := map[string][]simulate.Customer{}, map[string]simulate.Customer{}
	emails := map[string]int{}
	for _, c := range g.server.Final() {
		byName[c.Values[record.CompanyName]] = append(byName[c.Values[record.CompanyName]], c)
		byID[c.ID.String()] = c
		if key := emailaddr.Fold(c.Values[record.Email]); key != "" {
			if emails[key]++; emails[key] > 1 {
				t.Errorf("%s was created %d times", key, emails[key])
			}
		}
	}
	g.checkLimit(t)
	ids := createdIDs(t, g.disk, g.dir)
	for _, r := range g.rows {
		state, _ := j.State(r.Index)
		made := byName[r.Values[record.CompanyName]]
		if len(made) > 1 {
			t.Errorf("row %d was created %d times", r.Index, len(made))
		}
		if len(made) > 0 && (state == record.Exists || state == record.Rejected || state == record.Pending) {
			t.Errorf("row %d was created and is reported as %s", r.Index, state)
		}
		if state != record.Created {
			continue
		}
		c, found := byID[ids[r.Index]]
		if !found {
			t.Errorf("row %d is reported as created, but there is no customer %q", r.Index, ids[r.Index])
		} else if c.Values != r.Values && !g.edited[r.Values[record.CompanyName]] {
			t.Errorf("row %d became %v, %v was sent", r.Index, c.Values, r.Values)
		}
	}
}

// checkLimit looks at every minute that begins with a request.
func (g *rig) checkLimit(t fataler) {
	t.Helper()
	limit, requests := g.limits.PerMinute, g.server.Requests
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
	for name, f := range g.disk.Files {
		if filepath.Base(name) == journal.FileName {
			b.Write(f.Live)
		}
	}
	return b.String()
}

// lines reads the import's journal.
func (g *rig) lines(t fataler, yield func(*journal.Entry)) {
	t.Helper()
	j, err := journal.Read(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Lines(yield); err != nil {
		t.Fatal(err)
	}
}

func createdIDs(t fataler, d *simulate.Disk, dir string) map[int]string {
	t.Helper()
	j, err := journal.Read(d, dir)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[int]string{}
	err = j.Lines(func(e *journal.Entry) {
		if e.Kind == journal.KindOutcome && e.Outcome.State == record.Created && e.Outcome.ID != uuid.Nil {
			ids[e.Row] = e.Outcome.ID.String()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// checkFinished runs a finished import again: no request may leave, and nothing be written.
func (g *rig) checkFinished(t fataler, ctx context.Context) {
	t.Helper()
	journal := g.disk.Files[g.dir+"/"+journal.FileName]
	writes, reads, size := g.server.Writes, g.server.Reads, len(journal.Live)
	s, err := g.run(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	writes, reads, size = g.server.Writes-writes, g.server.Reads-reads, len(journal.Live)-size
	if writes+reads+size != 0 || s.Stop != nil {
		t.Errorf("a finished import sent %d writes and %d reads and wrote %d bytes (%v)", writes, reads, size, s.Stop)
	}
}
