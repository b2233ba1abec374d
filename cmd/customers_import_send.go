package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk"
)

// send is the import from the plan to the summary.
func (o *customersImportOptions) send(ctx context.Context, env *Env, input *importInput) error {
	ctx, l, err := o.link(ctx, env)
	if err != nil {
		return err
	}
	header, err := o.header(env, l, input)
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
	if yes, err := o.decide(env, l, journal); err != nil || !yes {
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
		Refresh: l.refresh, CloneSource: l.source, NoRules: header.NoRules, Workers: plan.Workers,
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

// typedRows is from how many rows on the number has to be typed, unless the key says that it is for tests.
const typedRows = 101

// confirm asks before anything is created that cannot be taken back.
func (o *customersImportOptions) confirm(env *Env, l *importLink, p *bulk.Plan, h bulk.Header) (bool, error) {
	n := p.Create + p.InDoubt
	if n == 0 {
		return true, nil
	}
	question := fmt.Sprintf("Create %s at %s? There is no undo.", plural(int64(n), "customer"), h.Host)
	if n >= typedRows && h.KeyKind != "test" {
		return env.confirmCount(l.settings.NoInput, question, n)
	}
	return env.confirm(l.settings.NoInput, question)
}
