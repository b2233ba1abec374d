package imports

import (
	"context"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// importInput is a file of which every row was looked at.
type importInput struct {
	source  *input.Source
	checked *input.Checked
}

func (i *importInput) Close() {
	_ = i.source.Close()
}

// importsFolder is where the journals are, each in a folder of its own.
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

// spoolFolder is where a copy of stdin is made: beside the journal, so that it can be moved there.
func (o *customersImportOptions) spoolFolder(s *config.Settings) (string, error) {
	if o.journal == "" {
		return importsFolder(s)
	}
	folder := filepath.Dir(o.journal)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", journalFailure(err)
	}
	return folder, nil
}

// openInput reads and checks the whole input and says what was found.
func openInput(ctx context.Context, env *cli.App, progress, path, folder string, read input.ReadOptions, rules input.Rules) (*importInput, error) {
	input, err := checkInput(ctx, env, progress, path, folder, read, rules)
	if err == nil {
		input.print(env)
	}
	return input, err
}

func checkInput(ctx context.Context, env *cli.App, progress, path, folder string, read input.ReadOptions, rules input.Rules) (*importInput, error) {
	source, err := input.Open(ctx, path, env.In, folder, read)
	if err != nil {
		return nil, err
	}
	stop := watchCheck(env, progress, source)
	checked, err := input.Validate(ctx, source, rules)
	stop()
	if err != nil {
		_ = source.Close()
		return nil, err
	}
	return &importInput{source, checked}, nil
}

// refuse ends an import of a file with invalid rows, which --rejects then holds.
func (o *customersImportOptions) refuse(ctx context.Context, env *cli.App, input *importInput, reason error) error {
	if o.rejects == "" {
		return reason
	}
	n, err := o.writeInvalid(ctx, input)
	if err != nil {
		env.Status().Warn("the invalid rows are not written: %v", err)
		return reason
	}
	env.Status().Note("%s written to %s.", cli.Plural(int64(n), "row"), o.rejects)
	return reason
}

func (o *customersImportOptions) writeInvalid(ctx context.Context, input *importInput) (int, error) {
	if err := protectReport("--rejects", o.rejects, o.force); err != nil {
		return 0, err
	}
	journal, remove, err := scratchJournal(func(scratch string) (*journal.Journal, error) {
		return journal.Open(files.Disk(), scratch, journal.Header{Operation: "create", File: input.source.Name})
	})
	if err != nil {
		return 0, err
	}
	defer remove()
	return bulk.WriteRejects(ctx, files.Disk(), o.rejects, journal, input.checked)
}

// journalFailure is a journal that cannot be kept: exit 11.
func journalFailure(err error) *failure.Failure {
	return &failure.Failure{Exit: failure.ExitJournal, Code: "journal_unwritable", Message: "the import's journal cannot be kept: " + err.Error(), Cause: err}
}
