package bulk

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

const maxAttempts = 1 << 20

// ledger is what a journal's lines add up to: one byte a row, and more only for rows that are being settled.
type ledger struct {
	states []byte // by row, the place in ledgerStates
	open   map[int]openRow
	ids    idSet
	counts [6]int  // by code
	recent traffic // requests of the last hour, by this machine's clock
	sends  int     // S lines
	repeat int     // S lines beyond the first of a row
	skew   time.Duration

	witness uuid.UUID // a customer that was created
}

// openRow is a row that has been sent and has no final outcome.
type openRow struct {
	attempt int // of the last send
	doubts  int // sends of which none knows whether they were carried out; 0 when it is known that none was
	// first and last are the times of the doubtful sends by the server's clock.
	first, last time.Time
	status      int    // of the answer to the last one whose outcome was recorded, 0 when none came
	odd         string // what an answer said that was about another email
}

func newLedger(rows int) ledger {
	return ledger{states: make([]byte, rows), open: map[int]openRow{}, ids: newIDSet(rows), counts: [6]int{rows}}
}

// state is where a row stands; a row that was sent and whose outcome was lost is in doubt.
func (l *ledger) state(row int) State {
	if row < 0 || row >= len(l.states) {
		return Pending
	}
	return ledgerStates()[l.states[row]]
}

// ledgerStates are the states by their code.
func ledgerStates() [6]State { return [...]State{Pending, InDoubt, Created, Exists, Rejected, Unknown} }

func (l *ledger) set(row int, s State) {
	l.counts[l.states[row]]--
	for code, state := range ledgerStates() {
		if state == s {
			l.states[row] = byte(code)
		}
	}
	l.counts[l.states[row]]++
}

// apply takes a line in. The error says what no run would have written.
func (l *ledger) apply(e *entry) error {
	switch e.kind {
	case kindSend:
		return l.send(e)
	case kindOutcome:
		return l.settle(e)
	case kindRequest:
		l.recent.add(e.at)
	}
	return nil
}

func (l *ledger) send(e *entry) error {
	switch {
	case e.row >= len(l.states):
		return fmt.Errorf("row %d of %d", e.row, len(l.states))
	case e.attempt < 1 || e.attempt > maxAttempts:
		return fmt.Errorf("row %d: attempt %d", e.row, e.attempt)
	case l.state(e.row).Terminal():
		return fmt.Errorf("row %d is sent though it is %s", e.row, l.state(e.row))
	}
	at := e.at.Add(l.skew)
	o := l.open[e.row]
	o.attempt, o.last = e.attempt, at
	if o.doubts++; o.doubts == 1 {
		o.first = at
	}
	l.open[e.row] = o
	l.set(e.row, InDoubt)
	l.recent.add(e.at)
	l.sends++
	if e.attempt > 1 {
		l.repeat++
	}
	return nil
}

func (l *ledger) settle(e *entry) error {
	if e.row >= len(l.states) {
		return fmt.Errorf("row %d of %d", e.row, len(l.states))
	}
	old, now := l.state(e.row), e.outcome.state
	o, sent := l.open[e.row]
	switch {
	case old.Terminal() && old != Unknown:
		return fmt.Errorf("row %d becomes %s though it is %s", e.row, now, old)
	case !sent && now == InDoubt:
		return fmt.Errorf("row %d is in doubt though it was never sent", e.row)
	}
	if sent && e.attempt < o.attempt { // the send of the last line was taken back before it left
		o.attempt = e.attempt
		l.sends--
		if e.attempt > 0 {
			l.repeat--
		}
	}
	l.set(e.row, now)
	switch now {
	case Pending:
		l.open[e.row] = openRow{attempt: o.attempt}
	case InDoubt:
		if e.outcome.evidence == notDone {
			o.doubts = max(o.doubts-1, 1)
		} else {
			o.status = e.outcome.status
		}
		if e.outcome.code == otherEmail {
			o.odd = e.outcome.text
		}
		l.open[e.row] = o
	default:
		delete(l.open, e.row)
	}
	if now == Created {
		l.ids.add(e.outcome.id)
		l.witness = e.outcome.id
	}
	return nil
}

// restore takes a send back that was not written.
func (l *ledger) restore(row int, s State, o openRow) {
	l.set(row, s)
	l.open[row] = o
	l.sends--
	if o.attempt > 0 {
		l.repeat--
	}
}

// tally counts the rows by state.
func (l *ledger) tally() map[State]int {
	counts := map[State]int{}
	for code, state := range ledgerStates() {
		if n := l.counts[code]; n > 0 {
			counts[state] = n
		}
	}
	return counts
}
