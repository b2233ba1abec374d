package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk"
)

// send is the import from the plan to the summary.
func (o *customersImportOptions) send(ctx context.Context, env *Env, input *importInput) error {
	ctx, l, err := o.link(ctx, env)
	if err != nil {
		return err
	}
	header, err := o.header(l, input, env.Now())
	if err != nil {
		return err
	}
	journal, closeJournal, err := o.openJournal(env, l, header, input)
	if err != nil {
		return err
	}
	defer closeJournal()
	if err := l.pacer.Attach(journal); err != nil {
		return err
	}
	plan, err := bulk.NewPlan(ctx, bulk.PlanOptions{
		API: l.calls, Key: l.key, Journal: journal,
		Total: input.checked.Rows, Invalid: input.checked.Counts[bulk.Invalid], Duplicates: input.checked.Counts[bulk.DuplicateInFile],
		Rows: input.checked.Keys(), Skip: input.checked.Skip, Workers: o.workers,
		ExpectRows: o.expectRows, ExpectTenant: o.expectTenant, MaxCreates: o.maxCreates,
	})
	if err != nil {
		return err
	}
	if o.dryRun {
		tellPlan(env, l, header, plan, "")
		return o.report(ctx, env, importReport{input: input, journal: journal, plan: plan, header: header, dry: true})
	}
	tellPlan(env, l, header, plan, journal.Dir())
	if yes, err := o.confirm(env, l, plan, header); err != nil || !yes {
		return err
	}
	limit, _ := o.errorLimit()
	runner := bulk.NewRunner(bulk.RunOptions{
		API: l.calls, Journal: journal, Pacer: l.pacer, Plan: plan.Record, ClockKnown: plan.ClockKnown,
		Rows: input.checked.Each(), Skip: input.checked.Skip, Existing: plan.Known, Changed: input.source.Changed,
		CloneSource: l.source, NoRules: header.NoRules, Workers: plan.Workers,
		Quiet: o.quiet, MaxOutage: o.maxOutage, MaxErrors: limit, Canary: o.canary,
	})
	meter := startMeter(env, o.progress, journal, input.checked.Counts, l.pacer)
	summary, err := runner.Run(ctx)
	meter.stop()
	if summary == nil {
		return err
	}
	return errors.Join(o.report(context.WithoutCancel(ctx), env, importReport{
		input: input, journal: journal, plan: plan, header: header, summary: summary,
	}), err)
}

// confirm asks before anything is created that cannot be taken back.
func (o *customersImportOptions) confirm(env *Env, l *importLink, p *bulk.Plan, h bulk.Header) (bool, error) {
	if p.Create+p.InDoubt == 0 {
		return true, nil
	}
	return env.confirm(l.settings.NoInput, fmt.Sprintf("Create %s at %s? There is no undo.", plural(int64(p.Create+p.InDoubt), "customer"), h.Host))
}

// openJournal opens the journal that belongs to this input, or takes over that of an earlier version of it. A dry run
// looks at the journal if there is one, and makes none.
func (o *customersImportOptions) openJournal(env *Env, l *importLink, h bulk.Header, input *importInput) (*bulk.Journal, func(), error) {
	folder, err := importsFolder(l.settings)
	if err != nil {
		return nil, nil, err
	}
	dir := o.journal
	if dir == "" {
		dir = filepath.Join(folder, bulk.ImportID(h))
	}
	if o.resumeFrom != "" {
		h.ResumeFrom = filepath.Join(folder, o.resumeFrom)
	}
	var journal *bulk.Journal
	switch _, missing := os.Stat(dir); {
	case o.dryRun && missing != nil:
		return scratchJournal(input)
	case o.dryRun:
		journal, err = bulk.ReadJournal(bulk.Disk(), dir)
	case o.resumeFrom != "":
		var taken *bulk.Continuation
		journal, taken, err = bulk.ContinueJournal(bulk.Disk(), dir, h, input.checked.Rows, input.checked.Each(), input.checked.Skip)
		if err == nil {
			tellContinuation(env, input.source.Name, taken)
		}
	default:
		journal, err = bulk.OpenJournal(bulk.Disk(), dir, h)
	}
	if err != nil {
		return nil, nil, err
	}
	return journal, func() { _ = journal.Close() }, nil
}

// tellContinuation says what an edited file changes of customers that cannot be changed any more.
func tellContinuation(env *Env, file string, c *bulk.Continuation) {
	status := env.status()
	status.Note("%s needed no new send: the earlier import did it.", plural(int64(c.Carried), "row"))
	for n, row := range c.Changed {
		if n == shownProblems {
			status.Warn("and %d more rows were changed after they were sent", c.ChangedRows-shownProblems)
			break
		}
		status.Warn("%s:%d was changed after it was sent (%s %s); there is no update", file, row.Line, row.State, row.ID)
	}
	if c.Missing > 0 {
		status.Warn("%s of the earlier import, sent already, is not in the file any more", plural(int64(c.Missing), "row"))
	}
}
