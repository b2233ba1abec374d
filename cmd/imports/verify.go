package imports

import (
	"context"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// shownIDs is how many customers are named one by one.
const shownIDs = 20

// verifyCreated reads back what the import has created, once it is finished, and notes in the summary what is missing.
func (o *customersImportOptions) verifyCreated(ctx context.Context, env *cli.App, api reconcile.API, r importReport) {
	status, s := env.Status(), r.summary
	if s.Stop != nil {
		status.Note("What was created is read back once the import is finished.")
		return
	}
	v, err := bulk.Verify(ctx, api, r.journal, o.quiet)
	switch {
	case ctx.Err() != nil:
		s.Stop = &bulk.StopError{Reason: bulk.StopInterrupted, Err: context.Cause(ctx)}
		return
	case err != nil:
		s.Unread = err
		return
	}
	if s.Missing = len(v.Missing); s.Missing > 0 {
		status.Warn("created by this import, and not there: %s", someIDs(v.Missing))
	}
	if len(v.Unlisted) > 0 {
		status.Warn("created by this import, and there, but in no list: %s", someIDs(v.Unlisted))
	}
	if v.NoID > 0 {
		status.Note("%s created by your word, without an id to look for.", rowsAre(v.NoID))
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

// verifyFailure says what came of reading back, for an import in which nothing else went wrong; nil when all is there.
func verifyFailure(r importReport) *failure.Failure {
	f := &failure.Failure{Exit: failure.ExitServer, Outcome: failure.OutcomePartial}
	switch s := r.summary; {
	case s.Missing > 0:
		f.Code, f.Message = "customers_missing", cli.Plural(int64(s.Missing), "created customer")+" cannot be found: the server has lost what it confirmed"
		f.Hint = "to create them anew, put their rows, which --results tells by the ids, into a file of their own"
	case s.Unread != nil:
		f.Code, f.Cause, f.Retryable = "not_verified", s.Unread, true
		f.Message = "what was created could not be read back: " + cli.Describe(s.Unread)
		f.Hint = "the same command reads it back; nothing is sent again"
	default:
		return nil
	}
	return f
}
