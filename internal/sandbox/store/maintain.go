package store

import (
	"database/sql"
	"fmt"
	"os"
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
	rows, err := tx.Query("SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid DESC")
	if err != nil {
		return err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, name := range names {
		if _, err := tx.Exec(fmt.Sprintf("DROP TABLE %q", name)); err != nil {
			return err
		}
	}
	return nil
}
