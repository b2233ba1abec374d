package journal

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

// Continuation is what an edited input takes over from an earlier import.
type Continuation struct {
	// Carried is how many rows need no send because the earlier import has sent them.
	Carried int
	// Changed are rows that were edited after they were sent, at most 1,000 of them; ChangedRows counts all. The API has no
	// update: the customers stay as they are.
	Changed     []ChangedRow
	ChangedRows int
	// Missing is how many rows of the earlier import, sent or in doubt, are no longer in the input.
	Missing int
}

// ChangedRow is a row that was edited after it was sent.
type ChangedRow struct {
	Line  int
	State record.State // of the row as it was
	ID    string       // of the customer, or ""
}

const (
	maxChanged = 1000
	maxEarlier = 100 // imports that were begun and never ran
)

// sentRow is a row of an earlier import that must not simply be sent again.
type sentRow struct {
	key     record.RowKey
	payload record.PayloadKey
	state   record.State
	outcome Outcome
	attempt int
	at      time.Time // of the last send
	open    OpenRow
}

// Edited is the input that takes the place of an earlier one.
type Edited struct {
	Total int
	Rows  iter.Seq2[record.Row, error]
}

// Continue opens the journal of an edited input in dir and takes over what the import in h.ResumeFrom has sent:
// rows are recognised by their email, or without one by all their fields. Rows that were refused, or that existed, are
// sent again. The earlier import can then no longer be resumed. Errors are *Error, or those of the rows.
func Continue(fs files.FS, dir string, h Header, input Edited) (*Journal, *Continuation, error) {
	if filepath.Clean(dir) == filepath.Clean(h.ResumeFrom) {
		return nil, nil, &Error{Code: "journal_mismatch", Dir: dir, Err: errors.New("the input is the same: the import resumes by itself")}
	}
	return continueIn(fs, dir, dir, h, input)
}

// Preview is Continue for a look ahead: it leaves the earlier import as it is. scratch is a folder for the
// journal, and dir the one where the real continuation would have it.
func Preview(fs files.FS, scratch, dir string, h Header, input Edited) (*Journal, *Continuation, error) {
	return continueIn(fs, scratch, dir, h, input)
}

// continueIn has the journal in folder, which is not dir for a preview.
func continueIn(fs files.FS, folder, dir string, h Header, input Edited) (j *Journal, c *Continuation, err error) {
	preview := folder != dir
	old, err := openEarlier(fs, dir, h, preview)
	if err != nil {
		return nil, nil, err
	}
	if j, err = Open(fs, folder, h); err == nil {
		c, err = j.takeOver(old, input)
	}
	if err == nil && !preview {
		err = old.End(Note{Event: EventContinued, Import: dir, At: time.Now()})
	}
	if err = errors.Join(err, old.Close()); err != nil && j != nil {
		err = errors.Join(err, j.Close())
	}
	if err != nil {
		return nil, nil, err
	}
	return j, c, nil
}

// openEarlier opens the journal that is continued, for a preview only to read it. One that has not taken over its own past has
// sent nothing: its past counts. One that is continued as this very import may be opened again: the process may have died
// while it took over.
func openEarlier(fs files.FS, dir string, h Header, preview bool) (*Journal, error) {
	for range maxEarlier {
		old, err := Read(fs, h.ResumeFrom)
		if err != nil {
			return nil, err
		}
		past := old.Header.ResumeFrom
		hasRun := past == "" || old.carried
		h.SHA256, h.Mapping, h.ResumeFrom = old.Header.SHA256, old.Header.Mapping, ""
		if hasRun && preview {
			if err := old.matches(h, dir); err != nil {
				return nil, errors.Join(old.fail("journal_mismatch", err), old.Close())
			}
			return old, nil
		}
		if err := old.Close(); err != nil {
			return nil, err
		}
		if hasRun {
			return openJournal(fs, old.dir, h, dir)
		}
		h.ResumeFrom = past
	}
	return nil, &Error{Code: "journal_mismatch", Dir: dir, Err: errors.New("the imports that it continues have no beginning")}
}

// takeOver copies what must be known of the earlier rows. It can be repeated after a crash: nothing is sent before its
// last line is durable.
func (j *Journal) takeOver(old *Journal, input Edited) (*Continuation, error) {
	sent, err := old.sentRows()
	if err != nil {
		return nil, err
	}
	c := &Continuation{}
	if !j.carried {
		if err := j.Begin(PlanRecord{Rows: input.Total, Copied: old.Copied()}); err != nil {
			return nil, err
		}
	}
	for row, err := range input.Rows {
		if err != nil {
			return nil, err
		}
		if row.State.Terminal() {
			continue
		}
		key, payload := record.Hashes(&row)
		s := takeSent(sent, key, payload)
		if s == nil {
			continue
		}
		c.note(&row, s, payload)
		if j.carried {
			continue
		}
		if err := j.carry(row.Index, s, payload); err != nil {
			return nil, err
		}
	}
	for _, left := range sent {
		c.Missing += len(left)
	}
	if j.carried {
		return c, nil
	}
	j.ledger.recent = old.ledger.recent
	return c, j.End(Note{Event: EventCarried, Import: old.dir, At: time.Now()})
}

func (c *Continuation) note(row *record.Row, s *sentRow, payload record.PayloadKey) {
	c.Carried++
	if s.payload == payload {
		return
	}
	c.ChangedRows++
	if len(c.Changed) < maxChanged {
		changed := ChangedRow{Line: row.Line, State: s.state}
		if s.state == record.Created {
			changed.ID = s.outcome.ID.String()
		}
		c.Changed = append(c.Changed, changed)
	}
}

// sentRows returns the rows that were sent and are created, in doubt or unknown, by their key.
func (j *Journal) sentRows() (map[record.RowKey][]*sentRow, error) {
	byRow := map[int]*sentRow{}
	err := j.Lines(func(e *Entry) {
		state, open := j.State(e.Row)
		if e.Kind != KindSend && e.Kind != KindOutcome || state != record.Created && state != record.InDoubt && state != record.Unknown {
			return
		}
		s := byRow[e.Row]
		if s == nil {
			s = &sentRow{state: state, open: open}
			byRow[e.Row] = s
		}
		if e.Kind == KindSend {
			s.key, s.payload, s.at, s.attempt = e.Key, e.Payload, e.At, e.Attempt
		} else {
			s.outcome = e.Outcome
		}
	})
	sent := map[record.RowKey][]*sentRow{}
	for _, row := range slices.Sorted(maps.Keys(byRow)) {
		key := byRow[row].key
		sent[key] = append(sent[key], byRow[row])
	}
	return sent, err
}

// takeSent takes a row of that key out of those that were sent, one with the same payload if there is one; nil for none.
func takeSent(sent map[record.RowKey][]*sentRow, key record.RowKey, payload record.PayloadKey) *sentRow {
	rows := sent[key]
	if len(rows) == 0 {
		return nil
	}
	i := max(slices.IndexFunc(rows, func(s *sentRow) bool { return s.payload == payload }), 0)
	found := rows[i]
	sent[key] = slices.Delete(rows, i, i+1)
	return found
}

// carry writes a row's past into this journal.
func (j *Journal) carry(row int, s *sentRow, payload record.PayloadKey) error {
	if state, _ := j.State(row); state.Terminal() {
		return nil // by an earlier attempt to take over
	}
	for _, at := range s.times() {
		e := Entry{Kind: KindSend, Row: row, Attempt: s.attempt, At: at, Key: s.key, Payload: s.payload}
		if err := j.queue(&e); err != nil {
			return err
		}
	}
	o := s.outcome
	o.State, o.Evidence = s.state, byEarlier
	if s.state == record.InDoubt && s.payload != payload {
		o.State, o.Text = record.Unknown, "the row was edited while its outcome was in doubt"
	}
	return j.Record(row, s.attempt, o)
}

// times returns the sends that matter: of an unconfirmed row the first and the last unconfirmed one, else the last.
func (s *sentRow) times() []time.Time {
	switch s.open.Sends {
	case 0:
		return []time.Time{s.at}
	case 1:
		return []time.Time{s.open.First}
	}
	return []time.Time{s.open.First, s.open.Last}
}

// Decide resolves the unknown rows of a journal by the user's decision: resend makes them pending, otherwise they count as
// created, without an ID. It returns their number.
func (j *Journal) Decide(resend bool) (int, error) {
	o := Outcome{State: record.Created, Evidence: byUser}
	if resend {
		o.State = record.Pending
	}
	last, err := j.LastOutcomes()
	if err != nil {
		return 0, err
	}
	decided := 0
	for row := range j.Rows() {
		if state, _ := j.State(row); state != record.Unknown {
			continue
		}
		attempt := 0 // a row that is sent again starts over
		if !resend {
			was, err := last.Find(row)
			if err != nil {
				return decided, err
			}
			attempt, o.Status = was.Attempt, was.Outcome.Status
		}
		decided++
		if err := j.Record(row, attempt, o); err != nil {
			return decided, err
		}
	}
	if decided == 0 {
		return 0, nil
	}
	return decided, j.End(Note{Event: EventDecided, Reason: fmt.Sprintf("%d unknown rows are %s", decided, o.State), At: time.Now()})
}
