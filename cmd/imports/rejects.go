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

type importsRejectsOptions struct {
	out   string
	force bool
}

func newImportsRejects(env *cli.App) *cobra.Command {
	o := &importsRejectsOptions{}
	c := &cobra.Command{
		Use:   "rejects ID",
		Short: "Write the refused rows of an import",
		Long: `Write the rows of an import that were refused or invalid, as they stand in its
file, with the reason beside them: to stdout, or whole or not at all to a file.
Mended, they can be imported; the columns of the reason are ignored.`,
		Example: "  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports rejects",
		Args:    cli.ExactArgs("ID"),
		RunE:    env.RunE(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.out, "out", "", "write to this file")
	f.BoolVar(&o.force, "force", false, "overwrite the file of --out")
	return c
}

func (o *importsRejectsOptions) run(ctx context.Context, env *cli.App, args []string) (err error) {
	dir, err := importFolder(env, args[0])
	if err != nil {
		return err
	}
	if err := protectReport("--out", o.out, o.force, dir); err != nil {
		return err
	}
	env, again, err := restoreImport(env, dir)
	if err != nil {
		return err
	}
	if files.Same(o.out, again.again.path) {
		return failure.Invalidf("--out", "%s is the input itself", o.out)
	}
	input, err := again.reopen(env.WatchSignals(ctx), env)
	if err != nil {
		return err
	}
	defer input.Close()
	journal, err := journal.Read(files.Disk(), dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	if o.out == "" {
		out := &cli.ErrorWriter{W: env.Out}
		if _, err = bulk.EncodeRejects(ctx, out, journal, input.checked); out.Err != nil {
			err = &output.WriteError{Err: out.Err}
		}
		return err
	}
	n, err := bulk.WriteRejects(ctx, files.Disk(), o.out, journal, input.checked)
	if err == nil {
		env.Status().Note("%s to mend: %s", cli.Plural(int64(n), "row"), o.out)
	}
	return err
}

// reopen reads and checks the input of a past import again, without a word about what is in it.
func (o *customersImportOptions) reopen(ctx context.Context, env *cli.App) (*importInput, error) {
	read, err := o.read.options()
	if err != nil {
		return nil, err
	}
	s, err := env.Settings()
	if err != nil {
		return nil, err
	}
	folder, err := importsFolder(s)
	if err != nil {
		return nil, err
	}
	read.Name, o.rules.Clone = o.again.header.File, o.cloneFrom != ""
	input, err := checkInput(ctx, env, "auto", o.again.path, folder, read, o.rules)
	if err != nil {
		return nil, err
	}
	sum, err := input.source.SHA256()
	if err == nil {
		err = o.sameContent(input.source, sum)
	}
	if err != nil {
		input.Close()
		return nil, err
	}
	return input, nil
}
