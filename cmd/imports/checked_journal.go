package imports

import (
	"context"
	"io"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/files"
)

const (
	// checkedFolder is the folder in the state folder for the options of files that were checked and not imported.
	checkedFolder = "checked"
	maxChecked    = 100 // of which so many are kept
)

// writeCheckedRejects writes the rejects of a file that is not imported; j knows the states of its rows. A journal that holds nothing
// but the options stays behind, so that the fixed rows are imported with the same ones, and so that the next run may replace the file.
func (j *job) writeCheckedRejects(ctx context.Context, checked *checkedInput, states *journal.Journal, path string) (n int, err error) {
	if err := protectReport("--rejects", path, j.once.reports.force, j.ownJournals(checked.source)...); err != nil {
		return 0, err
	}
	keeper, done, err := j.keepOptions(checked)
	if err != nil {
		return 0, err
	}
	defer done()
	if states == nil {
		states = keeper
	}
	err = keeper.WriteReport(files.Disk(), path, func(w io.Writer) error {
		n, err = bulk.EncodeRejects(ctx, w, states, checked.rows, journal.ImportID(keeper.Header))
		return err
	})
	return n, err
}

// keepOptions opens the journal that keeps how a file was read, a temporary one without a state folder.
func (j *job) keepOptions(checked *checkedInput) (*journal.Journal, func(), error) {
	s, err := j.app.Settings()
	if err != nil {
		return nil, nil, err
	}
	if s.StateDir == "" {
		return scratchJournal(func(dir string) (*journal.Journal, error) {
			return journal.Open(files.Disk(), dir, journal.Header{Operation: "create", File: checked.source.Name})
		})
	}
	sum, err := checked.source.SHA256()
	if err != nil {
		return nil, nil, err
	}
	kept, err := j.settings(checked.source, usedProfile(s))
	if err != nil {
		return nil, nil, err
	}
	h := journal.Header{
		Operation: "create", Login: "options:" + fingerprint("", string(kept)), New: true, SHA256: sum, File: checked.source.Name,
		CloneSource: j.cloneFrom, Settings: kept,
	}
	folder := filepath.Join(s.StateDir, checkedFolder)
	keeper, err := journal.Open(files.Disk(), filepath.Join(folder, journal.ImportID(h)), h)
	if err != nil {
		return nil, nil, err
	}
	removeOldest(folder)
	return keeper, func() { _ = keeper.Close() }, nil
}

// removeOldest removes the journals of checked files beyond maxChecked.
func removeOldest(folder string) {
	all, err := journal.ReadSummaries(folder)
	for _, old := range all[min(maxChecked, len(all)):] {
		if err == nil {
			_ = journal.Remove(old.Journal) // the next run tries again
		}
	}
}
