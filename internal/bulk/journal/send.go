package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// maxRows limits what a journal can claim to hold, so that a hostile one cannot take the memory.
const maxRows = 100_000_000

// Begin records the start of a run and returns when that is durable. The number of rows must be that of the first run.
func (j *Journal) Begin(p PlanRecord) error {
	p.Place, p.Copied = j.identity, p.Copied || j.Copied()
	j.mu.Lock()
	err := j.begin(p)
	j.mu.Unlock()
	if err != nil {
		return j.fail("journal_mismatch", err)
	}
	return j.document(kindPlan, p)
}

// End records how a run ended and returns when that is durable.
func (j *Journal) End(n Note) error {
	if err := j.document(kindNote, n); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.note(n)
	return nil
}

// document writes a line of JSON and returns when it is durable.
func (j *Journal) document(k lineKind, v any) error {
	doc, err := json.Marshal(v)
	if len(doc) > maxLineBytes {
		err = fmt.Errorf("the description of the import is longer than %d bytes", maxLineBytes)
	}
	if err == nil {
		err = j.out.durable(&Entry{Kind: k, doc: doc})
	}
	if err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

// Ticket is a send whose line is in the journal, or on its way there. It has one owner, who waits until the line is durable,
// lets the bytes leave or does not, and records the outcome.
type Ticket struct {
	At time.Time // of the line

	journal *Journal
	batch   *batch
	row     int
	state   record.State // of the row before, and the attempt
	attempt int
}

// Send records that a row is about to be sent. Its bytes can leave when the ticket is durable, and not before.
func (j *Journal) Send(e Entry) (*Ticket, error) {
	e.Kind = KindSend
	state, open := j.State(e.Row)
	err := j.apply(&e)
	if err != nil {
		return nil, err
	}
	t := &Ticket{At: e.At, journal: j, row: e.Row, state: state, attempt: open.Attempt}
	if t.batch, err = j.out.put(&e, true); err != nil {
		return nil, t.unwritten(err)
	}
	return t, nil
}

// Durable waits for the line, and returns when it became durable.
func (t *Ticket) Durable() (time.Time, error) {
	if err := t.batch.wait(); err != nil {
		return time.Time{}, t.unwritten(err)
	}
	return t.batch.durableAt, nil
}

// unwritten withdraws a send whose line is not in the journal.
func (t *Ticket) unwritten(err error) error {
	withdrawn := Entry{Kind: KindOutcome, Row: t.row, Attempt: t.attempt, At: t.At, Outcome: Outcome{State: t.state, Evidence: NotDone}}
	return t.journal.fail("journal_unwritable", errors.Join(err, t.journal.apply(&withdrawn)))
}

// Broken reports whether no further send can be recorded.
func (j *Journal) Broken() bool {
	j.out.mu.Lock()
	defer j.out.mu.Unlock()
	return j.out.failed != nil || j.out.full != nil
}

// Failed returns a channel that is closed when nothing can be recorded any more, and Err says why.
func (j *Journal) Failed() <-chan struct{} { return j.out.broken }

// Err returns why nothing can be recorded any more, nil as long as that is possible.
func (j *Journal) Err() error {
	j.out.mu.Lock()
	defer j.out.mu.Unlock()
	if j.out.failed == nil {
		return nil
	}
	return j.fail("journal_unwritable", j.out.failed)
}

func (j *Journal) inPlace() bool { return j.fs.InPlace(j.file, filepath.Join(j.dir, FileName)) }

// Record records the outcome of the attempt of a row. It is durable soon.
func (j *Journal) Record(row, attempt int, o Outcome) error {
	return j.queue(&Entry{Kind: KindOutcome, Row: row, Attempt: attempt, At: time.Now(), Outcome: o})
}

// Requested records any other request. A journal that was opened for reading keeps it in memory only.
func (j *Journal) Requested(at time.Time) error {
	return j.queue(&Entry{Kind: kindRequest, At: at})
}

// queue takes a line in and writes it soon.
func (j *Journal) queue(e *Entry) error {
	if err := j.apply(e); err != nil || j.out == nil {
		return err
	}
	if _, err := j.out.put(e, false); err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

func (j *Journal) apply(e *Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.apply(e)
}

// reserve keeps some space for the outcomes of what is in flight when the disk becomes full.
func (j *Journal) reserve() error {
	f, err := j.fs.Open(filepath.Join(j.dir, reserveFile))
	if err != nil {
		return err
	}
	size, err := f.Size()
	if err == nil && size < ReserveBytes {
		_, err = f.WriteAt(make([]byte, ReserveBytes), 0)
	}
	return errors.Join(err, f.Close())
}

func (j *Journal) releaseReserve() error { return j.fs.Remove(filepath.Join(j.dir, reserveFile)) }
