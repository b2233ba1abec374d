package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/files"
)

// Find returns the directory of an import's journal in folder, in which names are those that there are. That is
// ImportID's, unless the server reported the tenant at one time and not at another: an import that can be this one is
// this one, since a second journal would send its rows again. Several that can be are a *Error.
func Find(fs files.FS, folder string, dirs []string, h Header) (string, error) {
	own := filepath.Join(folder, ImportID(h))
	if _, err := readHeader(fs, own); err == nil {
		return own, nil
	}
	var found []string
	for _, dir := range dirs {
		old, err := readHeader(fs, dir)
		if err == nil && canBe(old, h) {
			found = append(found, dir)
		}
	}
	switch len(found) {
	case 0:
		return own, nil
	case 1:
		return found[0], nil
	}
	err := fmt.Errorf("several imports of this content can be meant, since the server does not tell the tenant: %s", strings.Join(found, ", "))
	return "", &Error{Code: "journal_mismatch", Dir: folder, Err: err}
}

// canBe reports whether a journal is of the same import as far as is known.
func canBe(old, h Header) bool {
	same := func(a, b string) bool { return a == b || a == "" || b == "" }
	return old.Operation == h.Operation && old.SHA256 == h.SHA256 && old.CloneSource == h.CloneSource && old.Host == h.Host &&
		same(old.Tenant, h.Tenant) && same(old.KeyKind, h.KeyKind)
}

// readHeader reads a journal's first line.
func readHeader(fs files.FS, dir string) (Header, error) {
	var h Header
	f, err := fs.OpenRead(filepath.Join(dir, FileName))
	if err != nil {
		return h, err
	}
	defer func() { _ = f.Close() }()
	line, err := readLine(bufio.NewReaderSize(io.NewSectionReader(f, 0, readBuffer), readBuffer))
	if err != nil {
		return h, err
	}
	var e Entry
	if _, _, ok := checkLine(line, 0); !ok {
		return h, errors.New("the header is damaged")
	}
	if err := parseLine(line, &e); err != nil {
		return h, err
	}
	return h, json.Unmarshal(e.doc, &h)
}

// SampleID returns a customer that this import has created, "" when there is none yet. A credential that cannot see it belongs to
// another tenant.
func (j *Journal) SampleID() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.ledger.sampleID == uuid.Nil {
		return ""
	}
	return j.ledger.sampleID.String()
}

// Sample returns a customer that this import has created and its row; ok is false when there is none yet.
func (j *Journal) Sample() (row int, id uuid.UUID, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.sampleRow, j.ledger.sampleID, j.ledger.sampleID != uuid.Nil
}

// InUse reports whether a process works on the journal in dir. To find out it takes the lock for a moment.
func InUse(fs files.FS, dir string) bool {
	lock, err := fs.Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return errors.Is(err, files.ErrLocked)
	}
	_ = lock.Close()
	return false
}
