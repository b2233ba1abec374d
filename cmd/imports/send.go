package imports

import (
	"context"
	"errors"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
)

// send is the import from the plan to the summary.
func (o *customersImportOptions) send(ctx context.Context, env *cli.App, input *importInput) error {
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
	if err := o.protectReports(journal.Dir()); err != nil {
		return err
	}
	if err := l.limiter.Attach(journal); err != nil {
		return err
	}
	if err := l.sameTenant(ctx, journal, header); err != nil {
		return err
	}
	if err := o.decide(env, l, journal); err != nil {
		return err
	}
	plan, err := bulk.NewPlan(ctx, bulk.PlanOptions{
		API: l.calls, Key: l.key, Journal: journal,
		Total: input.checked.Rows, Invalid: input.checked.Counts[record.Invalid], Duplicates: input.checked.Counts[record.DuplicateInFile],
		Rows: input.checked.Keys(), Skip: input.checked.Skip, Workers: o.workers,
		ExpectRows: o.given("expect-rows", o.expectRows), ExpectTenant: o.expectTenant, MaxCreates: o.given("max-creates", o.maxCreates),
	})
	if err != nil {
		return err
	}
	if plan.Record.Path, err = keptPath(input.source, journal.Dir()); err != nil {
		return err
	}
	report := importReport{input: input, journal: journal, plan: plan, header: header}
	switch {
	case o.rehearse:
		tellPlan(env, l, report, "")
		return o.rehearsal(ctx, env, l, report)
	case o.dryRun:
		tellPlan(env, l, report, "")
		report.dry = true
		return o.report(ctx, env, report)
	}
	tellPlan(env, l, report, journal.Dir())
	if err := o.confirm(env, l, plan, header); err != nil {
		return err
	}
	target := importTarget{existing: plan.Known, workers: plan.Workers, Target: bulk.Target{
		API: l.calls, Limiter: l.limiter, Refresh: l.refresh, RequestTimeout: l.Settings.RequestTimeout, ClockKnown: plan.ClockKnown,
		SearchBlind: plan.SearchBlind, CloneSource: l.source, NoRules: header.NoRules,
	}}
	return o.runImport(ctx, env, target, report)
}

// given is the value of a flag, also 0, nil when it was left out.
func (o *customersImportOptions) given(flag string, value int) *int {
	if !o.flags.Changed(flag) {
		return nil
	}
	return &value
}

// importTarget is where rows are sent.
type importTarget struct {
	bulk.Target
	existing func(key string) (id string, ok bool)
	workers  int
}

// runImport sends the rows and reports what they came to.
func (o *customersImportOptions) runImport(ctx context.Context, env *cli.App, t importTarget, r importReport) error {
	limit, _ := o.errorLimit()
	checked := r.input.checked
	var meter *importMeter
	runner := bulk.NewRunner(bulk.RunOptions{
		Target: t.Target, Input: bulk.Input{Rows: checked.Each(), Skip: checked.Skip, Existing: t.existing, Changed: r.input.source.Changed},
		Journal: r.journal, Plan: r.plan.Record, Workers: t.workers,
		Quiet: o.quiet, MaxOutage: o.maxOutage, MaxErrors: limit, Canary: o.canary,
		Warn: func(row record.Row, text string) {
			place := &input.InputError{File: r.input.source.Name, Line: row.Line}
			meter.warn("%s: %s was sent; %s; it is being looked for", place.Place(), row.Values[record.Email], text)
		},
	})
	meter = startMeter(env, o.progress, runner, checked.Counts)
	defer bulk.CollectLess(checked.Rows)()
	summary, err := runner.Run(ctx)
	meter.stop()
	if summary == nil {
		return err
	}
	r.summary = summary
	if o.verify {
		o.verifyCreated(ctx, env, t.API, r)
	}
	return errors.Join(o.report(ctx, env, r), err)
}

// typedRows is from how many rows on the number has to be typed, unless the key says that it is for tests.
const typedRows = 101

// confirm asks before anything is created that cannot be taken back.
func (o *customersImportOptions) confirm(env *cli.App, l *importLink, p *bulk.Plan, h journal.Header) error {
	n := p.Create + p.InDoubt
	if n == 0 {
		return nil
	}
	question := fmt.Sprintf("Create %s at %s? There is no undo.", cli.Plural(int64(n), "customer"), h.Host)
	const spared = "Nothing was created."
	if n >= typedRows && h.KeyKind != "test" {
		return env.ConfirmCount(l.Settings.NoInput, question, spared, n)
	}
	return env.Confirm(l.Settings.NoInput, question, spared)
}
