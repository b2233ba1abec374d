package store

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrOption is a usage error: the caller asked for something impossible.
	ErrOption = errors.New("bad sandbox option")
	// ErrNotSandbox is a file that exists and is not a sandbox database, or is damaged.
	ErrNotSandbox = errors.New("not a sandbox database")
	// ErrVersion is a sandbox database of another version of the program.
	ErrVersion = errors.New("sandbox database of another version")
	// ErrServed is a database that another process serves already.
	ErrServed = errors.New("the sandbox database is being served already")
	// ErrNotFound is a tenant or key that does not exist.
	ErrNotFound = errors.New("not found in the sandbox")
	// ErrExists is a name that is in use.
	ErrExists = errors.New("exists in the sandbox already")
	// ErrDuplicate is a second customer of a tenant with the same email, whatever the case of its letters.
	ErrDuplicate = errors.New("duplicate email")
)

// code is SQLite's primary result code, 0 when err does not come from SQLite.
func code(err error) int {
	if e, is := errors.AsType[*sqlite.Error](err); is {
		return e.Code() & 0xFF
	}
	return 0
}

// explain names the file and puts SQLite's code in plain words.
func (s *Store) explain(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %s", ErrNotSandbox, s.path)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w: %s is damaged: move it away, then start again", ErrNotSandbox, s.path)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("sandbox database %s is in use by another process: %w", s.path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("sandbox database %s cannot be written: check the permissions of the file and its folder: %w", s.path, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("sandbox database %s: the disk is full: %w", s.path, err)
	}
	for _, known := range []error{nil, ErrOption, ErrNotSandbox, ErrVersion, ErrNotFound, ErrExists, fs.ErrNotExist} {
		if errors.Is(err, known) {
			return err
		}
	}
	return fmt.Errorf("sandbox database %s: %w", s.path, err)
}
