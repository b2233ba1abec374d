package bulk

import (
	"os"
	"path/filepath"
)

// RemoveJournal deletes a journal with all that is in its folder. One that another process uses is left alone; the error
// is a *JournalError.
func RemoveJournal(dir string) error {
	lock, err := Disk().Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return &JournalError{Code: "journal_in_use", Dir: dir, Err: err}
	}
	err = os.RemoveAll(dir)
	_ = lock.Close()
	if err != nil {
		return &JournalError{Code: "journal_unwritable", Dir: dir, Err: err}
	}
	return nil
}
