package imports

import (
	"context"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

// destination is where rows are sent: the server, or a throw-away sandbox.
type destination struct {
	bulk.Target
	existing func(key string) (bulk.Existing, bool)
	workers  int
}

// execute carries out the plan. It returns nil when nothing was started: for a dry run, and before an error.
func (j *job) execute(ctx context.Context, p *plan) (*bulk.Summary, error) {
	switch {
	case j.once.rehearse:
		return j.rehearse(ctx, p)
	case j.once.dryRun:
		return nil, nil
	}
	if err := j.confirm(ctx, p); err != nil {
		return nil, err
	}
	t := p.target
	known := p.Known
	if !p.Swept {
		known = nil
	}
	return j.send(ctx, p, destination{existing: known, workers: p.Workers, Target: bulk.Target{
		API: t.calls, Limiter: t.limiter, Ready: t.ready, Refresh: t.refresh, RequestTimeout: t.Settings.RequestTimeout, ClockKnown: p.ClockKnown,
		SearchBlind: p.SearchBlind, CloneSource: t.cloneSource, NoRules: p.header.NoRules,
	}})
}

// send sends the rows, and with --verify reads back what they created.
func (j *job) send(ctx context.Context, p *plan, d destination) (*bulk.Summary, error) {
	limit, err := j.sending.errorLimit()
	if err != nil {
		return nil, err
	}
	rows := p.checked.rows
	progress := newImportProgress(j.app, j.once.progress, j.sending.quiet)
	place := func(line int) string { return (&input.Error{File: p.checked.source.Name, Line: line}).Place() }
	runner := bulk.NewRunner(bulk.RunOptions{
		Target: d.Target, Input: bulk.Input{Rows: rows.Each(), Existing: d.existing, Changed: p.checked.source.Changed},
		Journal: p.journal, Plan: p.Record, Workers: d.workers,
		Quiet: j.sending.quiet, MaxOutage: j.sending.maxOutage, MaxErrors: limit, Canary: j.sending.canary,
		Warn: func(row record.Row, text string) {
			j.app.Status().Warn("%s: %s was sent; %s; hydractl looks for it", place(row.Line), row.Values[record.Email], text)
		},
		Differs: func(row bulk.DifferingRow) {
			if j.sending.onExists == onExistsReport && !j.once.rehearse {
				j.app.Status().Warn("%s: %s exists with other data: %s", place(row.Line), row.Key, bulk.DescribeDifferences(row.Differences))
			}
		},
		StopOnExisting: j.sending.onExists == onExistsError, Approve: j.approver(p, progress),
	})
	stop := progress.start(runner)
	defer bulk.CollectLess(rows.Rows)()
	summary, err := runner.Run(ctx)
	stop()
	if summary != nil && j.once.verify {
		j.verifyCreated(ctx, p, summary)
	}
	return summary, err
}
