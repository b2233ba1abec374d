// Package imports holds "hydractl customers import" and the commands of "hydractl imports".
package imports

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// New returns the group `imports`.
func New(app *cli.App) *cobra.Command {
	c := cli.NewGroup("imports", "Show past imports, and resume them",
		`Every import has a journal of what was sent and of the outcome. It contains
personal data, but no credential. To resume an import that was stopped, use
"imports resume", or the command that started it.`,
		`  hydractl imports list
  hydractl customers import --template > customers.csv`)
	return app.Fill(c, newList, newShow, newResume, newRejects, newRemove)
}

// journalsDir returns the folder of the journals, each in a folder of its own. The first import makes it.
func journalsDir(app *cli.App) (string, error) {
	s, err := app.Settings()
	if err != nil {
		return "", err
	}
	state, err := s.RequireStateDir()
	if err != nil {
		return "", stateFailure(err)
	}
	return filepath.Join(state, "imports"), nil
}

// pastImports returns the imports that have a journal in dir, the folder of the journals, newest first.
func pastImports(app *cli.App) (past []journal.Summary, dir string, err error) {
	if dir, err = journalsDir(app); err != nil {
		return nil, "", err
	}
	if past, err = journal.ReadSummaries(dir); err != nil {
		return nil, "", stateFailure(err)
	}
	return past, dir, nil
}

// findJournal returns the folder of an import's journal, by the import's ID, the start of the ID, or the folder, which has a separator
// in it.
func findJournal(app *cli.App, id string) (string, error) {
	if strings.ContainsAny(id, "/"+string(filepath.Separator)) {
		return filepath.Abs(id)
	}
	all, err := journalsDir(app)
	if err != nil {
		return "", err
	}
	dirs, err := journal.List(all)
	if err != nil {
		return "", stateFailure(err)
	}
	var found []string
	for _, dir := range dirs {
		switch name := filepath.Base(dir); {
		case name == id:
			return dir, nil
		case id != "" && strings.HasPrefix(name, id):
			found = append(found, dir)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	f := failure.NotFoundf("no import has the ID %s", id)
	if len(found) > 1 {
		f = failure.Usagef("%d imports start with %s: %s", len(found), id, joinIDs(found))
	}
	f.Hint = "hydractl imports list"
	return "", f
}

// joinIDs names the imports of journals.
func joinIDs(dirs []string) string {
	var ids []string
	for _, dir := range dirs {
		ids = append(ids, filepath.Base(dir))
	}
	return cli.JoinComma(ids)
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
