package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/output"
)

func newImports(env *Env) *cobra.Command {
	c := newGroup("imports", "Look at the journals of imports",
		`Every import has a journal: what was sent, and what became of it. It holds
personal data and no credential. An import goes on with the command that began
it.`,
		`  hydractl imports list
  hydractl customers import --template > customers.csv`)
	return env.fill(c, newImportsList, newImportsShow, newImportsRemove)
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
	j, err := bulk.ReadJournal(bulk.Disk(), dir)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	defer func() { _ = j.Close() }()
	h := j.Header
	r.Operation, r.File, r.SHA256, r.Tenant, r.Host = h.Operation, h.File, h.SHA256, h.Tenant, h.Host
	r.CreatedAt = h.Created.UTC().Format("2006-01-02T15:04:05Z")
	r.Rows = j.Rows()
	for state, n := range j.Counts() {
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

// importFolder finds the journal of an import by its id, or by the start of it.
func importFolder(env *Env, id string) (string, error) {
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

func newImportsList(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List past imports",
		Long:    "List the imports that have a journal, and how far they came.",
		Example: "  hydractl imports list\n  hydractl imports list -o json",
		Args:    exactArgs(),
		RunE:    env.run(runImportsList),
	}
}

func runImportsList(_ context.Context, env *Env, _ []string) error {
	s, err := env.settings()
	if err != nil {
		return err
	}
	folder, err := importsFolder(s)
	if err != nil {
		return err
	}
	names, err := journalNames(folder)
	if err != nil {
		return err
	}
	records := []importRecord{}
	for _, name := range names {
		records = append(records, readImport(filepath.Join(folder, name)))
	}
	if len(records) == 0 {
		env.status().Note("No imports.")
	}
	return printAll(env, importRecordColumns(), "imports", records)
}

func importRecordColumns() []output.Column[importRecord] {
	type column = output.Column[importRecord]
	cols := []column{
		{Name: "id", Sets: output.Default | output.CSV, Value: func(r importRecord) any { return r.ID }},
		{Name: "operation", Sets: output.Wide | output.CSV, Value: func(r importRecord) any { return r.Operation }},
		{Name: "file", Sets: output.Default | output.CSV, Fit: output.FitMiddle, Value: func(r importRecord) any { return r.File }},
		{Name: "state", Sets: output.Default | output.CSV, Value: func(r importRecord) any { return r.State }},
		{Name: "rows", Sets: output.Default | output.CSV, Align: output.AlignRight, Value: func(r importRecord) any { return r.Rows }},
	}
	for _, state := range []bulk.State{bulk.Created, bulk.Exists, bulk.Rejected, bulk.Unknown, bulk.Pending} {
		sets := output.Wide | output.CSV
		if state == bulk.Created || state == bulk.Pending {
			sets |= output.Default
		}
		cols = append(cols, column{Name: string(state), Sets: sets, Align: output.AlignRight, Value: func(r importRecord) any { return r.Counts[string(state)] }})
	}
	return append(cols,
		column{Name: "tenant_id", Title: "TENANT", Sets: output.Wide | output.CSV, Value: func(r importRecord) any { return r.Tenant }},
		column{Name: "created_at", Title: "BEGUN", Sets: output.Default | output.CSV, Value: func(r importRecord) any { return r.CreatedAt }},
	)
}

func newImportsShow(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show an import",
		Long:    "Show what an import is about and how far it came, by its id or the start of it.",
		Example: "  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports show",
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
			printer, err := output.New(env.outputOptions(s), importRecordColumns())
			if err != nil {
				return err
			}
			return printer.Item(env.Out, readImport(dir), importRecordSheet)
		}),
	}
}

func importRecordSheet(r importRecord) []output.Section {
	rows := []output.Field{
		{Label: "Operation", Value: r.Operation},
		{Label: "File", Value: r.File},
		{Label: "SHA-256", Value: r.SHA256},
		{Label: "Tenant", Value: r.Tenant},
		{Label: "Host", Value: r.Host},
		{Label: "Begun", Value: r.CreatedAt},
		{Label: "State", Value: r.State},
		{Label: "Journal", Value: r.Journal},
	}
	if r.Error != "" {
		rows = append(rows, output.Field{Label: "Error", Value: r.Error, Color: output.Red})
	}
	counts := []output.Field{{Label: "all", Value: r.Rows}}
	for _, state := range countedStates() {
		if n := r.Counts[string(state)]; n > 0 {
			counts = append(counts, output.Field{Label: string(state), Value: n, Color: stateColor(state)})
		}
	}
	return []output.Section{{Title: "Import " + r.ID, Rows: rows}, {Title: "Rows", Rows: counts}}
}

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
			yes, err := env.confirm(s.NoInput, "Remove the journal of the import of "+r.File+" ("+r.State+")?")
			if err != nil || !yes {
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
