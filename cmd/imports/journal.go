package imports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/pkg/client"
)

// openJournal opens the journal that belongs to this input, or takes over that of an earlier version of it. A dry run
// looks at the journal if there is one, and makes none.
func (o *customersImportOptions) openJournal(env *cli.App, l *importLink, h journal.Header, input *importInput) (*journal.Journal, func(), error) {
	dir, err := o.journalFolder(env, l, &h)
	if err != nil {
		return nil, nil, err
	}
	var j *journal.Journal
	switch _, missing := os.Stat(dir); {
	case o.rehearse: // as if nothing had been sent: what was is there
		return scratchJournal(func(scratch string) (*journal.Journal, error) { return journal.Open(files.Disk(), scratch, h) })
	case o.dryRun && missing == nil:
		j, err = journal.Read(files.Disk(), dir)
	case o.dryRun:
		return scratchJournal(func(scratch string) (*journal.Journal, error) { return o.previewJournal(env, scratch, dir, h, input) })
	case o.resumeFrom != "":
		var taken *journal.Continuation
		j, taken, err = journal.Continue(files.Disk(), dir, h, input.checked.Rows, input.checked.Each(), input.checked.Skip)
		if err == nil {
			tellContinuation(env, input.source.Name, taken)
		}
	default:
		j, err = journal.Open(files.Disk(), dir, h)
	}
	if err != nil {
		return nil, nil, err
	}
	if j.Copied() && !j.Finished() {
		env.Status().Note("The journal %s was copied: every open row is searched before it is sent.", dir)
	}
	if !o.dryRun {
		err = input.source.KeepAs(journal.KeptInput(dir))
	}
	return j, func() { o.closeJournal(j) }, err
}

// closeJournal leaves no journal behind of an import that was not begun.
func (o *customersImportOptions) closeJournal(j *journal.Journal) {
	if j.Begun() || o.dryRun || o.journal != "" {
		_ = j.Close()
		return
	}
	_ = j.Discard()
}

// journalFolder is where the journal is or will be, and puts the earlier import into the header.
func (o *customersImportOptions) journalFolder(env *cli.App, l *importLink, h *journal.Header) (string, error) {
	folder, err := importsFolder(l.Settings)
	if err != nil {
		return "", err
	}
	if o.resumeFrom != "" {
		if h.ResumeFrom, err = importFolder(env, o.resumeFrom); err != nil {
			return "", err
		}
	}
	if o.journal != "" {
		dir, err := filepath.Abs(o.journal)
		if err != nil {
			return "", err
		}
		return dir, journal.CheckFolder(dir)
	}
	names, err := journal.Names(folder)
	if err != nil {
		return "", journalFailure(err)
	}
	return journal.Find(files.Disk(), folder, names, *h)
}

// sameTenant refuses to go on with another tenant's import where the server does not tell the tenant: its customers cannot
// be seen with this credential.
func (l *importLink) sameTenant(ctx context.Context, j *journal.Journal, h journal.Header) error {
	id := j.SampleID()
	if id == "" || j.Header.Tenant != "" && h.Tenant != "" {
		return nil
	}
	_, err := l.Customers.Get(ctx, id)
	if !client.IsNotFound(err) {
		return err
	}
	err = fmt.Errorf("customer %s, which this import has created, is not there for this credential: it belongs to another tenant", id)
	return &journal.Error{Code: "journal_mismatch", Dir: j.Dir(), Err: err}
}

// previewJournal is a journal for a dry run, with what an earlier import has sent.
func (o *customersImportOptions) previewJournal(env *cli.App, scratch, dir string, h journal.Header, input *importInput) (*journal.Journal, error) {
	if o.resumeFrom == "" {
		return journal.Open(files.Disk(), scratch, h)
	}
	journal, taken, err := journal.Preview(files.Disk(), scratch, dir, h, input.checked.Rows, input.checked.Each(), input.checked.Skip)
	if err == nil {
		tellContinuation(env, input.source.Name, taken)
	}
	return journal, err
}

// scratchJournal is a journal for a look at an input that is not imported: it goes when it is closed.
func scratchJournal(open func(scratch string) (*journal.Journal, error)) (*journal.Journal, func(), error) {
	dir, err := os.MkdirTemp("", "hydractl-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { _ = os.RemoveAll(dir) }
	journal, err := open(filepath.Join(dir, "journal"))
	if err != nil {
		remove()
		return nil, nil, err
	}
	return journal, func() { _ = journal.Close(); remove() }, nil
}

// tellContinuation says what an edited file changes of customers that cannot be changed any more.
func tellContinuation(env *cli.App, file string, c *journal.Continuation) {
	status := env.Status()
	status.Note("%s needed no new send: the earlier import did it.", cli.Plural(int64(c.Carried), "row"))
	for n, row := range c.Changed {
		if n == cli.ShownProblems {
			status.Warn("and %d more rows were changed after they were sent", c.ChangedRows-cli.ShownProblems)
			break
		}
		status.Warn("%s:%d was changed after it was sent (%s %s); there is no update", file, row.Line, row.State, row.ID)
	}
	if c.Missing > 0 {
		status.Warn("%s of the earlier import, sent already, is not in the file any more", cli.Plural(int64(c.Missing), "row"))
	}
}
