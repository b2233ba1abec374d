package imports

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

func New(env *cli.App) *cobra.Command {
	c := cli.NewGroup("imports", "Look at past imports, and resume them",
		`Every import has a journal: what was sent, and what became of it. It holds
personal data and no credential. An import that was stopped goes on with
"imports resume", or with the command that began it.`,
		`  hydractl imports list
  hydractl customers import --template > customers.csv`)
	return env.Fill(c, newImportsList, newImportsShow, newImportsResume, newImportsRejects, newImportsRemove)
}

// importFolder finds the journal of an import by its id, by the start of it, or by its folder, which has a separator in it.
func importFolder(env *cli.App, id string) (string, error) {
	if strings.ContainsAny(id, "/"+string(filepath.Separator)) {
		return filepath.Abs(id)
	}
	s, err := env.Settings()
	if err != nil {
		return "", err
	}
	folder, err := importsFolder(s)
	if err != nil {
		return "", err
	}
	names, err := journal.Names(folder)
	if err != nil {
		return "", err
	}
	var found []string
	for _, name := range names {
		if name == id {
			return filepath.Join(folder, name), nil
		}
		if id != "" && strings.HasPrefix(name, id) {
			found = append(found, name)
		}
	}
	if len(found) == 1 {
		return filepath.Join(folder, found[0]), nil
	}
	f := failure.NotFoundf("no import has the id %s", id)
	if len(found) > 1 {
		f = failure.Usagef("%d imports begin with %s: %s", len(found), id, cli.JoinComma(found))
	}
	f.Hint = "hydractl imports list"
	return "", f
}
