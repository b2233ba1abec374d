package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk"
)

func newImportsRemove(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID",
		Short: "Remove the journal of an import",
		Long: `Remove the journal of an import, and with it the personal data in it. What it
knows is gone: an import that is not finished cannot be resumed any more, and
the same file would be sent anew.`,
		Example: "  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports remove --yes",
		Args:    exactArgs("ID"),
		RunE: env.run(func(_ context.Context, env *Env, args []string) error {
			dir, err := importFolder(env, args[0])
			if err != nil {
				return err
			}
			s, err := env.settings()
			if err != nil {
				return err
			}
			r := readImport(dir)
			question := "Remove the journal of the import of " + r.File + " (" + r.State + ")?"
			if err := env.confirm(s.NoInput, question, "Nothing was removed."); err != nil {
				return err
			}
			if err := bulk.RemoveJournal(dir); err != nil {
				return err
			}
			env.status().Note("Removed the journal %s.", r.ID)
			return nil
		}),
	}
}
