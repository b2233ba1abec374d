package bulk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

// pass is one reading of the input.
type pass struct {
	serial    bool // one row after another; one in doubt is settled before the next is begun
	limit     int  // rows to be begun, 0 for all
	canary    bool // all rows, whether they have an email or not
	anonymous bool // the rows without an email, in place of those with one
}

// job is a row on its way.
type job struct {
	row     record.Row
	key     record.RowKey
	payload record.PayloadKey
	attempt int       // of the last send
	doubts  int       // sends of which nobody knows whether they were carried out
	first   time.Time // of those, by the server's clock
	last    time.Time
	status  int    // of the answer to the last of them, 0 when none came
	odd     string // what an answer said that was about another email

	booked bool // line is in the journal, and not sent
	line   journal.SendLine
}

// standing is the state of a row whose latest send was not carried out.
func (j *job) standing() record.State {
	if j.doubts > 0 {
		return record.InDoubt
	}
	return record.Pending
}

// doubted takes a send in whose outcome is not known.
func (j *job) doubted(at time.Time, status int) {
	if j.doubts++; j.doubts == 1 {
		j.first = at
	}
	j.last, j.status = at, status
}

// pass brings the rows to their states. It tells whether there are rows that it left to the pass for rows without an
// email.
func (r *Runner) pass(ctx context.Context, p pass) (anonymous bool) {
	lanes, ahead := r.o.Workers, aheadPerWorker*r.o.Workers
	if p.serial {
		lanes, ahead = 1, 0
	}
	jobs := make(chan *job, ahead)
	var working sync.WaitGroup
	for range lanes {
		working.Go(func() {
			for j := range jobs {
				r.handle(ctx, j, p.serial)
			}
		})
	}
	anonymous = r.dispatch(ctx, p, jobs)
	close(jobs)
	working.Wait()
	r.settling.Wait()
	return anonymous && ctx.Err() == nil
}

// dispatch reads the input and hands out the rows that have something left to do.
func (r *Runner) dispatch(ctx context.Context, p pass, jobs chan<- *job) (anonymous bool) {
	rows, begun := 0, 0
	for row, err := range r.o.Rows {
		rows++
		if ctx.Err() != nil {
			return anonymous
		}
		if err := r.checkInput(row, err); err != nil {
			r.stop(StopFile, err)
			return anonymous
		}
		if journal.Skipped(r.o.Skip, row.Index) {
			continue
		}
		if !p.canary && (row.Key == "") != p.anonymous {
			anonymous = true
			continue
		}
		j := r.job(row)
		if j == nil {
			continue
		}
		if !p.serial {
			r.bookAhead(ctx, j)
		}
		jobs <- j // the lanes take all, if only to take back what is booked
		if begun++; begun == p.limit {
			return anonymous
		}
	}
	if rows != r.journal.Rows() {
		r.stop(StopFile, fmt.Errorf("the input has %d rows; it had %d when it was checked", rows, r.journal.Rows()))
	}
	return anonymous
}

// checkInput looks at the file itself at every 16th row: what comes from a buffer was in the file that was checked.
func (r *Runner) checkInput(row record.Row, err error) error {
	const every = 16
	switch {
	case err != nil:
		return err
	case row.Index%every == 0 && r.o.Changed != nil && r.o.Changed():
		return errors.New("the input has changed since it was checked")
	case row.Index >= r.journal.Rows():
		return fmt.Errorf("the input has more than the %d rows that it had when it was checked", r.journal.Rows())
	}
	return nil
}

// job is what is left to do for a row; nil for nothing.
func (r *Runner) job(row record.Row) *job {
	state, open := r.journal.State(row.Index)
	if state.Terminal() {
		return nil
	}
	j := &job{row: row, attempt: open.Attempt, odd: open.Odd}
	j.key, j.payload = record.Hashes(&row)
	if state == record.InDoubt {
		now := r.journal.ServerTime(time.Now())
		j.doubts, j.first, j.last, j.status = max(open.Doubts, 1), open.First, earlier(open.Last, now), open.Status
		return j
	}
	if r.o.Existing != nil && row.Key != "" {
		if id, found := r.o.Existing(row.Key); found {
			parsed, _ := uuid.Parse(id)
			r.settled(j, journal.Outcome{State: record.Exists, ID: parsed, Evidence: "list"})
			return nil
		}
	}
	return j
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
