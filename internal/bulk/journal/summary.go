package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

// Summary is an import as `imports list` and `imports show` print it. Done, Failed, Unconfirmed and Left add up to Rows.
type Summary struct {
	ID          string         `json:"id"`
	Operation   string         `json:"operation"`
	File        string         `json:"file"`
	SHA256      string         `json:"file_sha256"`
	Tenant      string         `json:"tenant_id"`
	Host        string         `json:"host"`
	CreatedAt   string         `json:"created_at"`
	State       string         `json:"state"` // finished, stopped, unfinished, continued or damaged
	Rows        int            `json:"rows"`
	Done        int            `json:"done"`                   // created, existing or duplicate
	Failed      int            `json:"failed"`                 // rejected or invalid
	Unconfirmed int            `json:"unconfirmed"`            // sent, with an outcome that is not known
	Left        int            `json:"left"`                   // not sent
	Counts      map[string]int `json:"counts"`                 // by state
	BySearch    int            `json:"confirmed_by_search"`    // of the created rows
	OtherData   int            `json:"exists_with_other_data"` // of the existing ones
	Journal     string         `json:"journal"`
	Error       string         `json:"error,omitempty"`

	// Options and Command are what the caller reads from Settings, those of the header.
	Options  map[string][]string `json:"options,omitempty"`
	Command  string              `json:"command,omitempty"`
	Settings []byte              `json:"-"`

	created time.Time
}

// ReadSummary reads a journal, also while another process writes it.
func ReadSummary(dir string) Summary {
	s := Summary{ID: filepath.Base(dir), Journal: dir, State: "damaged", Counts: map[string]int{}}
	j, err := Read(files.Disk(), dir)
	if err != nil {
		s.Error = err.Error()
		return s
	}
	defer func() { _ = j.Close() }()
	h := j.Header
	s.Operation, s.SHA256, s.Tenant, s.Host = h.Operation, h.SHA256, h.Tenant, h.Host
	s.CreatedAt = h.Created.UTC().Format("2006-01-02T15:04:05Z")
	s.File = DisplayName(h.File, j.Path())
	s.Rows, s.Settings, s.created = j.Rows(), h.Settings, h.Created
	s.BySearch, s.OtherData = j.Totals().BySearch, j.Totals().OtherData
	for state, n := range j.Counts() {
		s.count(state, n)
	}
	switch event := j.Last().Event; event {
	case EventFinished, EventStopped, EventContinued:
		s.State = event
	default:
		s.State = "unfinished"
	}
	return s
}

func (s *Summary) count(state record.State, n int) {
	s.Counts[string(state)] = n
	switch state {
	case record.Created, record.Exists, record.DuplicateInFile:
		s.Done += n
	case record.Rejected, record.Invalid:
		s.Failed += n
	case record.Pending:
		s.Left += n
	default:
		s.Unconfirmed += n
	}
}

// ReadSummaries reads the journals in folder, newest first.
func ReadSummaries(folder string) ([]Summary, error) {
	dirs, err := List(folder)
	all := []Summary{}
	for _, dir := range dirs {
		all = append(all, ReadSummary(dir))
	}
	slices.SortStableFunc(all, func(a, b Summary) int { return b.created.Compare(a.created) })
	return all, err
}

// List returns the folders in folder, each of which may hold a journal.
func List(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(folder, e.Name()))
		}
	}
	return dirs, err
}

// DisplayName is what messages call the file of an import: the name that it was given first, or its path when it was renamed.
func DisplayName(given, path string) string {
	if path == "" || given == "-" || filepath.Base(given) == filepath.Base(path) {
		return given
	}
	return path
}
