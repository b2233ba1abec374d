package journal

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// maxRows bounds what a journal may claim to hold, so that a hostile one cannot take the memory.
const maxRows = 100_000_000

// Begin records the start of a run and returns when that is durable. The number of rows must be that of the first run.
func (j *Journal) Begin(p PlanRecord) error {
	j.mu.Lock()
	err := j.begin(p)
	j.mu.Unlock()
	if err != nil {
		return j.fail("journal_mismatch", err)
	}
	if err := j.document(kindPlan, p); err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

// End records how a run ended and returns when that is durable.
func (j *Journal) End(n Note) error {
	if err := j.document(kindNote, n); err != nil {
		return j.fail("journal_unwritable", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.note(n)
	return nil
}

func (j *Journal) document(k lineKind, v any) error {
	doc, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(doc) > maxLineBytes {
		return fmt.Errorf("the description of the import is longer than %d bytes", maxLineBytes)
	}
	return j.out.durable(&Entry{Kind: k, doc: doc})
}

// sendLine is the line of a send on its way to the disk.
type SendLine struct {
	At    time.Time
	row   int
	batch *batch
	state record.State // of the row before
	open  openRow
}

// send records that a row is about to be sent. Its bytes may leave when landed says so, and not before.
func (j *Journal) Send(e *Entry) (SendLine, error) {
	e.Kind = KindSend
	l := SendLine{At: e.At, row: e.Row}
	l.state, l.open = j.State(e.Row)
	err := j.take(e)
	if err != nil {
		return l, err
	}
	if l.batch, err = j.out.put(e, true); err != nil {
		return l, j.unsent(&l, err)
	}
	return l, nil
}

// landed returns when the line is durable; took is how long the disk had it.
func (j *Journal) Landed(l *SendLine) (took time.Duration, err error) {
	if err := l.batch.wait(); err != nil {
		return 0, j.unsent(l, err)
	}
	return l.batch.landed.Sub(l.At), nil
}

// unsent takes a send back whose line is not in the journal.
func (j *Journal) unsent(l *SendLine, err error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ledger.restore(l.row, l.state, l.open)
	return j.fail("journal_unwritable", err)
}

// broken tells that no send can be recorded any more.
func (j *Journal) Broken() bool {
	j.out.mu.Lock()
	defer j.out.mu.Unlock()
	return j.out.failed != nil || j.out.full != nil
}

// settled records an outcome, which is durable soon.
func (j *Journal) Settled(e *Entry) error {
	e.Kind = KindOutcome
	if err := j.take(e); err != nil {
		return err
	}
	if err := j.out.queue(e); err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

// requested records any other request. A journal that is only looked at remembers it without writing.
func (j *Journal) Requested(at time.Time) error {
	e := Entry{Kind: kindRequest, At: at}
	if err := j.take(&e); err != nil || j.out == nil {
		return err
	}
	if err := j.out.queue(&e); err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

func (j *Journal) take(e *Entry) error {
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
