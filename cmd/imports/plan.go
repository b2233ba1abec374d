package imports

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
)

// plan is what an import would do: the rows, the server, and the journal with the past of this import.
type plan struct {
	*bulk.Plan
	checked *checkedInput
	target  *target
	header  journal.Header // of this run; the journal's own may be older
	journal *journal.Journal
	close   func()
}

// plan opens the journal, looks at the server, and prints what the import would do.
func (j *job) plan(ctx context.Context, t *target, checked *checkedInput) (*plan, error) {
	header, err := j.header(ctx, t, checked)
	if err != nil {
		return nil, err
	}
	p := &plan{checked: checked, target: t, header: header}
	if p.journal, p.close, err = j.openJournal(ctx, p); err != nil {
		return nil, err
	}
	if err := j.fill(ctx, p); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// fill makes the plan once the journal is open.
func (j *job) fill(ctx context.Context, p *plan) error {
	if err := j.once.reports.protect(j.reportJournals(p)...); err != nil {
		return err
	}
	t, checked := p.target, p.checked
	if err := t.limiter.Attach(p.journal); err != nil {
		return err
	}
	if err := t.checkTenant(ctx, p.journal, p.header); err != nil {
		return err
	}
	if err := j.decide(ctx, p); err != nil {
		return err
	}
	var err error
	p.Plan, err = bulk.NewPlan(ctx, bulk.PlanOptions{
		API: t.calls, Key: t.key, Journal: p.journal,
		Total: checked.rows.Rows, Invalid: checked.rows.Counts[record.Invalid], Duplicates: checked.rows.Counts[record.DuplicateInFile],
		Rows: checked.rows.Keys(), Values: checked.rows.Each(), Workers: j.sending.workers,
		ExpectRows: j.given("expect-rows", j.once.expectRows), ExpectTenant: j.sending.expectTenant,
		MaxCreates: j.given("max-creates", j.once.maxCreates), NoneExist: j.sending.onExists == onExistsError,
		LookUp: j.once.dryRun || j.sending.onExists == onExistsError,
	})
	if err != nil {
		return err
	}
	if p.Record.Path, err = keptPath(checked.source, p.journal.Dir()); err != nil {
		return err
	}
	p.Record.Owner = p.header.Owner()
	j.printPlan(p)
	return nil
}

// header says what the import is about; it holds no credential.
func (j *job) header(ctx context.Context, t *target, checked *checkedInput) (journal.Header, error) {
	sum, err := checked.source.SHA256()
	if err != nil {
		return journal.Header{}, err
	}
	if err := j.resumed.checkContent(checked.source.Path, sum); err != nil {
		return journal.Header{}, err
	}
	kept, err := j.settings(checked.source, usedProfile(t.Settings))
	if err != nil {
		return journal.Header{}, err
	}
	login, err := t.login(ctx)
	if err != nil {
		return journal.Header{}, err
	}
	h := journal.Header{
		Operation: "create", Login: login, New: j.once.isNew, Host: t.host(), KeyKind: t.Session.Credential.APIKey.Kind(), SHA256: sum, File: checked.source.Name,
		Mapping: j.read.mapping(checked.source), CloneSource: t.cloneSource, NoRules: t.cloneSource != "" && !j.cloneRules, Created: j.app.Now(),
		Settings: kept,
	}
	if t.cloneSource != "" {
		h.Operation = "clone"
	}
	if t.key != nil {
		h.Tenant = t.key.TenantID
	}
	if from := j.once.resumeFrom; from != "" {
		h.ResumeFrom, err = findJournal(j.app, from)
	}
	return h, err
}

// settings are the choices that the journal keeps.
func (j *job) settings(source *input.Source, profile string) ([]byte, error) {
	s := settings{Version: settingsVersion, Profile: profile, Options: map[string][]string{}}
	var err error
	if s.Path, err = keptPath(source, ""); err != nil {
		return nil, err
	}
	s.keep(j.contentFlags)
	s.keep(j.sendingFlags)
	return json.Marshal(s)
}

// keptPath is where a later run finds the file, "" for a copy that the journal holds.
func keptPath(source *input.Source, dir string) (string, error) {
	if source.Copied() || dir != "" && source.Path == journal.KeptInput(dir) {
		return "", nil
	}
	return filepath.Abs(source.Path)
}

// typedRows is from how many rows on the number has to be typed, unless the key is for tests.
const typedRows = 101

// confirm asks before anything is created that cannot be undone. With --canary it asks for the first rows only, and where it cannot
// ask, the flag is the answer: the others wait for a --yes.
func (j *job) confirm(ctx context.Context, p *plan) error {
	n, first := p.Create+p.InDoubt, j.canaryRows(p)
	switch {
	case n == 0, first > 0 && !j.app.Agreed() && !j.app.CanAsk():
		return nil
	case first > 0:
		return j.ask(ctx, p, first, fmt.Sprintf("Create the first %d of %s at %s? There is no undo.", first, cli.Plural(int64(n), "customer"), p.header.Host), "Nothing was created.")
	}
	return j.ask(ctx, p, n, fmt.Sprintf("Create %s at %s? There is no undo.", cli.Plural(int64(n), "customer"), p.header.Host), "Nothing was created.")
}

// ask asks a question about so many customers.
func (j *job) ask(ctx context.Context, p *plan, n int, question, declined string) error {
	if n >= typedRows && p.header.KeyKind != "test" {
		return j.app.ConfirmCount(ctx, question, declined, n)
	}
	return j.app.Confirm(ctx, question, declined)
}
