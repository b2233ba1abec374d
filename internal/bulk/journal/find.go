package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

// Find returns the directory of an import's journal in folder, which has the directories dirs: the newest of the same owner,
// else the only one that may be the same import, since a second journal would send its rows again. Without one it is
// ImportID's. Several that may be are an *Error. A header with New finds only a journal that is new too, of the same owner.
func Find(fs files.FS, folder string, dirs []string, h Header) (string, error) {
	var same, possible []string
	var latest time.Time
	for _, dir := range dirs {
		old, err := ReadHeader(fs, dir)
		if err != nil || !canBe(old, h) {
			continue
		}
		switch {
		case old.Owner().Relation(h.Owner()) == SameTenant:
			if same == nil || old.Created.After(latest) {
				same, latest = []string{dir}, old.Created
			}
		case !h.New:
			possible = append(possible, dir)
		}
	}
	switch {
	case len(same) > 0:
		return same[0], nil
	case len(possible) == 1:
		return possible[0], nil
	case len(possible) == 0:
		return filepath.Join(folder, ImportID(h)), nil
	}
	err := fmt.Errorf("the server does not report the tenant, and the file can belong to several imports: %s", strings.Join(possible, ", "))
	return "", &Error{Code: "journal_mismatch", Dir: folder, Err: err}
}

// canBe reports whether a journal is of the same import as far as is known.
func canBe(old, h Header) bool {
	sameKind := old.KeyKind == h.KeyKind || old.KeyKind == "" || h.KeyKind == ""
	return old.Operation == h.Operation && old.SHA256 == h.SHA256 && old.CloneSource == h.CloneSource && old.Host == h.Host &&
		sameKind && old.Owner().Relation(h.Owner()) != OtherTenant && (old.New || !h.New)
}

// ReadHeader reads the first line of the journal in dir.
func ReadHeader(fs files.FS, dir string) (Header, error) {
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

// SampleID returns a customer that the journal names: one that the import created, else one that existed; "" when there is
// none. A credential that cannot see it belongs to another tenant.
func (j *Journal) SampleID() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, id := range []uuid.UUID{j.ledger.sample.ID, j.ledger.existingID} {
		if id != uuid.Nil {
			return id.String()
		}
	}
	return ""
}

// SentKeys returns the keys of the rows that were sent and not rejected.
func (j *Journal) SentKeys() (map[record.RowKey]bool, error) {
	keys := map[record.RowKey]bool{}
	err := j.Lines(func(e *Entry) {
		if state, _ := j.State(e.Row); e.Kind == KindSend && state != record.Rejected {
			keys[e.Key] = true
		}
	})
	return keys, err
}

// Sample returns a customer that this import has created.
func (j *Journal) Sample() Sample {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.sample
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
