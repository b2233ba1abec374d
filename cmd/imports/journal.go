package imports

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/files"
)

// openJournal opens the journal that belongs to this input, or continues that of an earlier version of it. A dry run reads the
// journal if there is one, and makes none.
func (j *job) openJournal(ctx context.Context, p *plan) (opened *journal.Journal, done func(), err error) {
	dir, err := j.journalDir(p)
	if err != nil {
		return nil, nil, err
	}
	run := &j.once
	if run.rehearse { // nothing was sent to the sandbox before
		return scratchJournal(func(scratch string) (*journal.Journal, error) { return journal.Open(files.Disk(), scratch, p.header) })
	}
	_, missing := journal.ReadHeader(files.Disk(), dir)
	if err := j.checkPast(ctx, p, dir, missing == nil); err != nil {
		return nil, nil, err
	}
	switch {
	case run.dryRun && missing != nil:
		return scratchJournal(func(scratch string) (*journal.Journal, error) { return j.previewJournal(p, scratch, dir) })
	case run.dryRun:
		opened, err = journal.Read(files.Disk(), dir)
	case run.resumeFrom != "":
		opened, err = j.continueJournal(p, dir)
	default:
		opened, err = journal.Open(files.Disk(), dir, p.header)
	}
	if err != nil {
		return nil, nil, err
	}
	done = func() { j.closeJournal(opened) }
	if opened.Copied() && !opened.Finished() {
		j.app.Status().Note("The journal %s was copied: every open row is searched before it is sent.", dir)
	}
	if !run.dryRun {
		err = p.checked.source.KeepAs(journal.KeptInput(dir))
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return opened, done, nil
}

// closeJournal leaves no journal behind of an import that was not started.
func (j *job) closeJournal(journal *journal.Journal) {
	if journal.Begun() || j.once.dryRun || j.once.journal != "" {
		_ = journal.Close()
		return
	}
	_ = journal.Discard()
}

// journalDir returns the folder where the journal is or will be.
func (j *job) journalDir(p *plan) (string, error) {
	if dir := j.once.journal; dir != "" {
		dir, err := filepath.Abs(dir)
		if err != nil {
			return "", err
		}
		if p.checked.from.below {
			dir = filepath.Join(dir, journal.ImportID(p.header))
		}
		return dir, journal.CheckFolder(dir)
	}
	all := p.checked.journalsDir
	if all == "" {
		return "", nil
	}
	dirs, err := j.journals(all)
	if err != nil {
		return "", err
	}
	return journal.Find(files.Disk(), all, dirs, p.header)
}

// journals returns the folders in folder. A dry run needs none, so that it goes on where no folder can be made.
func (j *job) journals(folder string) ([]string, error) {
	dirs, err := journal.List(folder)
	if err != nil && !(j.once.dryRun && errors.Is(err, syscall.ENOTDIR)) {
		return nil, stateFailure(err)
	}
	return dirs, nil
}

// edited returns the rows for the journal of an import that is continued with them.
func (c *checkedInput) edited() journal.Edited {
	return journal.Edited{Total: c.rows.Rows, Rows: c.rows.Each()}
}

// continueJournal opens the journal of an edited file and takes over what the earlier import did.
func (j *job) continueJournal(p *plan, dir string) (*journal.Journal, error) {
	opened, continued, err := journal.Continue(files.Disk(), dir, p.header, p.checked.edited())
	if err == nil {
		printContinuation(j.app, p.checked.source.Name, continued)
	}
	return opened, err
}

// previewJournal is a journal for a dry run, with what an earlier import has sent.
func (j *job) previewJournal(p *plan, scratch, dir string) (*journal.Journal, error) {
	if j.once.resumeFrom == "" {
		return journal.Open(files.Disk(), scratch, p.header)
	}
	opened, continued, err := journal.Preview(files.Disk(), scratch, dir, p.header, p.checked.edited())
	if err == nil {
		printContinuation(j.app, p.checked.source.Name, continued)
	}
	return opened, err
}

// scratchJournal is a temporary journal for an input that is not imported: it is removed when it is closed.
func scratchJournal(open func(scratch string) (*journal.Journal, error)) (*journal.Journal, func(), error) {
	dir, err := os.MkdirTemp("", "hydractl-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { _ = os.RemoveAll(dir) }
	opened, err := open(filepath.Join(dir, "journal"))
	if err != nil {
		remove()
		return nil, nil, err
	}
	return opened, func() { _ = opened.Close(); remove() }, nil
}

// printContinuation prints what an edited file changes of customers that cannot be changed any more.
func printContinuation(app *cli.App, file string, c *journal.Continuation) {
	status := app.Status()
	status.Note("%s already sent by the earlier import.", cli.Plural(int64(c.Carried), "row"))
	for n, row := range c.Changed {
		if n == input.ShownExamples {
			status.Warn("and %d more rows were changed after they were sent", c.ChangedRows-input.ShownExamples)
			break
		}
		status.Warn("%s:%d was changed after it was sent (%s %s); there is no update", file, row.Line, row.State, row.ID)
	}
	if c.Missing > 0 {
		status.Warn("%s of the earlier import, already sent, not in the file any more", cli.Plural(int64(c.Missing), "row"))
	}
}
