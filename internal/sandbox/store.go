package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // registers the driver
	sqlite3 "modernc.org/sqlite/lib"
)

// store is the database. Requests end when they are done, not when their client leaves, so nothing here takes a context.
type store struct {
	path  string // "" in memory
	db    *sql.DB
	write sync.Mutex // one writer per process; other processes are kept out by SQLite's lock

	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

// openStore opens the database, and creates and seeds it when there is none.
func openStore(path string, first seeding) (*store, error) {
	if path != "" {
		if err := touch(path); err != nil {
			return nil, fmt.Errorf("sandbox database: %w", err)
		}
	}
	s, err := connect(path)
	if err != nil {
		return nil, err
	}
	if err := s.prepareSchema(first); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// touch makes the folder and an empty file that only the owner may read; SQLite gives its side files the same rights.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// connect opens a connection pool on an existing file, or on a database in memory.
func connect(path string) (*store, error) {
	settings := url.Values{
		"_pragma": {"busy_timeout(30000)", "synchronous(NORMAL)", "foreign_keys(ON)", "cache_size(-32000)", "wal_autocheckpoint(4000)"},
		"_txlock": {"immediate"},
	}
	name := ":memory:?"
	if path != "" {
		settings.Set("mode", "rw") // SQLite makes no file by itself
		name = fileURI(path) + "?"
	}
	db, err := sql.Open("sqlite", name+settings.Encode())
	if err != nil {
		return nil, fmt.Errorf("sandbox database %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	if path == "" { // a second connection would be a second, empty database
		db.SetMaxOpenConns(1)
	}
	return &store{path: path, db: db, stmts: map[string]*sql.Stmt{}}, nil
}

// fileURI names a file to SQLite, whatever letters are in its path.
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

// prepareSchema checks whose file it is. A new file is filled in one transaction, so another process sees all of it or nothing.
func (s *store) prepareSchema(first seeding) error {
	made, err := s.check()
	if err != nil {
		return err
	}
	if !made {
		err = s.inTx(func(tx *sql.Tx) error {
			if made, err := check(tx, s.path); err != nil || made { // another process was faster
				return err
			}
			return build(tx, first)
		})
	}
	if err == nil {
		err = s.useWAL()
	}
	return s.explain(err)
}

// build makes the tables of an empty database and seeds them.
func build(tx *sql.Tx, first seeding) error {
	marks := fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d;", applicationID, schemaVersion)
	if _, err := tx.Exec(schema + marks); err != nil {
		return err
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	if _, err := tx.Exec("INSERT INTO meta VALUES('secret', ?)", secret); err != nil {
		return err
	}
	if err := first.run(tx); err != nil {
		return err
	}
	_, err := tx.Exec(indexes)
	return err
}

func (s *store) check() (made bool, err error) {
	made, err = check(s.db, s.path)
	return made, s.explain(err)
}

// check tells whether the database is made; an empty one is not.
func check(q interface {
	QueryRow(query string, args ...any) *sql.Row
}, path string,
) (made bool, err error) {
	var app, version, tables int
	err = q.QueryRow("SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version").
		Scan(&app, &version, &tables)
	switch {
	case err != nil:
		return false, err
	case app == applicationID && version == schemaVersion:
		return true, nil
	case app == applicationID:
		return false, fmt.Errorf("%w: %s has schema %d, this program reads schema %d; sandbox reset makes it anew",
			ErrVersion, path, version, schemaVersion)
	case app == 0 && tables == 0:
		return false, nil
	}
	return false, fmt.Errorf("%w: %s belongs to another program; name another file", ErrNotSandbox, path)
}

// useWAL lets readers and the writer work at once; when the file does so already it costs nothing. The switch needs the file
// for itself for a moment, and SQLite does not always wait for that by itself.
func (s *store) useWAL() error {
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

// stmt prepares a statement at its first use.
func (s *store) stmt(query string) (*sql.Stmt, error) {
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

// inTx runs f in a transaction that takes the write lock at its start (BEGIN IMMEDIATE).
func (s *store) inTx(f func(*sql.Tx) error) error {
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

func (s *store) close() error { return s.db.Close() }
