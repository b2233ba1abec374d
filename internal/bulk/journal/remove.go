package journal

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hydracore/hydractl/internal/files"
)

// ErrNoJournal says that a folder holds no journal of an import.
var ErrNoJournal = errors.New("there is no journal of an import in it")

// Remove deletes a journal, the copy of its input, and its folder unless that holds other files. One that another
// process uses is left alone, and so is everything in a folder that holds no journal ([ErrNoJournal]); the error is a
// *Error.
func Remove(dir string) error {
	if !Exists(dir) {
		return &Error{Code: "journal_missing", Dir: dir, Err: ErrNoJournal}
	}
	lock, err := files.Disk().Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return &Error{Code: "journal_in_use", Dir: dir, Err: err}
	}
	if err := removeLocked(dir, lock); err != nil {
		return &Error{Code: "journal_unwritable", Dir: dir, Err: err}
	}
	return nil
}

// Exists reports whether a folder holds a journal, be it damaged, and not only files of that name.
func Exists(dir string) bool {
	head, err := firstBytes(filepath.Join(dir, FileName), len(journalStart))
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist), isForeign(head):
		return false
	case len(head) == len(journalStart) && head[0] != 0:
		return true
	}
	return isHalfMade(dir)
}

// InUse reports whether a process works on the journal in dir. To find out it takes the lock for a moment.
func InUse(disk files.FS, dir string) bool {
	lock, err := disk.Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return errors.Is(err, files.ErrLocked)
	}
	_ = lock.Close()
	return false
}

// CheckFolder refuses a folder for a new journal that holds other files and no journal. One that does not exist is made by
// [Open].
func CheckFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &Error{Code: "journal_unwritable", Dir: dir, Err: err}
	case Exists(dir), len(entries) == 0, len(entries) == 1 && entries[0].Name() == lockFile:
		return nil
	}
	return &Error{Code: "journal_missing", Dir: dir, Err: errors.New("the folder is not empty and contains no journal; name an empty one")}
}

// journalStart is what every journal begins with.
const journalStart = `*H {"version":`

// isForeign reports whether no process can have left a file with this beginning as a journal. One that died may have left less, or
// zeros.
func isForeign(head []byte) bool {
	return !strings.HasPrefix(journalStart, string(head)) && len(bytes.Trim(head, "\x00")) > 0
}

// checkForeign refuses to write into another program's file.
func (j *Journal) checkForeign() error {
	f, err := j.fs.OpenRead(filepath.Join(j.dir, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	head, err := io.ReadAll(io.NewSectionReader(f, 0, int64(len(journalStart))))
	if err = errors.Join(err, f.Close()); err == nil && isForeign(head) {
		err = &Error{Code: "journal_damaged", Line: 1, Err: errors.New("the file is no journal of an import")}
	}
	return err
}

// isHalfMade reports whether the process ended while it made a folder: it holds the reserved space, and no input yet.
func isHalfMade(dir string) bool {
	spare, err := firstBytes(filepath.Join(dir, reserveFile), ReserveBytes+1)
	if err != nil || len(spare) != ReserveBytes || len(bytes.Trim(spare, "\x00")) > 0 {
		return false
	}
	_, err = os.Lstat(filepath.Join(dir, inputFile))
	return errors.Is(err, fs.ErrNotExist)
}

// firstBytes reads the beginning of a file, which may be shorter.
func firstBytes(name string, n int) ([]byte, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New(name + " is not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, int64(n)))
}

// Discard closes a journal on the disk in which no run was begun, and deletes it.
func (j *Journal) Discard() error {
	err := errors.Join(j.out.close(), j.file.Close())
	if err = errors.Join(err, removeLocked(j.dir, j.lock)); err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

// removeLocked goes from what holds most of the data to the lock, which is released only when its file is gone: no other process
// may take it meanwhile.
func removeLocked(dir string, lock io.Closer) error {
	err := errors.Join(remove(dir, inputFile), remove(dir, reserveFile), remove(dir, FileName), removeReports(dir))
	_ = remove(dir, lockFile) // not every system removes an open file
	err = errors.Join(err, lock.Close(), remove(dir, lockFile))
	if err != nil {
		return err
	}
	if left, err := os.ReadDir(dir); err == nil && len(left) > 0 {
		return nil
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
