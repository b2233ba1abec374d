// Package journal is the write-ahead journal of an import.
package journal

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

const (
	// FileName is the name of the journal within its folder.
	FileName    = "journal"
	lockFile    = "lock"
	reserveFile = "reserve"
	inputFile   = "input" // the copy of stdin
	// ReserveBytes is the disk space kept for outcomes when the disk becomes full.
	ReserveBytes = 64 << 10
)

// Journal is the record of an import and its only truth: what it says was sent may have been sent, and nothing else
// was. It is safe for concurrent use.
type Journal struct {
	Header Header

	dir  string
	fs   files.FS
	file files.File
	lock io.Closer
	out  *committer

	identity string // of the machine and the folder, see PlanRecord.Place

	mu      sync.Mutex
	ledger  ledger
	plan    PlanRecord // of the last run; what it does not say is that of an earlier one
	planned bool
	last    Note
	carried bool
	skipped map[record.State]int // see PlanRecord.Out
}

// Open opens the journal in dir for a run, or makes it. The lock is held until Close. A torn tail, as a crash
// leaves it, is cut. Errors are *Error.
func Open(fs files.FS, dir string, h Header) (*Journal, error) {
	return openJournal(fs, dir, h, "")
}

// openJournal opens a journal also when it is continued as the one in successor.
func openJournal(fs files.FS, dir string, h Header, successor string) (*Journal, error) {
	j := &Journal{dir: dir, fs: fs}
	if err := fs.MakeDir(dir); err != nil {
		return nil, j.fail("journal_unwritable", err)
	}
	lock, err := fs.Lock(filepath.Join(dir, lockFile))
	if errors.Is(err, files.ErrLocked) {
		return nil, j.fail("journal_in_use", errors.New("the import is in use by another process"))
	}
	if err != nil {
		return nil, j.fail("journal_unwritable", err)
	}
	j.lock = lock
	if err := j.start(h, successor); err != nil {
		if j.file != nil {
			err = errors.Join(err, j.file.Close())
		}
		return nil, errors.Join(j.fail("journal_unwritable", err), lock.Close())
	}
	return j, nil
}

// Read reads a journal to look at it, without the lock; nothing can be recorded. A torn tail is ignored.
// Errors are *Error.
func Read(fs files.FS, dir string) (*Journal, error) {
	j := &Journal{dir: dir, fs: fs, identity: fs.Identity(dir)}
	file, err := fs.OpenRead(filepath.Join(dir, FileName))
	if err != nil {
		return nil, j.fail("journal_missing", err)
	}
	j.file = file
	good, _, err := j.load()
	if err == nil && good == 0 {
		err = &Error{Code: "journal_missing", Err: errors.New("the journal is empty")}
	}
	if err != nil {
		return nil, errors.Join(j.fail("journal_damaged", err), file.Close())
	}
	return j, nil
}

// start reads what there is, or writes the header.
func (j *Journal) start(h Header, successor string) error {
	if err := j.checkForeign(); err != nil {
		return err
	}
	j.identity = j.fs.Identity(j.dir)
	if err := j.reserve(); err != nil {
		return err
	}
	file, err := j.fs.Open(filepath.Join(j.dir, FileName))
	if err != nil {
		return err
	}
	j.file = file
	good, sum, err := j.load()
	if err != nil {
		return err
	}
	if err := file.Truncate(good); err != nil {
		return err
	}
	if err := file.Sync(); err != nil { // what an earlier run wrote may have been read from memory only
		return err
	}
	if good > 0 {
		if err := j.matches(h, successor); err != nil {
			return err
		}
	}
	j.out = &committer{file: file, inPlace: j.inPlace, release: j.releaseReserve}
	j.out.start(good, sum)
	if good > 0 {
		return nil
	}
	h.Version, h.Created = journalVersion, time.Now()
	j.Header = h
	if err := j.document(kindHeader, h); err != nil {
		return errors.Join(err, j.out.close())
	}
	return nil
}

// load reads the journal into the ledger.
func (j *Journal) load() (good int64, sum uint32, err error) {
	return scanLines(j.file, func(e *Entry) error {
		if (e.offset == 0) != (e.Kind == kindHeader) {
			return errors.New("the header is not the first line, or not the only one")
		}
		switch e.Kind {
		case kindHeader:
			return j.loadHeader(e.doc)
		case kindPlan:
			return j.loadPlan(e.doc)
		case kindNote:
			return j.loadNote(e.doc)
		}
		return j.ledger.apply(e)
	})
}

func (j *Journal) loadHeader(doc []byte) error {
	if err := json.Unmarshal(doc, &j.Header); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if j.Header.Version != journalVersion {
		return fmt.Errorf("the journal's version is %d, this program knows %d", j.Header.Version, journalVersion)
	}
	return nil
}

func (j *Journal) loadPlan(doc []byte) error {
	var p PlanRecord
	if err := json.Unmarshal(doc, &p); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	return j.begin(p)
}

func (j *Journal) loadNote(doc []byte) error {
	var n Note
	if err := json.Unmarshal(doc, &n); err != nil {
		return fmt.Errorf("note: %w", err)
	}
	j.note(n)
	return nil
}

func (j *Journal) note(n Note) {
	j.last = n
	if n.Counts != nil {
		j.skipped = n.Counts
	}
	j.carried = j.carried || n.Event == EventCarried
}

// begin takes a plan in: the first one fixes the number of rows.
func (j *Journal) begin(p PlanRecord) error {
	switch {
	case p.Rows < 0 || p.Rows > maxRows:
		return fmt.Errorf("%d rows", p.Rows)
	case j.planned && p.Rows != j.plan.Rows:
		return fmt.Errorf("the import has %d rows, and now %d", j.plan.Rows, p.Rows)
	case !j.planned:
		recent := j.ledger.recent
		j.ledger = newLedger(p.Rows)
		j.ledger.recent = recent
	}
	if p.Out != nil {
		j.skipped = p.Out
	}
	p.Path, p.Place, p.Copied = cmp.Or(p.Path, j.plan.Path), cmp.Or(p.Place, j.plan.Place), p.Copied || j.plan.Copied
	j.plan, j.planned = p, true
	return nil
}

// Dir is where the journal lies.
func (j *Journal) Dir() string { return j.dir }

// Close syncs the journal and lets the lock go; one of [Read] has only its file to close.
func (j *Journal) Close() error {
	err := error(nil)
	if j.lock != nil {
		err = j.out.close()
	}
	err = errors.Join(err, j.file.Close())
	if j.lock != nil {
		err = errors.Join(err, j.lock.Close())
	}
	if err != nil {
		return j.fail("journal_unwritable", err)
	}
	return nil
}

// fail returns err as an *Error of this journal; one that is an *Error already keeps its code.
func (j *Journal) fail(code string, err error) error {
	if je, ok := errors.AsType[*Error](err); ok {
		je.Dir = j.dir
		return je
	}
	return &Error{Code: code, Dir: j.dir, Err: err}
}
