package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/files"
)

func newImports(env *Env) *cobra.Command {
	c := newGroup("imports", "Look at past imports, and resume them",
		`Every import has a journal: what was sent, and what became of it. It holds
personal data and no credential. An import that was stopped goes on with
"imports resume", or with the command that began it.`,
		`  hydractl imports list
  hydractl customers import --template > customers.csv`)
	return env.fill(c, newImportsList, newImportsShow, newImportsResume, newImportsRejects, newImportsRemove)
}

// importRecord is a journal as `imports list` and `imports show` print it.
type importRecord struct {
	ID        string         `json:"id"`
	Operation string         `json:"operation"`
	File      string         `json:"file"`
	SHA256    string         `json:"file_sha256"`
	Tenant    string         `json:"tenant_id"`
	Host      string         `json:"host"`
	CreatedAt string         `json:"created_at"`
	State     string         `json:"state"` // finished, stopped, running, or damaged
	Rows      int            `json:"rows"`
	Counts    map[string]int `json:"counts"`
	Journal   string         `json:"journal"`
	Error     string         `json:"error,omitempty"`
}

// readImport reads a journal without taking it from the process that writes it.
func readImport(dir string) importRecord {
	r := importRecord{ID: filepath.Base(dir), Journal: dir, State: "damaged", Counts: map[string]int{}}
	j, err := journal.ReadJournal(files.Disk(), dir)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	defer func() { _ = j.Close() }()
	h := j.Header
	r.Operation, r.File, r.SHA256, r.Tenant, r.Host = h.Operation, h.File, h.SHA256, h.Tenant, h.Host
	r.CreatedAt = h.Created.UTC().Format("2006-01-02T15:04:05Z")
	r.File = importName(h.File, j.Path())
	r.Rows = j.Rows()
	for state, n := range j.Tally() {
		r.Counts[string(state)] = n
	}
	switch last := j.Last(); {
	case j.Finished():
		r.State = "finished"
	case last.Event != "":
		r.State = last.Event
	default:
		r.State = "unfinished"
	}
	return r
}

// importFolder finds the journal of an import by its id, by the start of it, or by its folder, which has a separator in it.
func importFolder(env *Env, id string) (string, error) {
	if strings.ContainsAny(id, "/"+string(filepath.Separator)) {
		return filepath.Abs(id)
	}
	s, err := env.settings()
	if err != nil {
		return "", err
	}
	folder, err := importsFolder(s)
	if err != nil {
		return "", err
	}
	names, err := journalNames(folder)
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
	f := notFoundf("no import has the id %s", id)
	if len(found) > 1 {
		f = usagef("%d imports begin with %s: %s", len(found), id, joinComma(found))
	}
	f.hint = "hydractl imports list"
	return "", f
}

// journalNames lists the folders that hold a journal.
func journalNames(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}
