package sandbox

import (
	"database/sql"
	"fmt"
	"os"
	"time"
)

// Info describes a sandbox database.
type Info struct {
	Path      string `json:"path"`
	Bytes     int64  `json:"bytes"` // of the file and its write-ahead log
	Tenants   int    `json:"tenants"`
	Customers int    `json:"customers"` // of all tenants
	Schema    int    `json:"schema"`
}

// Status looks at a database file. A missing one is fs.ErrNotExist; another program's or a damaged one is ErrNotSandbox; one
// of another schema is ErrVersion.
func Status(path string) (Info, error) {
	info := Info{Path: path, Schema: schemaVersion}
	for _, file := range []string{path, path + "-wal"} {
		stat, err := os.Stat(file)
		if err == nil {
			info.Bytes += stat.Size()
		} else if file == path {
			return info, fmt.Errorf("sandbox database: %w", err)
		}
	}
	err := withExisting(path, func(s *store) error {
		return s.db.QueryRow("SELECT (SELECT count(*) FROM tenant), (SELECT count(*) FROM customer)").
			Scan(&info.Tenants, &info.Customers)
	})
	return info, err
}

// withExisting opens a database that must be there already.
func withExisting(path string, f func(*store) error) error {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("sandbox database: %w", err)
	}
	s, err := connect(path)
	if err != nil {
		return err
	}
	defer func() { _ = s.close() }()
	made, err := s.check()
	if err == nil && !made {
		err = fmt.Errorf("%w: %s is empty", ErrNotSandbox, path)
	}
	if err != nil {
		return err
	}
	return s.explain(f(s))
}

// Reset empties the database and seeds it with customers (0 or more) again, as if it was new; a missing one is made. Other
// tenants, keys and members are gone after it. A file of another program is refused and left as it is; a sandbox of another
// version is made anew.
func Reset(path string, customers int) error {
	first := seeding{customers: customers, now: time.Now()}
	if customers < 0 {
		return fmt.Errorf("%w: %d customers to seed: want 0 or more", ErrOption, customers)
	}
	if stat, err := os.Stat(path); err != nil || stat.Size() == 0 {
		s, err := openStore(path, first)
		if err != nil {
			return err
		}
		return s.close()
	}
	s, err := connect(path)
	if err != nil {
		return err
	}
	defer func() { _ = s.close() }()
	if err := s.checkOwner(); err != nil {
		return err
	}
	return s.explain(s.inTx(func(tx *sql.Tx) error {
		if err := dropTables(tx); err != nil {
			return err
		}
		return build(tx, first)
	}))
}

// checkOwner refuses a file that is no sandbox database, of whatever version.
func (s *store) checkOwner() error {
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
