package sandbox

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNotSandbox says that a file exists and is no sandbox database, or is damaged.
var ErrNotSandbox = errors.New("not a sandbox database")

// ErrVersion says that a sandbox database was made by another version of the program.
var ErrVersion = errors.New("sandbox database of another version")

// code is SQLite's primary result code, 0 when err does not come from SQLite.
func code(err error) int {
	if e, is := errors.AsType[*sqlite.Error](err); is {
		return e.Code() & 0xFF
	}
	return 0
}

// explain names the file and says in plain words what SQLite's code means.
func (s *store) explain(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %s", ErrNotSandbox, s.path)
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w: %s is damaged: move it away, then start again", ErrNotSandbox, s.path)
	case sqlite3.SQLITE_BUSY:
		return fmt.Errorf("sandbox database %s is in use by another process: %w", s.path, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("sandbox database %s cannot be written: check the rights of the file and its folder: %w", s.path, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("sandbox database %s: the disk is full: %w", s.path, err)
	}
	if err == nil || errors.Is(err, ErrVersion) || errors.Is(err, ErrNotSandbox) || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("sandbox database %s: %w", s.path, err)
}
