package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// ServeLock keeps a second `sandbox serve` off the same file. Commands that use the file for a moment need no lock. It is
// SQLite's own lock on a file beside the database: it works on every system and ends with the process.
type ServeLock struct {
	db   *sql.DB
	conn *sql.Conn // holds the transaction that is the lock
}

// LockServe takes the lock and records the URL at which the database is served. ErrServed: another process has the lock.
func (s *Store) LockServe(ctx context.Context, url string) (*ServeLock, error) {
	if s.path == "" {
		return nil, nil
	}
	path := s.path + "-serve"
	if err := touch(path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", fileURI(path)+"?mode=rw&_pragma=busy_timeout(0)")
	if err != nil {
		return nil, s.explain(err)
	}
	lock := &ServeLock{db: db}
	if lock.conn, err = db.Conn(ctx); err == nil {
		_, err = lock.conn.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	if err != nil {
		err = errors.Join(err, lock.Close())
		if code(err) == sqlite3.SQLITE_BUSY {
			return nil, fmt.Errorf("%w: %s at %s: stop that server, or name another file", ErrServed, s.path, s.servedAt())
		}
		return nil, s.explain(err)
	}
	if _, err := s.db.ExecContext(ctx, "INSERT OR REPLACE INTO meta VALUES('serving', CAST(? AS BLOB))", url); err != nil {
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

// Close releases the lock. A nil lock is none.
func (l *ServeLock) Close() error {
	switch {
	case l == nil:
		return nil
	case l.conn == nil:
		return l.db.Close()
	}
	return errors.Join(l.conn.Close(), l.db.Close())
}
