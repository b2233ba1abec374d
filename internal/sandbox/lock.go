package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// ErrServed says that another process serves the database already.
var ErrServed = errors.New("the sandbox database is being served already")

// serveLock keeps a second `sandbox serve` off the same file. Commands that use the file for a moment need no lock. It is
// SQLite's own lock on a file beside the database: it works on every system and ends with the process.
type serveLock struct {
	db   *sql.DB
	conn *sql.Conn // holds the transaction that is the lock
}

// lockServe takes the lock, and writes down where the database is served.
func lockServe(ctx context.Context, s *store, url string) (*serveLock, error) {
	if s.path == "" {
		return nil, nil
	}
	path := s.path + "-serve"
	if err := touch(path); err != nil {
		return nil, fmt.Errorf("sandbox database: %w", err)
	}
	db, err := sql.Open("sqlite", fileURI(path)+"?mode=rw&_pragma=busy_timeout(0)")
	if err != nil {
		return nil, s.explain(err)
	}
	lock := &serveLock{db: db}
	if lock.conn, err = db.Conn(ctx); err == nil {
		_, err = lock.conn.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	if err != nil {
		err = errors.Join(err, lock.close())
		if code(err) == sqlite3.SQLITE_BUSY {
			return nil, fmt.Errorf("%w: %s at %s: stop that one, or name another file", ErrServed, s.path, s.servedAt())
		}
		return nil, s.explain(err)
	}
	if _, err := s.db.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES('serving', CAST(? AS BLOB))", url); err != nil {
		return nil, errors.Join(s.explain(err), lock.close())
	}
	return lock, nil
}

func (s *store) servedAt() string {
	var url []byte
	if err := s.db.QueryRow("SELECT value FROM meta WHERE name='serving'").Scan(&url); err != nil {
		return "an unknown address"
	}
	return string(url)
}

func (l *serveLock) close() error {
	if l == nil {
		return nil
	}
	if l.conn == nil {
		return l.db.Close()
	}
	return errors.Join(l.conn.Close(), l.db.Close())
}
