package imports

import (
	"context"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// shownIDs is how many customers are listed by ID.
const shownIDs = 20

// verifyCreated reads back what the import has created, once it is finished, and records in the summary what is missing.
func (j *job) verifyCreated(ctx context.Context, p *plan, s *bulk.Summary) {
	status := j.app.Status()
	if s.Stop != nil {
		status.Note("The created customers are read back once the import is finished.")
		return
	}
	v, err := bulk.Verify(ctx, p.target.calls, p.journal, j.sending.quiet)
	switch {
	case ctx.Err() != nil:
		s.Stop = &bulk.StopError{Reason: bulk.StopInterrupted, Err: context.Cause(ctx)}
		return
	case err != nil:
		s.Unread = err
		return
	}
	if s.Missing = len(v.Missing); s.Missing > 0 {
		status.Warn("created by this import, but missing: %s", someIDs(v.Missing))
	}
	if len(v.Unlisted) > 0 {
		status.Warn("created by this import, but missing from the list: %s", someIDs(v.Unlisted))
	}
	if v.NoID > 0 {
		status.Note("%s assumed to be created, without an ID to look for.", rowsAre(v.NoID))
	}
	if n := v.Created - v.NoID - s.Missing; n > 0 {
		status.Note("Read back %s.", cli.Plural(int64(n), "created customer"))
	}
}

func someIDs(ids []string) string {
	if more := len(ids) - shownIDs; more > 0 {
		return cli.JoinComma(ids[:shownIDs]) + fmt.Sprintf(" and %d more", more)
	}
	return cli.JoinComma(ids)
}

// verifyFailure is the failure of an import whose customers were not all read back; nil when they were.
func verifyFailure(s *bulk.Summary) *failure.Failure {
	f := &failure.Failure{Exit: failure.ExitServer, Outcome: failure.OutcomePartial}
	switch {
	case s.Missing > 0:
		f.Code, f.Message = "customers_missing", cli.Plural(int64(s.Missing), "created customer")+" cannot be found: the server lost what it had confirmed"
		f.Hint = "to create them again, import their rows (--results has the IDs) from a file of their own"
	case s.Unread != nil:
		f.Code, f.Cause, f.Retryable = "not_verified", s.Unread, true
		f.Message = "the created customers could not be read back: " + cli.Describe(s.Unread)
		f.Hint = "the same command reads them back; nothing is sent again"
	default:
		return nil
	}
	return f
}
