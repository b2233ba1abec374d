package journal

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const maxAttempts = 1 << 20

// ledger is what a journal's lines add up to: one byte a row, and more only for rows that are being settled.
type ledger struct {
	states []byte // by row, the place in ledgerStates
	open   map[int]openRow
	ids    idSet
	counts [6]int  // by code
	recent Traffic // requests of the last hour, by this machine's clock
	sends  int     // S lines
	repeat int     // S lines beyond the first of a row
	skew   time.Duration

	witness uuid.UUID // a customer that was created
}

// openRow is a row that has been sent and has no final outcome.
type openRow struct {
	Attempt int // of the last send
	Doubts  int // sends of which none knows whether they were carried out; 0 when it is known that none was
	// first and last are the times of the doubtful sends by the server's clock.
	First, Last time.Time
	Status      int    // of the answer to the last one whose outcome was recorded, 0 when none came
	Odd         string // what an answer said that was about another email
}

func newLedger(rows int) ledger {
	return ledger{states: make([]byte, rows), open: map[int]openRow{}, ids: newIDSet(rows), counts: [6]int{rows}}
}

// state is where a row stands; a row that was sent and whose outcome was lost is in doubt.
func (l *ledger) state(row int) record.State {
	if row < 0 || row >= len(l.states) {
		return record.Pending
	}
	return ledgerStates()[l.states[row]]
}

// ledgerStates are the states by their code.
func ledgerStates() [6]record.State {
	return [...]record.State{record.Pending, record.InDoubt, record.Created, record.Exists, record.Rejected, record.Unknown}
}

func (l *ledger) set(row int, s record.State) {
	l.counts[l.states[row]]--
	for code, state := range ledgerStates() {
		if state == s {
			l.states[row] = byte(code)
		}
	}
	l.counts[l.states[row]]++
}

// apply takes a line in. The error says what no run would have written.
func (l *ledger) apply(e *Entry) error {
	switch e.Kind {
	case KindSend:
		return l.send(e)
	case KindOutcome:
		return l.settle(e)
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
	at := e.At.Add(l.skew)
	o := l.open[e.Row]
	o.Attempt, o.Last = e.Attempt, at
	if o.Doubts++; o.Doubts == 1 {
		o.First = at
	}
	l.open[e.Row] = o
	l.set(e.Row, record.InDoubt)
	l.recent.Add(e.At)
	l.sends++
	if e.Attempt > 1 {
		l.repeat++
	}
	return nil
}

func (l *ledger) settle(e *Entry) error {
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
	if sent && e.Attempt < o.Attempt { // the send of the last line was taken back before it left
		o.Attempt = e.Attempt
		l.sends--
		if e.Attempt > 0 {
			l.repeat--
		}
	}
	l.set(e.Row, now)
	switch now {
	case record.Pending:
		l.open[e.Row] = openRow{Attempt: o.Attempt}
	case record.InDoubt:
		if e.Outcome.Evidence == NotDone {
			o.Doubts = max(o.Doubts-1, 1)
		} else {
			o.Status = e.Outcome.Status
		}
		if e.Outcome.Code == OtherEmail {
			o.Odd = e.Outcome.Text
		}
		l.open[e.Row] = o
	default:
		delete(l.open, e.Row)
	}
	if now == record.Created {
		l.ids.add(e.Outcome.ID)
		l.witness = e.Outcome.ID
	}
	return nil
}

// restore takes a send back that was not written.
func (l *ledger) restore(row int, s record.State, o openRow) {
	l.set(row, s)
	l.open[row] = o
	l.sends--
	if o.Attempt > 0 {
		l.repeat--
	}
}

// tally counts the rows by state.
func (l *ledger) tally() map[record.State]int {
	counts := map[record.State]int{}
	for code, state := range ledgerStates() {
		if n := l.counts[code]; n > 0 {
			counts[state] = n
		}
	}
	return counts
}
