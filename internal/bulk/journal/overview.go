package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/files"
)

// importRecord is a journal as `imports list` and `imports show` print it.
type Overview struct {
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
func Look(dir string) Overview {
	r := Overview{ID: filepath.Base(dir), Journal: dir, State: "damaged", Counts: map[string]int{}}
	j, err := Read(files.Disk(), dir)
	if err != nil {
		r.Error = err.Error()
		return r
	}
	defer func() { _ = j.Close() }()
	h := j.Header
	r.Operation, r.File, r.SHA256, r.Tenant, r.Host = h.Operation, h.File, h.SHA256, h.Tenant, h.Host
	r.CreatedAt = h.Created.UTC().Format("2006-01-02T15:04:05Z")
	r.File = ShownName(h.File, j.Path())
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

// journalNames lists the folders that hold a journal.
func Names(folder string) ([]string, error) {
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

// importName is what an import calls its file: by the name that it was given first, or by its path when it was renamed.
func ShownName(given, path string) string {
	if path == "" || given == "-" || filepath.Base(given) == filepath.Base(path) {
		return given
	}
	return path
}
