package imports

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

func newRemove(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID",
		Short: "Remove the journal of an import",
		Long: `Remove the journal of an import, and with it the personal data in it. An import
that is not finished cannot be resumed any more, and the same file would be sent
again: customers are then found by their email, and only rows without an email
would be created twice. A folder without a journal is not changed.`,
		Example: "  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports remove --yes",
		Args:    cli.ExactArgs("ID"),

		ValidArgsFunction: cli.FirstArg(completeImport(app)),

		RunE: app.RunE(runRemove),
	}
}

func runRemove(ctx context.Context, app *cli.App, args []string) error {
	dir, err := findJournal(app, args[0])
	if err != nil {
		return err
	}
	if !journal.Exists(dir) {
		return failure.Usagef("%s: %v; nothing was removed", dir, journal.ErrNoJournal)
	}
	r := journal.ReadSummary(dir)
	if loss := lossOf(r); loss != "" {
		app.Status().Warn("%s", loss)
	}
	question := "Remove the journal of the import of " + r.File + " (" + r.State + ")?"
	if err := app.Confirm(ctx, question, "Nothing was removed."); err != nil {
		return err
	}
	if err := journal.Remove(dir); err != nil {
		return err
	}
	app.Status().Note("Removed the journal %s.", r.ID)
	return nil
}

// lossOf says what can no longer be found out without the journal, "" for nothing.
func lossOf(s journal.Summary) string {
	const twice = "importing the same file again could create only rows without an email twice"
	switch {
	case s.Error != "":
		return "the journal cannot be read, so it is not known what is left to do; " + twice
	case s.State == "continued" || s.Left+s.Unconfirmed == 0:
		return ""
	case s.Unconfirmed == 0:
		return fmt.Sprintf("%s pending, and cannot be resumed without the journal; %s", rowsAre(s.Left), twice)
	case s.Left == 0:
		return fmt.Sprintf("%s unconfirmed, and cannot be resolved without the journal; %s", rowsAre(s.Unconfirmed), twice)
	}
	return fmt.Sprintf("%s pending and %d unconfirmed, and cannot be resumed without the journal; %s", rowsAre(s.Left), s.Unconfirmed, twice)
}

func rowsAre(n int) string {
	if n == 1 {
		return "1 row is"
	}
	return fmt.Sprintf("%d rows are", n)
}
