package imports

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

// checkedInput is a file of which every row was validated.
type checkedInput struct {
	source *input.Source
	rows   *input.Checked
}

// Close removes the copy of stdin, unless a journal keeps it.
func (c *checkedInput) Close() { _ = c.source.Close() }

// checkInput reads and validates the whole input and prints what was found. An input with invalid rows is an error, and
// --rejects has the rows.
func (j *job) checkInput(ctx context.Context) (*checkedInput, error) {
	s, err := j.env.Settings()
	if err != nil {
		return nil, err
	}
	if _, err := output.New(j.env.Output(s), summaryColumns()); err != nil { // before anything is sent
		return nil, err
	}
	folder, err := j.spoolFolder(s)
	if err != nil {
		return nil, err
	}
	if err := j.checkReports(folder); err != nil {
		return nil, err
	}
	checked, err := j.readInput(ctx, folder)
	if err != nil {
		annotateRefusal(j.env, j.path, nil, err)
		return nil, j.advise(err)
	}
	checked.print(j.env)
	if err := checked.rows.Err(); err != nil {
		defer checked.Close()
		annotateRefusal(j.env, checked.source.Name, checked, err)
		return nil, j.advise(j.refuse(ctx, checked, err))
	}
	j.printReady(checked)
	return checked, nil
}

// readInput reads and validates the input.
func (j *job) readInput(ctx context.Context, folder string) (*checkedInput, error) {
	read, err := j.read.options()
	if err != nil {
		return nil, err
	}
	j.rules.Clone = j.cloneFrom != ""
	if j.resumed != nil {
		read.Name = j.resumed.file
	}
	source, err := input.Open(ctx, j.path, j.env.In, folder, read)
	if err != nil {
		return nil, err
	}
	stop := startCheckMeter(j.env, j.options.run.progress, source)
	rows, err := input.Validate(ctx, source, j.rules)
	stop()
	if err != nil {
		_ = source.Close()
		return nil, err
	}
	return &checkedInput{source, rows}, nil
}

// refuse ends an import of a file with invalid rows, and writes them to the file of --rejects.
func (j *job) refuse(ctx context.Context, checked *checkedInput, reason error) error {
	path := j.options.run.reports.rejects
	if path == "" {
		return reason
	}
	n, err := j.writeInvalid(ctx, checked, path)
	if err != nil {
		j.env.Status().Warn("cannot write the invalid rows: %v", err)
		return reason
	}
	j.env.Status().Note("Rejected rows: %s (%d)", path, n)
	return reason
}

func (j *job) writeInvalid(ctx context.Context, checked *checkedInput, path string) (int, error) {
	if err := protectReport("--rejects", path, j.options.run.reports.force); err != nil {
		return 0, err
	}
	scratch, remove, err := scratchJournal(func(dir string) (*journal.Journal, error) {
		return journal.Open(files.Disk(), dir, journal.Header{Operation: "create", File: checked.source.Name})
	})
	if err != nil {
		return 0, err
	}
	defer remove()
	return bulk.WriteRejects(ctx, files.Disk(), path, scratch, checked.rows)
}

// importsFolder returns the folder of the journals, each in a folder of its own.
func importsFolder(s *config.Settings) (string, error) {
	state, err := s.RequireStateDir()
	if err != nil {
		return "", journalFailure(err)
	}
	folder := filepath.Join(state, "imports")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", journalFailure(err)
	}
	return folder, nil
}

// spoolFolder returns the folder for a copy of stdin: beside the journal, so that it can be moved there.
func (j *job) spoolFolder(s *config.Settings) (string, error) {
	if j.options.run.journal == "" {
		return importsFolder(s)
	}
	folder := filepath.Dir(j.options.run.journal)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", journalFailure(err)
	}
	return folder, nil
}

// journalFailure is a journal that cannot be written: exit 11.
func journalFailure(err error) *failure.Failure {
	return &failure.Failure{Exit: failure.ExitJournal, Code: "journal_unwritable", Message: "cannot write the journal of the import: " + err.Error(), Cause: err}
}

// checkMeter shows on a terminal how much of a file is checked, when that takes longer than checkQuick.
type checkMeter struct {
	env         *cli.App
	source      *input.Source
	quit, ended chan struct{}
}

const checkQuick = 500 * time.Millisecond

// startCheckMeter returns a function that ends the meter and returns when it is off the screen.
func startCheckMeter(env *cli.App, mode string, source *input.Source) (stop func()) {
	if mode != "auto" || env.Quiet() || !env.Terminal.Err {
		return func() {}
	}
	m := &checkMeter{env, source, make(chan struct{}), make(chan struct{})}
	go m.run()
	return func() { close(m.quit); <-m.ended }
}

func (m *checkMeter) run() {
	defer close(m.ended)
	quick := time.NewTimer(checkQuick)
	defer quick.Stop()
	select {
	case <-quick.C:
	case <-m.quit:
		return
	}
	meter := output.NewMeter(m.env.Err, "auto", max(m.env.Terminal.Width(), 20), m.env.Now)
	defer meter.Close()
	tick := time.NewTicker(meterEvery)
	defer tick.Stop()
	for {
		meter.Show(output.Step{
			Done: int(m.source.Passed()), Total: int(m.source.Size), Left: -1,
			Note: "checking " + (&input.InputError{File: m.source.Name}).Place(),
		})
		select {
		case <-tick.C:
		case <-m.quit:
			return
		}
	}
}
