package bulk

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// memory is a file in memory.
func memory(content []byte) *simFile {
	return &simFile{disk: newDisk(nil), live: content, synced: bytes.Clone(content), same: len(content)}
}

// someJournal is the journal of three rows: one created, one refused, one in doubt.
func someJournal(t testing.TB) []byte {
	t.Helper()
	d := newDisk(nil)
	j, err := OpenJournal(d, "/j", Header{Operation: "create", Host: "https://api.example.com", SHA256: "s"})
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(j.Begin(PlanRecord{Rows: 3}))
	at := time.UnixMilli(1764000000123)
	for row := range 3 {
		must(j.sent(&entry{row: row, attempt: 1, at: at}))
	}
	must(j.settled(&entry{row: 0, attempt: 1, at: at, outcome: outcome{state: Created, id: uuid.UUID{1}, evidence: byAnswer}}))
	must(j.settled(&entry{row: 1, attempt: 1, at: at, outcome: outcome{
		state: Rejected, status: 422, code: "invalid_input", evidence: byAnswer, text: "email: \"no\"\nat all \x1b[0m \U0001f600",
	}}))
	must(j.settled(&entry{row: 2, attempt: 1, at: at, outcome: outcome{state: InDoubt, code: "timeout"}}))
	must(j.Close())
	return d.files["/j/"+journalFile].live
}

func TestLinesSurviveTheJournal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := entry{kind: rapid.SampledFrom([]lineKind{kindSend, kindOutcome, kindRequest, kindNote}).Draw(t, "kind")}
		at := time.UnixMilli(rapid.Int64Range(0, 1e14).Draw(t, "at"))
		word := rapid.StringMatching(`|[a-z_]{1,20}`)
		switch e.kind {
		case kindNote:
			e.doc = []byte(`{"event":"stopped"}`)
		case kindRequest:
			e.at = at
		default:
			e.row, e.attempt, e.at = rapid.IntRange(0, 1e9).Draw(t, "row"), rapid.IntRange(0, 1e6).Draw(t, "attempt"), at
		}
		if e.kind == kindSend {
			copy(e.key[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "key"))
			copy(e.payload[:], rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "payload"))
		}
		if e.kind == kindOutcome {
			states := outcomeStates()
			e.outcome = outcome{
				state: rapid.SampledFrom(states[:]).Draw(t, "state"), status: rapid.IntRange(0, 999).Draw(t, "status"),
				code: word.Draw(t, "code"), evidence: word.Draw(t, "evidence"), text: clipText(rapid.String().Draw(t, "text")),
			}
			copy(e.outcome.id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		}
		prev := rapid.Uint32().Draw(t, "checksum before")
		line, sum := appendLine(nil, markDurable, &e, prev)
		line = line[:len(line)-1]
		if bytes.ContainsAny(line, "\n") {
			t.Fatalf("%q holds a line end", line)
		}
		stored, _, ok := checkLine(line, prev)
		if !ok || stored != sum {
			t.Fatalf("%q has a wrong checksum", line)
		}
		var got entry
		if err := parseLine(line, &got); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("%q is read as %+v, was %+v", line, got, e)
		}
	})
}

// Cut anywhere, a journal is what was written before; a byte changed anywhere is damage, or in the last line, or where it
// begins, a torn tail.
func TestACutOrChangedJournalIsNeverReadAsAnotherOne(t *testing.T) {
	t.Parallel()
	whole := someJournal(t)
	var lines [][]byte
	collect := func(content []byte) ([][]byte, error) {
		var got [][]byte
		_, _, err := readLines(memory(content), int64(len(content)), func(_ int64, line []byte, _ *entry) error {
			got = append(got, bytes.Clone(line))
			return nil
		})
		return got, err
	}
	lines, err := collect(whole)
	if err != nil || len(lines) != 8 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	lastLine := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for i := range whole {
		got, err := collect(whole[:i])
		if err != nil || len(got) != bytes.Count(whole[:i], []byte{'\n'}) {
			t.Errorf("cut at %d: %d lines, %v", i, len(got), err)
		}
		for _, change := range []byte{1, 0x20, 0xff, whole[i]} { // the last makes it a NUL
			changed := bytes.Clone(whole)
			changed[i] ^= change
			got, err := collect(changed)
			je, damaged := errors.AsType[*JournalError](err)
			switch {
			case err != nil && (!damaged || je.Code != "journal_damaged" || je.Line != bytes.Count(whole[:i], []byte{'\n'})+1):
				t.Errorf("byte %d changed: %v", i, err)
			case err == nil && i < lastLine-1 && change != whole[i]:
				t.Errorf("byte %d changed by %x: nothing was noticed", i, change)
			case err == nil && len(got) == len(lines):
				t.Errorf("byte %d changed by %x: all lines are taken for valid", i, change)
			case len(got) > 0 && !reflect.DeepEqual(got, lines[:len(got)]):
				t.Errorf("byte %d changed by %x: other lines are read", i, change)
			}
		}
	}
}

func FuzzJournal(f *testing.F) {
	whole := someJournal(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("*S 1 1 1 " + strings.Repeat("A", 22) + " AAAAAAAAAAA 00000000\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		d := newDisk(nil)
		d.files["/j/"+journalFile] = &simFile{disk: d, live: content, synced: content, same: len(content)}
		j, err := ReadJournal(d, "/j")
		if err != nil {
			if _, ok := errors.AsType[*JournalError](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		total := 0
		for _, n := range j.Counts() {
			total += n
		}
		if total != j.Rows() {
			t.Errorf("counts %v of %d rows", j.Counts(), j.Rows())
		}
	})
}

// FuzzJournalLines gives the parser lines whose checksums are right: the text itself may be hostile.
func FuzzJournalLines(f *testing.F) {
	for line := range bytes.Lines(someJournal(f)) {
		f.Add(line[:len(line)-crcLength-1])
	}
	f.Add([]byte("*S 99999999999999 1 1 kW kW"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < 2 || bytes.IndexByte(body, '\n') >= 0 {
			return
		}
		line := append(bytes.Clone(body), " 00000000"...)
		var e entry
		if parseLine(line, &e) != nil {
			return
		}
		l := newLedger(10)
		_ = l.apply(&e)
		again, _ := appendLine(nil, line[0], &e, 0)
		var second entry
		if err := parseLine(again[:len(again)-1], &second); err != nil || !reflect.DeepEqual(e, second) {
			t.Errorf("%q is read as %+v, written as %q and read as %+v, %v", line, e, again, second, err)
		}
	})
}

func TestALineThatNoRunWouldWriteIsDamage(t *testing.T) {
	t.Parallel()
	header := entry{kind: kindHeader, doc: []byte(`{"version":1}`)}
	plan := entry{kind: kindPlan, doc: []byte(`{"rows":2}`)}
	send := entry{kind: kindSend, attempt: 1, at: time.Now()}
	done := entry{kind: kindOutcome, attempt: 1, at: time.Now(), outcome: outcome{state: Created}}
	beyond := send
	beyond.row = 2
	beyondDone := done
	beyondDone.row = 2
	doubt := entry{kind: kindOutcome, at: time.Now(), outcome: outcome{state: InDoubt}}
	many := send
	many.attempt = maxAttempts + 1
	for name, lines := range map[string][]entry{
		"no header":              {plan},
		"two headers":            {header, header},
		"newer version":          {{kind: kindHeader, doc: []byte(`{"version":2}`)}},
		"header of another kind": {{kind: kindHeader, doc: []byte(`[]`)}},
		"send before a plan":     {header, send},
		"row out of range":       {header, plan, beyond},
		"outcome out of range":   {header, plan, beyondDone},
		"sent when created":      {header, plan, send, done, send},
		"created twice":          {header, plan, send, done, done},
		"in doubt unsent":        {header, plan, doubt},
		"too many attempts":      {header, plan, many},
		"other number of rows":   {header, plan, {kind: kindPlan, doc: []byte(`{"rows":3}`)}},
		"negative rows":          {header, {kind: kindPlan, doc: []byte(`{"rows":-1}`)}},
		"endless rows":           {header, {kind: kindPlan, doc: []byte(`{"rows":1000000000000}`)}},
		"unknown kind":           {header, plan, {kind: 'X', doc: []byte(`{}`)}},
		"note that is none":      {header, {kind: kindNote, doc: []byte(`5`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var content []byte
			sum := uint32(0)
			for i := range lines {
				content, sum = appendLine(content, markDurable, &lines[i], sum)
			}
			d := newDisk(nil)
			d.files["/j/"+journalFile] = &simFile{disk: d, live: content, synced: content, same: len(content)}
			for _, open := range []func() (*Journal, error){
				func() (*Journal, error) { return ReadJournal(d, "/j") },
				func() (*Journal, error) { return OpenJournal(d, "/j", Header{}) },
			} {
				_, err := open()
				je, ok := errors.AsType[*JournalError](err)
				if !ok || je.Code != "journal_damaged" || je.Line != len(lines) {
					t.Errorf("got %v, want damage in line %d", err, len(lines))
				}
			}
			if d.locks["/j/"+lockFile] {
				t.Error("the lock was kept")
			}
		})
	}
}

func TestAJournalOfSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	base := Header{
		Operation: "clone", Host: "https://api.example.com", Tenant: "t1", KeyKind: "test", SHA256: "s", Mapping: "m", CloneSource: "c",
	}
	for what, change := range map[string]func(h *Header){
		"operation":      func(h *Header) { h.Operation = "create" },
		"address":        func(h *Header) { h.Host = "https://api.example.org" },
		"tenant":         func(h *Header) { h.Tenant = "t2" },
		"kind of key":    func(h *Header) { h.KeyKind = "live" },
		"content":        func(h *Header) { h.SHA256 = "x" },
		"mapping":        func(h *Header) { h.Mapping = "x" },
		"clone source":   func(h *Header) { h.CloneSource = "x" },
		"earlier import": func(h *Header) { h.ResumeFrom = "/i" },
		"":               func(h *Header) { h.Tenant, h.KeyKind, h.File = "", "", "other.csv" },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			d := newDisk(nil)
			j, err := OpenJournal(d, "/j", base)
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			h := base
			change(&h)
			j, err = OpenJournal(d, "/j", h)
			if what == "" {
				if err != nil || j.Header.Tenant != "t1" {
					t.Errorf("%v", err)
				}
				return
			}
			je, ok := errors.AsType[*JournalError](err)
			if !ok || je.Code != "journal_mismatch" || !strings.Contains(err.Error(), "the "+what+" ") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestTheSameContentHasTheSameImportID(t *testing.T) {
	t.Parallel()
	a := ImportID(Header{Operation: "create", Host: "https://api.example.com", Tenant: "t", SHA256: "s", File: "a.csv"})
	if b := ImportID(Header{Operation: "create", Host: "https://proxy.example.com", Tenant: "t", SHA256: "s", File: "b.csv"}); a != b {
		t.Errorf("%s and %s", a, b)
	}
	for _, h := range []Header{{Operation: "clone", Tenant: "t", SHA256: "s"}, {Operation: "create", Tenant: "u", SHA256: "s"}, {Operation: "create", Tenant: "t", SHA256: "r"}} {
		if ImportID(h) == a {
			t.Errorf("%+v has the same id", h)
		}
	}
}

func TestAJournalOnDiskIsPrivateLockedAndDurable(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "imports", "1")
	h := Header{Operation: "create", SHA256: "s"}
	j, err := OpenJournal(Disk(), dir, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Begin(PlanRecord{Rows: 1}); err != nil {
		t.Fatal(err)
	}
	_, err = OpenJournal(Disk(), dir, h)
	if je, ok := errors.AsType[*JournalError](err); !ok || je.Code != "journal_in_use" {
		t.Errorf("a second run: %v", err)
	}
	if seen, err := ReadJournal(Disk(), dir); err != nil || seen.Rows() != 1 {
		t.Errorf("looking at it meanwhile: %v", err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{".": 0o700, journalFile: 0o600, lockFile: 0o600, reserveFile: 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	j, err = OpenJournal(Disk(), dir, h)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[State]int{Pending: 1}, j.Counts()); diff != "" {
		t.Error(diff)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAJournalThatOthersCanWriteOrThatIsALinkIsRefused(t *testing.T) {
	t.Parallel()
	if os.PathSeparator != '/' {
		t.Skip("there are no modes here")
	}
	for name, spoil := range map[string]func(t *testing.T, dir string) error{
		"directory for all": func(_ *testing.T, dir string) error { return os.Chmod(dir, 0o777) },
		"file for all":      func(_ *testing.T, dir string) error { return os.Chmod(filepath.Join(dir, journalFile), 0o666) },
		"linked file": func(t *testing.T, dir string) error {
			other := filepath.Join(t.TempDir(), "other")
			return errors.Join(os.Rename(filepath.Join(dir, journalFile), other), os.Symlink(other, filepath.Join(dir, journalFile)))
		},
		"directory of files": func(_ *testing.T, dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, journalFile)), os.Mkdir(filepath.Join(dir, journalFile), 0o700))
		},
		"another user's": func(t *testing.T, dir string) error {
			if os.Geteuid() != 0 {
				t.Skip("only root can give files away")
			}
			return os.Chown(filepath.Join(dir, journalFile), 12345, -1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "1")
			j, err := OpenJournal(Disk(), dir, Header{})
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(j.Close(), spoil(t, dir)); err != nil {
				t.Fatal(err)
			}
			_, err = OpenJournal(Disk(), dir, Header{})
			if je, ok := errors.AsType[*JournalError](err); !ok || je.Code != "journal_unwritable" {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestIDsAreRememberedBeyondTheRoomThatWasMade(t *testing.T) {
	t.Parallel()
	for _, room := range []int{0, 1, 1000} {
		s := newIDSet(room)
		var ids []uuid.UUID
		for range 3000 {
			id := uuid.New()
			if s.has(id) || !s.add(id) || s.add(id) {
				t.Fatalf("%s: seen %v", id, s.has(id))
			}
			ids = append(ids, id)
		}
		for _, id := range ids {
			if !s.has(id) {
				t.Fatalf("%s is forgotten", id)
			}
		}
	}
}

func TestUnknownRowsAreDecidedByTheUser(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resend bool
		want   map[State]int
	}{"resend": {true, map[State]int{Created: 2}}, "assume": {false, map[State]int{Created: 2}}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(2, func(i int) bool { return i == 0 }))
				g.server.fault = func(write int, _ Values) writeFault {
					if write == 2 {
						return writeFault{kind: faultLost}
					}
					return writeFault{}
				}
				s := g.finish(t, t.Context())
				if s.Counts[Unknown] != 1 {
					t.Fatalf("%v", s.Counts)
				}
				j, err := g.open()
				if err != nil {
					t.Fatal(err)
				}
				n, err := j.Decide(test.resend)
				if err = errors.Join(err, j.Close()); err != nil || n != 1 {
					t.Fatalf("%d rows decided, %v", n, err)
				}
				before := g.server.writes
				s = g.finish(t, t.Context())
				if diff := cmp.Diff(test.want, s.Counts); diff != "" {
					t.Error(diff)
				}
				if sent := g.server.writes - before; (sent == 1) != test.resend {
					t.Errorf("%d sends after the decision", sent)
				}
			})
		})
	}
}
