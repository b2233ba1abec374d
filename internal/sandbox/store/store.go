// Package store keeps the sandbox's data in SQLite: the file, its schema, and the customers with the index that lists are
// read from.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // registers the driver
	sqlite3 "modernc.org/sqlite/lib"
)

// Store is an open database. Requests end when they are done, not when their client leaves, so nothing here takes a context.
type Store struct {
	path  string // "" in memory
	db    *sql.DB
	write sync.Mutex // one writer per process; SQLite's lock keeps other processes out

	mu      sync.Mutex
	stmts   map[string]*sql.Stmt
	indexes map[int64]*index // by tenant
}

// Open opens the database, and creates a missing or empty one, which fill seeds. An empty path is a database in memory.
func Open(path string, fill func(*sql.Tx) error) (*Store, error) {
	if path != "" {
		if err := touch(path); err != nil {
			return nil, err
		}
	}
	s, err := connect(path)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(fill); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// WithExisting opens the database that must exist already, and closes it after f.
func WithExisting(path string, f func(*Store) error) error {
	if _, err := os.Lstat(path); err != nil {
		return fmt.Errorf("sandbox database: %w", err)
	}
	s, err := connect(path)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	exists, err := check(s.db, path)
	if err == nil && !exists {
		err = fmt.Errorf("%w: %s is empty", ErrNotSandbox, path)
	}
	if err == nil {
		err = f(s)
	}
	return s.explain(err)
}

// checkFile refuses anything but a regular file: a link can lead anywhere, a FIFO blocks, a device is not a database. A
// missing file is fine.
func checkFile(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("sandbox database: %w", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%w: sandbox database %s is a symbolic link: name the file itself", ErrOption, path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: sandbox database %s is not a regular file: name another one", ErrOption, path)
	}
	return nil
}

// touch creates the folder and an empty file that only the owner can read; SQLite gives its side files the same mode.
func touch(path string) error {
	if err := checkFile(path); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("sandbox database: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("sandbox database: %w", err)
	}
	return f.Close()
}

// connect opens a connection pool on an existing file, or on a database in memory.
func connect(path string) (*Store, error) {
	settings := url.Values{
		"_pragma": {"busy_timeout(30000)", "synchronous(NORMAL)", "foreign_keys(ON)", "cache_size(-32000)", "wal_autocheckpoint(4000)"},
		"_txlock": {"immediate"},
	}
	name := ":memory:?"
	if path != "" {
		if err := checkFile(path); err != nil {
			return nil, err
		}
		settings.Set("mode", "rw") // SQLite does not create the file
		name = fileURI(path) + "?"
	}
	db, err := sql.Open("sqlite", name+settings.Encode())
	if err != nil {
		return nil, fmt.Errorf("sandbox database %s: %w", path, err)
	}
	connections := 4
	if path == "" { // a second connection would be a second, empty database
		connections = 1
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &Store{path: path, db: db, stmts: map[string]*sql.Stmt{}, indexes: map[int64]*index{}}, nil
}

// fileURI is the SQLite URI of a file with any characters in its path.
func fileURI(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // C:/...
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// prepare checks the file and builds a new one in one transaction, so another process sees all of it or nothing.
func (s *Store) prepare(fill func(*sql.Tx) error) error {
	exists, err := check(s.db, s.path)
	if err == nil && !exists {
		err = s.InTx(func(tx *sql.Tx) error {
			if exists, err := check(tx, s.path); err != nil || exists { // another process was faster
				return err
			}
			return build(tx, fill)
		})
	}
	if err == nil {
		err = s.useWAL()
	}
	return s.explain(err)
}

// build creates the tables of an empty database and fills them.
func build(tx *sql.Tx, fill func(*sql.Tx) error) error {
	marks := fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;", applicationID, SchemaVersion)
	if _, err := tx.Exec(schema + marks); err != nil {
		return err
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	if _, err := tx.Exec("INSERT INTO meta VALUES('secret', ?)", secret); err != nil {
		return err
	}
	if err := fill(tx); err != nil {
		return err
	}
	_, err := tx.Exec(indexes)
	return err
}

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	QueryRow(query string, args ...any) *sql.Row
}

// check reports whether the database has been built; an empty one has not.
func check(q querier, path string) (exists bool, err error) {
	var app, version, tables int
	err = q.QueryRow("SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version").
		Scan(&app, &version, &tables)
	switch {
	case err != nil:
		return false, err
	case app == applicationID && version == SchemaVersion:
		return true, nil
	case app == applicationID:
		return false, fmt.Errorf("%w: %s has schema %d, this program reads schema %d; sandbox reset rebuilds it",
			ErrVersion, path, version, SchemaVersion)
	case app == 0 && tables == 0:
		return false, nil
	}
	return false, fmt.Errorf("%w: %s belongs to another program; name another file", ErrNotSandbox, path)
}

// useWAL lets readers and the writer work at once; when the file already does so it costs nothing. The switch needs the file
// to itself for a moment, and SQLite does not always wait for that.
func (s *Store) useWAL() error {
	if s.path == "" {
		return nil
	}
	var err error
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err = s.db.Exec("PRAGMA journal_mode=WAL"); code(err) != sqlite3.SQLITE_BUSY || time.Now().After(deadline) {
			return err
		}
	}
}

// Stmt prepares a statement at its first use.
func (s *Store) Stmt(query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.stmts[query]; ok {
		return st, nil
	}
	st, err := s.db.PrepareContext(context.Background(), query)
	if err == nil {
		s.stmts[query] = st
	}
	return st, err
}

// List reads every row of a query.
func List[T any](s *Store, scan func(row *sql.Rows, v *T) error, query string, args ...any) ([]T, error) {
	st, err := s.Stmt(query)
	if err != nil {
		return nil, err
	}
	rows, err := st.Query(args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// InTx runs f in a transaction that takes the write lock at its start (BEGIN IMMEDIATE).
func (s *Store) InTx(f func(*sql.Tx) error) error {
	s.write.Lock()
	defer s.write.Unlock()
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// Close closes the database.
func (s *Store) Close() error { return s.db.Close() }
