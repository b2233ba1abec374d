package imports

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

type importsResumeOptions struct {
	resendUnknown bool
	assumeCreated bool
	results       string
	rejects       string
	force         bool
	progress      string
	verify        bool
}

func newImportsResume(env *cli.App) *cobra.Command {
	o := &importsResumeOptions{}
	c := &cobra.Command{
		Use:   "resume ID",
		Short: "Go on with an import that was stopped",
		Long: `Go on with an import that was stopped, as the command that began it would: the
journal knows the file and the flags. Input that came from stdin is kept beside
the journal. No row is sent again whose customer may exist.

Rows whose outcome stays unknown are yours to decide: look for the customers,
then --assume-created takes the rows as created, and --resend-unknown sends them
again, which doubles those that were created after all.`,
		Example: `  hydractl imports list
  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports resume --yes`,
		Args: cli.ExactArgs("ID"),
		RunE: env.RunE(o.run),
	}
	f := c.Flags()
	f.BoolVar(&o.resendUnknown, "resend-unknown", false, "send the rows again whose outcome is unknown")
	f.BoolVar(&o.assumeCreated, "assume-created", false, "take the rows as created whose outcome is unknown")
	f.BoolVar(&o.verify, "verify", false, "read back in the end what was created, also of an import that is finished")
	f.StringVar(&o.results, "results", "", "write what became of every row to this file (CSV, or JSON lines for .jsonl)")
	f.StringVar(&o.rejects, "rejects", "", "write the rows that were refused, with the reason, to this file")
	f.BoolVar(&o.force, "force", false, "overwrite the files of --results and --rejects, also when this import did not write them")
	f.StringVar(&o.progress, "progress", "auto", "progress on stderr: auto, json or none")
	return c
}

func (o *importsResumeOptions) run(ctx context.Context, env *cli.App, args []string) error {
	if o.resendUnknown && o.assumeCreated {
		return failure.Usagef("--resend-unknown and --assume-created exclude each other")
	}
	dir, err := importFolder(env, args[0])
	if err != nil {
		return err
	}
	env, again, err := restoreImport(env, dir)
	if err != nil {
		return err
	}
	again.results, again.rejects, again.force, again.progress = o.results, o.rejects, o.force, o.progress
	again.verify = o.verify
	switch {
	case o.resendUnknown:
		again.again.decide = resendUnknown
	case o.assumeCreated:
		again.again.decide = assumeCreated
	}
	return again.importFile(ctx, env, again.again.path)
}
