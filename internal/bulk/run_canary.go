package bulk

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// sendCanary sends the first rows, one after another, and reads back what they have become.
func (r *Runner) sendCanary(ctx context.Context) {
	left := r.o.Canary - r.journal.Counts()[Created]
	if left <= 0 {
		return
	}
	r.pass(ctx, pass{lanes: 1, limit: left, canary: true})
	begun := 0
	for row, err := range r.o.Rows {
		if err != nil || ctx.Err() != nil || begun == r.o.Canary {
			return
		}
		switch state, _ := r.journal.state(row.Index); state {
		case Created:
			begun++
			r.checkCanary(ctx, row)
		case Rejected, Unknown:
			r.stop(StopCanary, fmt.Errorf("line %d is %s", row.Line, state))
			return
		}
	}
}

// checkCanary looks for a customer that was created, with the fields that were sent.
func (r *Runner) checkCanary(ctx context.Context, row Row) {
	if row.Key == "" {
		return
	}
	found, err := r.resolver.find(ctx, row.Values[Email], r.started)
	if err != nil {
		if ctx.Err() == nil {
			r.stop(StopCanary, fmt.Errorf("line %d: %w", row.Line, err))
		}
		return
	}
	for i := range found {
		id, _ := uuid.Parse(found[i].ID)
		if r.journal.claimed(id) && sameFields(row.Values, &found[i]) {
			return
		}
	}
	r.stop(StopCanary, fmt.Errorf("the customer of line %d was created, but is not found with the fields that were sent", row.Line))
}
