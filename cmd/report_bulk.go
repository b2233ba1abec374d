package cmd

import (
	"errors"

	"github.com/hydracore/hydractl/internal/bulk"
)

// fromBulk reads what an import says before it begins: a journal that cannot be used, a plan that is not as expected.
func (r *report) fromBulk(err error) bool {
	if e, ok := errors.AsType[*bulk.JournalError](err); ok {
		r.Code, r.Message, r.ExitCode = e.Code, e.Error(), exitJournal
		return true
	}
	if e, ok := errors.AsType[*bulk.PlanError](err); ok {
		r.Code, r.Message, r.ExitCode = e.Code, e.Error(), exitUsage
		if e.Code == "missing_scope" {
			r.ExitCode = exitAuth
		}
		return true
	}
	if e, ok := errors.AsType[*bulk.StopError](err); ok {
		end := bulk.Summary{Stop: e}
		r.Code, r.Message, r.ExitCode = string(e.Reason), stopText(e), end.ExitCode()
		return true
	}
	return false
}
