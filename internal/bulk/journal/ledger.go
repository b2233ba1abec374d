package journal

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const maxAttempts = 1 << 20

// ledger is what a journal's lines add up to: one byte a row, and more only for rows in flight or unconfirmed.
type ledger struct {
	Totals

	states []byte // by row, the index in states()
	open   map[int]OpenRow
	ids    idSet
	counts [6]int  // by code
	recent Traffic // requests of the last hour, by this machine's clock

	sample     Sample
	existingID uuid.UUID // a customer that existed
}

// Sample is a customer that the import has created. Times are this machine's.
type Sample struct {
	Row         int
	ID          uuid.UUID // nil when there is none yet
	Sent, Ended time.Time // when the only send of the row was journaled and when its answer was, if the answer proves the row
}

// Totals are counts of all runs of an import.
type Totals struct {
	Sends     int
	Retries   int // sends beyond a row's first
	BySearch  int // rows that are created as a search has shown, and not an answer
	OtherData int // rows whose customer exists with other data
}

// OpenRow is what is known of the sends of a row without a final state. Times are this machine's.
type OpenRow struct {
	Attempt    int       // of the last send
	Sends      int       // of which it is unknown whether they were carried out; 0 when it is known that none was
	First      time.Time // when the first of these was sent
	Last       time.Time // when the last of these was sent, or ended
	Ended      bool      // Last is the end, since the outcome of the last one was recorded
	Status     int       // of that outcome, 0 when no answer came
	Unexpected string    // what an answer said about another email
	ID         uuid.UUID // the customer that a 2xx answer named; then nothing is sent again
}

func newLedger(rows int) ledger {
	return ledger{states: make([]byte, rows), open: map[int]OpenRow{}, ids: newIDSet(rows), counts: [6]int{rows}}
}

// state returns the state of a row; one that was sent and has no outcome is in doubt.
func (l *ledger) state(row int) record.State {
	if row < 0 || row >= len(l.states) {
		return record.Pending
	}
	return states()[l.states[row]]
}

func (l *ledger) set(row int, s record.State) {
	l.counts[l.states[row]]--
	for code, state := range states() {
		if state == s {
			l.states[row] = byte(code)
		}
	}
	l.counts[l.states[row]]++
}

// apply adds a line. The error is that no run writes such a line.
func (l *ledger) apply(e *Entry) error {
	switch e.Kind {
	case KindSend:
		return l.send(e)
	case KindOutcome:
		return l.outcome(e)
	case kindRequest:
		l.recent.Add(e.At)
	}
	return nil
}

func (l *ledger) send(e *Entry) error {
	switch {
	case e.Row >= len(l.states):
		return fmt.Errorf("row %d of %d", e.Row, len(l.states))
	case e.Attempt < 1 || e.Attempt > maxAttempts:
		return fmt.Errorf("row %d: attempt %d", e.Row, e.Attempt)
	case l.state(e.Row).Terminal():
		return fmt.Errorf("row %d is sent though it is %s", e.Row, l.state(e.Row))
	}
	o := l.open[e.Row]
	o.Attempt, o.Last, o.Ended = e.Attempt, e.At, false
	if o.Sends++; o.Sends == 1 {
		o.First = e.At
	}
	l.open[e.Row] = o
	l.set(e.Row, record.InDoubt)
	l.recent.Add(e.At)
	l.Sends++
	if e.Attempt > 1 {
		l.Retries++
	}
	return nil
}

func (l *ledger) outcome(e *Entry) error {
	if e.Row >= len(l.states) {
		return fmt.Errorf("row %d of %d", e.Row, len(l.states))
	}
	old, now := l.state(e.Row), e.Outcome.State
	o, sent := l.open[e.Row]
	switch {
	case old.Terminal() && old != record.Unknown:
		return fmt.Errorf("row %d becomes %s though it is %s", e.Row, now, old)
	case !sent && now == record.InDoubt:
		return fmt.Errorf("row %d is in doubt though it was never sent", e.Row)
	}
	if sent && e.Attempt < o.Attempt { // the send of the last line was withdrawn before it left
		o.Attempt = e.Attempt
		l.Sends--
		if e.Attempt > 0 {
			l.Retries--
		}
	}
	l.set(e.Row, now)
	switch now {
	case record.Pending:
		l.open[e.Row] = OpenRow{Attempt: o.Attempt}
	case record.InDoubt:
		if e.Outcome.Evidence == NotDone {
			o.Sends = max(o.Sends-1, 1)
		} else {
			o.Last, o.Status = e.At, e.Outcome.Status
		}
		o.Ended = true
		if e.Outcome.Code == OtherEmail {
			o.Unexpected = e.Outcome.Text
		}
		if e.Outcome.ID != uuid.Nil {
			o.ID = e.Outcome.ID
		}
		l.open[e.Row] = o
	default:
		delete(l.open, e.Row)
	}
	if now == record.Created {
		l.ids.add(e.Outcome.ID)
		if s := (Sample{Row: e.Row, ID: e.Outcome.ID}); e.Outcome.Evidence == ByAnswer && o.Sends == 1 {
			s.Sent, s.Ended = o.First, e.At
			l.sample = s
		} else if l.sample.Sent.IsZero() {
			l.sample = s
		}
		if e.Outcome.Evidence == BySearch || e.Outcome.Evidence == ByRefusal {
			l.BySearch++
		}
	}
	if now == record.Exists {
		if e.Outcome.ID != uuid.Nil {
			l.existingID = e.Outcome.ID
		}
		if e.Outcome.Code == OtherData {
			l.OtherData++
		}
	}
	return nil
}

// tally returns the rows by state.
func (l *ledger) tally() map[record.State]int {
	counts := map[record.State]int{}
	for code, state := range states() {
		if n := l.counts[code]; n > 0 {
			counts[state] = n
		}
	}
	return counts
}
