package imports

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

type rejectsOptions struct{ cli.OutFlags }

func newRejects(app *cli.App) *cobra.Command {
	o := &rejectsOptions{}
	c := &cobra.Command{
		Use:   "rejects ID",
		Short: "Write the rejected rows of an import",
		Long: `Write the rows of an import that were rejected or invalid, as they are in its
file, with the reasons in columns of their own: to stdout, or to a file, which
appears complete or not at all. Fix the rows and import that file; the columns
with the reasons are ignored.`,
		Example: "  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports rejects",
		Args:    cli.ExactArgs("ID"),

		ValidArgsFunction: cli.FirstArg(completeImport(app)),

		RunE: app.RunE(o.run),
	}
	o.Add(c)
	return c
}

func (o *rejectsOptions) run(ctx context.Context, app *cli.App, args []string) (err error) {
	path, err := o.File()
	if err != nil {
		return err
	}
	dir, err := findJournal(app, args[0])
	if err != nil {
		return err
	}
	if err := protectReport("--out", path, o.Force, dir); err != nil {
		return err
	}
	j, err := restoreJob(app, dir)
	if err != nil {
		return err
	}
	if files.Same(path, j.path) {
		return failure.Invalidf("--out", "%s is the input itself", path)
	}
	checked, err := j.reopen(app.WatchSignals(ctx))
	if err != nil {
		return err
	}
	defer checked.Close()
	opened, err := journal.Read(files.Disk(), dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	if path == "" {
		out := &cli.ErrorWriter{W: app.Out}
		if _, err = bulk.EncodeRejects(ctx, out, opened, checked.rows, journal.ImportID(opened.Header)); out.Err != nil {
			err = &output.WriteError{Err: out.Err}
		}
		return err
	}
	n, err := bulk.WriteRejects(ctx, files.Disk(), path, opened, checked.rows)
	if err == nil {
		app.Status().Note("Rejected rows: %s (%d)", path, n)
	}
	return err
}

// reopen reads and validates the input of a past import again, and prints nothing about it.
func (j *job) reopen(ctx context.Context) (*checkedInput, error) {
	checked, err := j.readInput(ctx, "") // it is a file
	if err != nil {
		return nil, err
	}
	sum, err := checked.source.SHA256()
	if err == nil {
		err = j.resumed.checkContent(checked.source.Path, sum)
	}
	if err != nil {
		checked.Close()
		return nil, err
	}
	return checked, nil
}
