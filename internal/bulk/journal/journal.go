// Package journal is the write-ahead journal of an import.
package journal

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

const (
	journalVersion = 1
	// FileName is the name of the journal within its folder.
	FileName    = "journal"
	lockFile    = "lock"
	reserveFile = "reserve"
	inputFile   = "input" // the copy of stdin
	// ReserveBytes is the disk space kept for outcomes when the disk becomes full.
	ReserveBytes = 64 << 10
)

// Header says what a journal's import is about. It holds no credential.
type Header struct {
	Version     int    `json:"version"`
	Operation   string `json:"operation"`      // create or clone
	Host        string `json:"host"`           // the API's address
	Tenant      string `json:"tenant"`         // "" when the server does not report it
	Login       string `json:"login,omitzero"` // see [Owner]
	New         bool   `json:"new,omitzero"`   // an import of its own, whatever others of this content there are
	KeyKind     string `json:"key_kind"`       // live, test or "": what the key's prefix says
	SHA256      string `json:"sha256"`         // of the input, in hex
	File        string `json:"file"`           // as the user named it
	Mapping     string `json:"mapping"`        // how columns become fields, in any stable form
	CloneSource string `json:"clone_source,omitzero"`
	NoRules     bool   `json:"no_rules,omitzero"`    // clones leave the source's rules out
	ResumeFrom  string `json:"resume_from,omitzero"` // the directory of the journal that this one continues
	// Settings are the caller's, kept as they are for a later resume.
	Settings jsontext.Value `json:"settings,omitzero"`
	Created  time.Time      `json:"created"`
}

// ImportID names an import: the same operation on the same tenant (or host, when the tenant is not known) with the same
// content has the same id, whatever the file is called. It is "" for a temporary journal, which knows no content.
func ImportID(h Header) string {
	where := h.Tenant
	switch {
	case h.SHA256 == "":
		return ""
	case where != "":
	case h.Owner().tenantLogin():
		where = h.Host + " " + h.Login
	default:
		where = h.Host
	}
	text := h.Operation + "\n" + where + "\n" + h.CloneSource + "\n" + h.SHA256
	if h.New {
		text += "\nnew\n" + h.Login
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// PlanRecord is the start of a run, as the journal keeps it.
type PlanRecord struct {
	Rows int `json:"rows"`
	// SkewMS is the server's clock less this machine's, in milliseconds.
	SkewMS int64 `json:"skew_ms"`
	// Out are the rows that validation took out, by state; nil where an older program kept no count.
	Out map[record.State]int `json:"out,omitzero"`
	// Path is where the file was, absolute; "" for a copy of stdin, which lies beside the journal.
	Path string `json:"path,omitzero"`
	// Owner is whose run it is.
	Owner Owner `json:"owner,omitzero"`
	// Place identifies the machine and the folder in which the run had the journal. [Journal.Begin] sets it, and Copied, which
	// reports whether an earlier run had it in another one.
	Place  string `json:"place,omitzero"`
	Copied bool   `json:"copied,omitzero"`
}

// Skew returns how far the server's clock is ahead of this machine's.
func (p PlanRecord) Skew() time.Duration { return time.Duration(p.SkewMS) * time.Millisecond }

// Note is the end of a run or of an import.
type Note struct {
	Event  string               `json:"event"` // stopped, finished, carried or continued
	Reason string               `json:"reason,omitzero"`
	Import string               `json:"import,omitzero"` // the journal that continues it
	At     time.Time            `json:"at"`
	Counts map[record.State]int `json:"counts,omitzero"`
}

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
	j.carried = j.carried || n.Event == "carried"
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
