package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hydracore/hydractl/internal/files"
)

// Info describes a sandbox database.
type Info struct {
	Path      string `json:"path"`
	Bytes     int64  `json:"bytes"` // of the file and its write-ahead log
	Tenants   int    `json:"tenants"`
	Customers int    `json:"customers"` // of all tenants
	Schema    int    `json:"schema"`
}

// Status describes a database file. A missing one is fs.ErrNotExist; another program's or a damaged one is ErrNotSandbox; one
// of another schema is ErrVersion.
func Status(path string) (Info, error) {
	info := Info{Path: path, Schema: SchemaVersion}
	for _, file := range []string{path, path + "-wal"} {
		if stat, err := os.Stat(file); err == nil {
			info.Bytes += stat.Size()
		}
	}
	err := WithExisting(path, func(s *Store) error {
		return s.db.QueryRow("SELECT (SELECT count(*) FROM tenant), (SELECT count(*) FROM customer)").
			Scan(&info.Tenants, &info.Customers)
	})
	return info, err
}

// Reset empties the database and fills it again, as if it was new; a missing one is created. Tenants, keys and members are
// gone after it. A file of another program is refused and left as it is; a sandbox of another version is rebuilt.
func Reset(path string, fill func(*sql.Tx) error) error {
	if stat, err := os.Stat(path); err != nil || stat.Size() == 0 {
		s, err := Open(path, fill)
		if err != nil {
			return err
		}
		return s.Close()
	}
	s, err := connect(path)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	if err := s.checkOwner(); err != nil {
		return err
	}
	return s.explain(s.InTx(func(tx *sql.Tx) error {
		if err := dropTables(tx); err != nil {
			return err
		}
		return build(tx, fill)
	}))
}

// checkOwner refuses a file that is not a sandbox database of any version.
func (s *Store) checkOwner() error {
	var app int
	err := s.db.QueryRow("PRAGMA application_id").Scan(&app)
	if err == nil && app != applicationID {
		err = fmt.Errorf("%w: %s belongs to another program", ErrNotSandbox, s.path)
	}
	return s.explain(err)
}

// dropTables works on the schema of any version.
func dropTables(tx *sql.Tx) error {
	var statements string
	err := tx.QueryRow(`SELECT coalesce(group_concat(printf('DROP TABLE "%w";', name), ''), '') FROM
		(SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid DESC)`).Scan(&statements)
	if err == nil {
		_, err = tx.Exec(statements)
	}
	return err
}

// LockServe keeps a second `sandbox serve` off the same file until the lock is closed or the process ends, and records the
// URL at which the database is served. ErrServed: another process has the lock. Commands that use the file for a moment need
// no lock.
func (s *Store) LockServe(url string) (io.Closer, error) {
	if s.path == "" {
		return io.NopCloser(nil), nil
	}
	path := s.path + "-serve"
	if err := touch(path); err != nil {
		return nil, err
	}
	lock, err := files.Disk().Lock(path)
	if errors.Is(err, files.ErrLocked) {
		return nil, fmt.Errorf("%w: %s at %s: stop that server, or name another file", ErrServed, s.path, s.servedAt())
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox database: %w", err)
	}
	if _, err := s.db.Exec("INSERT OR REPLACE INTO meta VALUES('serving', CAST(? AS BLOB))", url); err != nil {
		return nil, errors.Join(s.explain(err), lock.Close())
	}
	return lock, nil
}

func (s *Store) servedAt() string {
	var url []byte
	if err := s.db.QueryRow("SELECT value FROM meta WHERE name='serving'").Scan(&url); err != nil {
		return "an unknown address"
	}
	return string(url)
}
