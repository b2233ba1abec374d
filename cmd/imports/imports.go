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
	return app.Fill(c, newImportsList, newImportsShow, newImportsResume, newImportsRejects, newImportsRemove)
}

// settingsFolder returns the folder of all journals by the settings.
func settingsFolder(app *cli.App) (string, error) {
	s, err := app.Settings()
	if err != nil {
		return "", err
	}
	return importsFolder(s)
}

// importFolder returns the journal's folder of an import, by its ID, the start of the ID, or the folder, which has a separator in it.
func importFolder(app *cli.App, id string) (string, error) {
	if strings.ContainsAny(id, "/"+string(filepath.Separator)) {
		return filepath.Abs(id)
	}
	folder, err := settingsFolder(app)
	if err != nil {
		return "", err
	}
	dirs, err := journal.List(folder)
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
