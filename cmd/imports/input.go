package imports

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// checkedInput is a file of which every row was validated.
type checkedInput struct {
	source *input.Source
	rows   *input.Checked
	folder string // of all journals, "" where none is needed
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
	imports, spool, err := j.folders(s)
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
	checked.folder = imports
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
	source, err := j.openInput(ctx, spool)
	if err != nil {
		return nil, err
	}
	j.rules.Clone = j.cloneFrom != ""
	stop := startCheckMeter(j.app, j.options.run.progress, source)
	rows, err := input.Validate(ctx, source, j.rules)
	stop()
	if err != nil {
		_ = source.Close()
		return nil, err
	}
	return &checkedInput{source: source, rows: rows}, nil
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
func (j *job) openInput(ctx context.Context, spool string) (*input.Source, error) {
	read, err := j.readOptions()
	if err != nil {
		return nil, err
	}
	if j.resumed != nil {
		read.Name = j.resumed.file
		return input.Open(ctx, j.path, j.app.In, spool, read)
	}
	file, err := input.OpenFile(ctx, j.path, j.app.In, spool, read.MaxInput)
	if err != nil {
		return nil, err
	}
	lenient := read
	lenient.IgnoreUnknown = true // the options that know the columns may be those of another import
	if source, err := file.Source(lenient); err == nil && source.ImportID != "" {
		if err := j.adoptOptions(source.ImportID); err != nil {
			return nil, errors.Join(err, file.Close())
		}
	}
	read, err = j.readOptions()
	if err == nil {
		var source *input.Source
		if source, err = file.Source(read); err == nil {
			return source, nil
		}
	}
	return nil, errors.Join(err, file.Close())
}

// refuse ends an import of a file with invalid rows, and writes them to the file of --rejects.
func (j *job) refuse(ctx context.Context, checked *checkedInput, reason error) error {
	path := j.options.run.reports.rejects
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

// importsFolder returns the folder of the journals, each in a folder of its own. The first import makes it.
func importsFolder(s *config.Settings) (string, error) {
	state, err := s.RequireStateDir()
	if err != nil {
		return "", stateFailure(err)
	}
	return filepath.Join(state, "imports"), nil
}

// folders returns the folder of all journals, and the one for a copy of stdin, from where it can be moved to the journal. With
// --journal no state folder is needed, and a dry run makes no folder at all; "" is the system's folder for temporary files.
func (j *job) folders(s *config.Settings) (imports, spool string, err error) {
	run := &j.options.run
	switch {
	case run.dryRun && (run.journal != "" || s.StateDir == ""):
		return "", "", nil
	case run.dryRun:
		return filepath.Join(s.StateDir, "imports"), "", nil
	case run.journal == "":
		if imports, err = importsFolder(s); err != nil {
			return "", "", err
		}
		if err := os.MkdirAll(imports, 0o700); err != nil {
			return "", "", stateFailure(err)
		}
		return imports, imports, nil
	}
	spool = filepath.Dir(run.journal)
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return "", "", journalFailure(err, "name a folder that you can write to: --journal DIR")
	}
	return "", spool, nil
}

// stateFailure is a state folder that cannot be used for journals, as with a read-only home.
func stateFailure(err error) *failure.Failure {
	return journalFailure(err, "set HYDRACTL_STATE_DIR to a folder that you can write to")
}

// journalFailure is a folder that cannot be used for journals: exit 11.
func journalFailure(err error, hint string) *failure.Failure {
	message := "cannot use the folder for the journals of imports: " + err.Error()
	return &failure.Failure{Exit: failure.ExitJournal, Code: "journal_unwritable", Message: message, Hint: hint, Cause: err}
}
