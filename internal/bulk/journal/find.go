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

// matches refuses a journal that was made for something else.
func (j *Journal) matches(h Header, successor string) error {
	differ := func(what, then, now string) error {
		return &Error{Code: "journal_mismatch", Err: fmt.Errorf("the import was started with the %s %q (now %q)", what, then, now)}
	}
	old := j.Header
	switch {
	case old.Operation != h.Operation:
		return differ("operation", old.Operation, h.Operation)
	case old.Host != h.Host:
		return differ("address", old.Host, h.Host)
	case old.Tenant != h.Tenant && old.Tenant != "" && h.Tenant != "":
		return differ("tenant", old.Tenant, h.Tenant)
	case old.Owner().Relation(h.Owner()) == OtherTenant:
		return differ("login", old.Login, h.Login)
	case old.KeyKind != h.KeyKind && old.KeyKind != "" && h.KeyKind != "":
		return differ("kind of key", old.KeyKind, h.KeyKind)
	case old.SHA256 != h.SHA256:
		return differ("content", old.SHA256, h.SHA256)
	case old.Mapping != h.Mapping:
		return differ("mapping", old.Mapping, h.Mapping)
	case old.CloneSource != h.CloneSource || old.NoRules != h.NoRules:
		return differ("clone source", old.CloneSource, h.CloneSource)
	case old.ResumeFrom != h.ResumeFrom && (h.ResumeFrom != "" || !j.carried):
		return differ("earlier import", old.ResumeFrom, h.ResumeFrom)
	case j.last.Event == EventContinued && j.last.Import != successor:
		return &Error{Code: "journal_continued", Err: fmt.Errorf("the import was continued as %s", j.last.Import)}
	}
	return nil
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
