package imports

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// checkedInput is a file of which every row was validated.
type checkedInput struct {
	source *input.Source
	rows   *input.Checked
	from   rejectsOf

	journalsDir string // the folder of all journals, "" where none is needed
}

// Close removes the copy of stdin, unless a journal keeps it.
func (c *checkedInput) Close() { _ = c.source.Close() }

// checkInput reads and validates the whole input and prints what was found. An input with invalid rows is an error, and
// --rejects has the rows.
func (j *job) checkInput(ctx context.Context) (*checkedInput, error) {
	s, err := j.app.Settings()
	if err != nil {
		return nil, err
	}
	if _, err := output.New(j.app.Output(s), summaryColumns()); err != nil { // before anything is sent
		return nil, err
	}
	journals, spool, err := j.folders(s)
	if err != nil {
		return nil, err
	}
	if err := j.checkReports(); err != nil {
		return nil, err
	}
	checked, err := j.readInput(ctx, spool)
	if err != nil {
		annotateRefusal(j.app, j.path, nil, err)
		return nil, j.advise(err)
	}
	checked.journalsDir = journals
	checked.print(j.app)
	if err := checked.rows.Err(); err != nil {
		defer checked.Close()
		annotateRefusal(j.app, checked.source.Name, checked, err)
		return nil, j.advise(j.refuse(ctx, checked, err))
	}
	j.printReady(checked)
	return checked, nil
}

// readInput reads and validates the input. A copy of stdin is made in the folder spool.
func (j *job) readInput(ctx context.Context, spool string) (*checkedInput, error) {
	source, from, err := j.openInput(ctx, spool)
	if err != nil {
		return nil, err
	}
	rules := j.rules
	rules.Clone = j.cloneFrom != ""
	stop := startCheckProgress(j.app, j.once.progress, source)
	rows, err := input.Validate(ctx, source, rules)
	stop()
	if err != nil {
		_ = source.Close()
		return nil, err
	}
	return &checkedInput{source: source, rows: rows, from: from}, nil
}

// readOptions are how the input is read.
func (j *job) readOptions() (input.ReadOptions, error) {
	o, err := j.read.options()
	if err == nil {
		o.MaxInput, err = j.options.readSize()
	}
	return o, err
}

// openInput opens the input. A file of rejects is read with the options of its import.
func (j *job) openInput(ctx context.Context, spool string) (source *input.Source, from rejectsOf, err error) {
	read, err := j.readOptions()
	if err != nil {
		return nil, from, err
	}
	if j.resumed != nil {
		read.Name = j.resumed.file
		source, err = input.Open(ctx, j.path, j.app.In, spool, read)
		return source, from, err
	}
	file, err := input.OpenFile(ctx, j.path, j.app.In, spool, read.MaxInput)
	if err != nil {
		return nil, from, err
	}
	lenient := read
	lenient.IgnoreUnknown = true // the options that know the columns may be those of another import
	if source, err := file.Source(lenient); err == nil && source.ImportID != "" {
		if from, err = j.adoptOptions(source.ImportID); err != nil {
			return nil, from, errors.Join(err, file.Close())
		}
	}
	if read, err = j.readOptions(); err == nil {
		source, err = file.Source(read)
	}
	if err != nil {
		return nil, from, errors.Join(err, file.Close())
	}
	return source, from, nil
}

// refuse ends an import of a file with invalid rows, and writes them to the file of --rejects.
func (j *job) refuse(ctx context.Context, checked *checkedInput, reason error) error {
	path := j.once.reports.rejects
	if path == "" {
		return reason
	}
	switch n, err := j.writeCheckedRejects(ctx, checked, nil, path); {
	case err != nil:
		j.app.Status().Warn("cannot write the invalid rows: %v", err)
	case n > 0:
		j.app.Status().Note("Rejected rows: %s (%d)", path, n)
	default:
		j.app.Status().Note("%s has no rows: the file is refused as a whole.", path)
	}
	return reason
}

// folders returns the folder of all journals, and the one for a copy of stdin, from where it can be moved to the journal. With
// --journal no state folder is needed, and a dry run makes no folder at all; "" is the system's folder for temporary files.
func (j *job) folders(s *config.Settings) (journals, spool string, err error) {
	run := &j.once
	switch {
	case run.dryRun && (run.journal != "" || s.StateDir == ""):
		return "", "", nil
	case run.dryRun:
		journals = filepath.Join(s.StateDir, "imports")
		if _, err := journal.List(journals); err != nil {
			return "", "", nil //nolint:nilerr // a dry run goes on without
		}
		return journals, "", nil
	case run.journal == "":
		if journals, err = journalsDir(j.app); err != nil {
			return "", "", err
		}
		if err := os.MkdirAll(journals, 0o700); err != nil {
			return "", "", stateFailure(err)
		}
		return journals, journals, nil
	}
	spool = filepath.Dir(run.journal)
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return "", "", journalFailure(err, "name a folder that you can write to: --journal DIR")
	}
	return "", spool, nil
}
