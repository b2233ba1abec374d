package journal

import (
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// Counts returns all rows by state, those included that validation took out, as far as the last run recorded them.
func (j *Journal) Counts() map[record.State]int {
	j.mu.Lock()
	defer j.mu.Unlock()
	counts := j.ledger.tally()
	for _, state := range []record.State{record.Invalid, record.DuplicateInFile} {
		if n := min(j.skipped[state], counts[record.Pending]); n > 0 {
			counts[state], counts[record.Pending] = n, counts[record.Pending]-n
		}
	}
	if counts[record.Pending] == 0 {
		delete(counts, record.Pending)
	}
	return counts
}

// Rows returns the number of rows of the import, 0 before its first run.
func (j *Journal) Rows() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.plan.Rows
}

// Untouched reports whether nothing was recorded of any row.
func (j *Journal) Untouched() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.counts[0] == len(j.ledger.states)
}

// Begun reports whether a run was started, be it by an earlier process.
func (j *Journal) Begun() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.planned
}

// Path returns where the file was when it was last imported, "" when no run recorded it.
func (j *Journal) Path() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.plan.Path
}

// Copied reports whether the journal was copied from another folder or machine, where the import may have been continued: rows
// without an outcome may have been sent from there.
func (j *Journal) Copied() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.plan.Copied || j.plan.Place != "" && j.plan.Place != j.identity
}

// Last returns how the last run ended; its Event is "" when it did not come to an end.
func (j *Journal) Last() Note {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// Finished reports whether every row has its final state.
func (j *Journal) Finished() bool { return j.Last().Event == EventFinished }

// Carried reports whether what the import of [Header].ResumeFrom has sent was taken over; that import is no longer needed.
func (j *Journal) Carried() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.carried
}

// Totals returns what all runs have counted.
func (j *Journal) Totals() Totals {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.Totals
}

// State returns the state of a row, and what is known of its sends while it has no final state.
func (j *Journal) State(row int) (record.State, OpenRow) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.state(row), j.ledger.open[row]
}

// Claimed reports whether that customer belongs to a row.
func (j *Journal) Claimed(id uuid.UUID) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.ids.has(id)
}

// Claim takes a customer for a row whose outcome is recorded next. It reports false when another row has it.
func (j *Journal) Claim(id uuid.UUID) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.ids.add(id)
}

// ServerTime returns a time by the server's clock, as the plan of this run has measured it.
func (j *Journal) ServerTime(at time.Time) time.Time { return at.Add(j.plan.Skew()) }

// KeptInput returns where the copy of stdin is kept, in a journal's folder.
func KeptInput(dir string) string { return filepath.Join(dir, inputFile) }

// Lines reads the lines of the journal's file from its start. What yield is given is valid until it returns.
func (j *Journal) Lines(yield func(*Entry)) error {
	_, _, err := scanLines(j.file, func(e *Entry) error {
		yield(e)
		return nil
	})
	if err != nil {
		return j.fail("journal_damaged", err)
	}
	return nil
}

// Traffic returns the requests of the last hour.
func (j *Journal) Traffic() Traffic {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.recent
}

// SampleID returns a customer that the journal names: one that the import created, else one that existed; "" when there is
// none. A credential that cannot see it belongs to another tenant.
func (j *Journal) SampleID() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, id := range []uuid.UUID{j.ledger.sample.ID, j.ledger.existingID} {
		if id != uuid.Nil {
			return id.String()
		}
	}
	return ""
}

// SentKeys returns the keys of the rows that were sent and not rejected.
func (j *Journal) SentKeys() (map[record.RowKey]bool, error) {
	keys := map[record.RowKey]bool{}
	err := j.Lines(func(e *Entry) {
		if state, _ := j.State(e.Row); e.Kind == KindSend && state != record.Rejected {
			keys[e.Key] = true
		}
	})
	return keys, err
}

// Sample returns a customer that this import has created.
func (j *Journal) Sample() Sample {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.sample
}
