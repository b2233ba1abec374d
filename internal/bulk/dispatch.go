package bulk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

// checkEvery is the distance of the rows at which the file itself is looked at: rows between them come from a buffer that
// was filled before.
const checkEvery = 16

// dispatcher reads the input and hands out the rows that have something left to do.
type dispatcher struct {
	*RunOptions

	stopper  *stopper
	recorder *recorder
	learned  *reconcile.Learned
	sample   journal.Sample // of an earlier run
	copied   bool           // the journal; another copy may have sent the rows
}

// pass is one reading of the input.
type pass struct {
	serial    bool // one row after another; an unconfirmed one is reconciled before the next is sent
	limit     int  // rows to be handed out, 0 for all
	all       bool // rows with an email and without
	anonymous bool // the rows without an email, in place of those with one
}

// dispatch hands out the rows of a pass, and reports whether it left rows to the pass of the anonymous ones.
func (d *dispatcher) dispatch(ctx context.Context, p pass, hand func(*job)) (anonymous bool) {
	rows, read, handed := d.Journal.Rows(), 0, 0
	for row, err := range d.Rows {
		read++
		if ctx.Err() != nil {
			return anonymous
		}
		if err := d.check(row, rows, err); err != nil {
			d.stopper.stop(StopFile, err)
			return anonymous
		}
		if row.State.Terminal() {
			continue
		}
		if !p.all && (row.Key == "") != p.anonymous {
			anonymous = true
			continue
		}
		j := d.job(row)
		if j == nil {
			continue
		}
		hand(j)
		if handed++; handed == p.limit {
			return anonymous
		}
	}
	if read != rows {
		d.stopper.stop(StopFile, fmt.Errorf("the input has %d rows; it had %d when it was checked", read, rows))
	}
	return anonymous
}

// check returns why a row that was read is not one of those that were checked before the run.
func (d *dispatcher) check(row record.Row, rows int, err error) error {
	switch {
	case err != nil:
		return err
	case row.Index%checkEvery == 0 && d.Changed != nil && d.Changed():
		return errors.New("the input has changed since it was checked")
	case row.Index >= rows:
		return fmt.Errorf("the input has more than the %d rows that it had when it was checked", rows)
	}
	return nil
}

// job returns what is left to do for a row; nil for nothing.
func (d *dispatcher) job(row record.Row) *job {
	if s := d.sample; s.ID != uuid.Nil && s.Row == row.Index {
		d.learned.SetEarlier(reconcile.Create{ID: s.ID.String(), Sent: row.Values, Started: s.Sent, Ended: s.Ended})
	}
	state, open := d.Journal.State(row.Index)
	if state.Terminal() {
		return nil
	}
	j := &job{row: row, OpenRow: open}
	j.key, j.payload = record.Hashes(&row)
	if state == record.InDoubt {
		if !j.Ended { // the process died meanwhile
			j.Last = j.Last.Add(lineLasts + d.RequestTimeout)
		}
		if now := time.Now(); now.Before(j.Last) {
			j.Last = now
		}
		return j
	}
	j.search = d.copied
	if d.Existing != nil && row.Key != "" {
		if found, there := d.Existing(row.Key); there {
			d.recorder.exists(j, journal.Outcome{ID: found.ID, Evidence: journal.ByList}, differences(&row.Values, found.fields))
			return nil
		}
		j.absent = true
	}
	return j
}
