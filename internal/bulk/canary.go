package bulk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// CanaryRow is one of the first rows, as it was read back.
type CanaryRow struct {
	Line     int
	Customer *client.CustomerDetail
}

// sendCanary sends the first rows, one after another, and reads back what they have become. Those that an earlier run has
// sent are read back again as long as no more were sent: it may have ended before it looked.
func (r *Runner) sendCanary(ctx context.Context) {
	left := r.options.Canary - r.journal.Counts()[record.Created]
	if left < 0 {
		return
	}
	if left > 0 {
		r.pass(ctx, pass{serial: true, limit: left, all: true})
	}
	last, err := r.journal.LastOutcomes()
	if err != nil {
		r.stopper.stop(StopJournal, err)
		return
	}
	canary := r.checkCanary(ctx, last)
	if left == 0 || r.options.Approve == nil || ctx.Err() != nil {
		return
	}
	if err := r.options.Approve(ctx, canary); err != nil && ctx.Err() == nil {
		r.stopper.stop(StopApproval, err)
	}
}

// checkCanary goes through the rows that were sent. One that is not as it was sent stops the run.
func (r *Runner) checkCanary(ctx context.Context, last *journal.Outcomes) (canary []CanaryRow) {
	until := time.Now().Add(r.options.Quiet)
	for row, err := range r.options.Rows {
		if err != nil || ctx.Err() != nil || len(canary) == r.options.Canary {
			return canary
		}
		switch state, _ := r.journal.State(row.Index); state {
		case record.Created:
			made, err := r.readBack(ctx, last, &row, until)
			if err != nil {
				if ctx.Err() == nil {
					r.stopper.stop(StopCanary, fmt.Errorf("the customer of line %d was created, but %w", row.Line, err))
				}
				return canary
			}
			canary = append(canary, CanaryRow{row.Line, made})
		case record.Rejected, record.Unknown:
			r.stopper.stop(StopCanary, fmt.Errorf("line %d is %s", row.Line, state))
			return canary
		}
	}
	return canary
}

// readBack looks for the customer of a row and compares it with what was sent. Reads may lag behind, so it is looked for more
// than once. A row that counts as created by the user's word has no customer to read.
func (r *Runner) readBack(ctx context.Context, last *journal.Outcomes, row *record.Row, until time.Time) (*client.CustomerDetail, error) {
	e, err := last.Find(row.Index)
	if err != nil || e == nil || e.Outcome.ID == uuid.Nil {
		return nil, err
	}
	id := e.Outcome.ID
	made, err := reconcile.ReadUntil(ctx, r.server, id.String(), until)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read back: %w", err)
	case made == nil:
		return nil, errors.New("is not found as " + id.String())
	}
	return made, differs(row.Values, made)
}

// differs names the first field that is not what was sent. One that is null or missing says nothing, and no answer holds the
// industry.
func differs(sent record.Values, made *client.CustomerDetail) error {
	for i, got := range [record.FieldCount]*string{
		record.CompanyName: made.CompanyName, record.Email: made.Email, record.CountryCode: made.CountryCode, record.Currency: made.Currency,
		record.Locale: made.Locale, record.Timezone: made.Timezone,
	} {
		same := got == nil || sent[i] == "" || reconcile.SameText(sent[i], *got)
		if i == record.Email && !same {
			same = emailaddr.Same(sent[i], *got)
		}
		if !same {
			return fmt.Errorf("has the %s %q in place of %q", record.Label(i), input.Clip(*got), input.Clip(sent[i]))
		}
	}
	return nil
}
