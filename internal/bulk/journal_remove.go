package bulk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// RemoveJournal deletes a journal, the copy of its input, and its folder unless that holds other files. One that another
// process uses is left alone; the error is a *JournalError.
func RemoveJournal(dir string) error {
	lock, err := Disk().Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return &JournalError{Code: "journal_in_use", Dir: dir, Err: err}
	}
	if err := removeLocked(dir, lock); err != nil {
		return &JournalError{Code: "journal_unwritable", Dir: dir, Err: err}
	}
	return nil
}

// Discard closes a journal on the disk in which no run was begun, and deletes it.
func (j *Journal) Discard() error {
	err := errors.Join(j.out.close(), j.file.Close())
	if err = errors.Join(err, removeLocked(j.dir, j.lock)); err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

// removeLocked goes from what holds most of the data to the lock, which is let go only when its file is gone: nobody else
// may take it meanwhile.
func removeLocked(dir string, lock io.Closer) error {
	err := errors.Join(remove(dir, inputFile), remove(dir, reserveFile), remove(dir, journalFile), removeReports(dir))
	_ = remove(dir, lockFile) // not every system removes an open file
	err = errors.Join(err, lock.Close(), remove(dir, lockFile))
	if err != nil {
		return err
	}
	return os.Remove(dir)
}

// removeReports also takes what a crash has left half written.
func removeReports(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if half, _ := filepath.Match("."+reportsFile+".*.part", e.Name()); half {
			err = errors.Join(err, remove(dir, e.Name()))
		}
	}
	return errors.Join(err, remove(dir, reportsFile))
}

func remove(dir, name string) error {
	err := os.Remove(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
