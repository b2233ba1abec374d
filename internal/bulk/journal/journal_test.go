package journal

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// memory is a file in memory.
func memory(content []byte) *simulate.File {
	return &simulate.File{Disk: simulate.NewDisk(nil), Live: content, Synced: bytes.Clone(content), Same: len(content)}
}

// someJournal is the journal of three rows: one created, one refused, one in doubt.
func someJournal(t testing.TB) []byte {
	t.Helper()
	d := simulate.NewDisk(nil)
	j, err := Open(d, "/j", Header{Operation: "create", Host: "https://api.example.com", SHA256: "s"})
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
		must(j.sent(&Entry{Row: row, Attempt: 1, At: at}))
	}
	must(j.Record(0, 1, Outcome{State: record.Created, ID: uuid.UUID{1}, Evidence: ByAnswer}))
	must(j.Record(1, 1, Outcome{
		State: record.Rejected, Status: 422, Code: "invalid_input", Evidence: ByAnswer, Text: "email: \"no\"\nat all \x1b[0m \U0001f600",
	}))
	must(j.Record(2, 1, Outcome{State: record.InDoubt, Code: "timeout"}))
	must(j.Close())
	return d.Files["/j/"+FileName].Live
}

func TestOpen_ImpossibleLineIsDamage(t *testing.T) {
	t.Parallel()
	header := Entry{Kind: kindHeader, doc: []byte(`{"version":1}`)}
	plan := Entry{Kind: kindPlan, doc: []byte(`{"rows":2}`)}
	send := Entry{Kind: KindSend, Attempt: 1, At: time.Now()}
	done := Entry{Kind: KindOutcome, Attempt: 1, At: time.Now(), Outcome: Outcome{State: record.Created}}
	beyond := send
	beyond.Row = 2
	beyondDone := done
	beyondDone.Row = 2
	doubt := Entry{Kind: KindOutcome, At: time.Now(), Outcome: Outcome{State: record.InDoubt}}
	many := send
	many.Attempt = maxAttempts + 1
	for name, lines := range map[string][]Entry{
		"no header":              {plan},
		"two headers":            {header, header},
		"newer version":          {{Kind: kindHeader, doc: []byte(`{"version":2}`)}},
		"header of another kind": {{Kind: kindHeader, doc: []byte(`[]`)}},
		"send before a plan":     {header, send},
		"row out of range":       {header, plan, beyond},
		"outcome out of range":   {header, plan, beyondDone},
		"sent when created":      {header, plan, send, done, send},
		"created twice":          {header, plan, send, done, done},
		"in doubt unsent":        {header, plan, doubt},
		"too many attempts":      {header, plan, many},
		"other number of rows":   {header, plan, {Kind: kindPlan, doc: []byte(`{"rows":3}`)}},
		"negative rows":          {header, {Kind: kindPlan, doc: []byte(`{"rows":-1}`)}},
		"endless rows":           {header, {Kind: kindPlan, doc: []byte(`{"rows":1000000000000}`)}},
		"unknown kind":           {header, plan, {Kind: 'X', doc: []byte(`{}`)}},
		"note that is none":      {header, {Kind: kindNote, doc: []byte(`5`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var content []byte
			sum := uint32(0)
			for i := range lines {
				content, sum = appendLine(content, markDurable, &lines[i], sum)
			}
			d := simulate.NewDisk(nil)
			d.Put("/j/"+FileName, content)
			for _, open := range []func() (*Journal, error){
				func() (*Journal, error) { return Read(d, "/j") },
				func() (*Journal, error) { return Open(d, "/j", Header{}) },
			} {
				_, err := open()
				je, ok := errors.AsType[*Error](err)
				if !ok || je.Code != "journal_damaged" || je.Line != len(lines) {
					t.Errorf("got %v, want damage in line %d", err, len(lines))
				}
			}
			if d.Locks["/j/"+lockFile] {
				t.Error("the lock was kept")
			}
		})
	}
}

func TestOpen_JournalOfAnotherImport(t *testing.T) {
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
			d := simulate.NewDisk(nil)
			j, err := Open(d, "/j", base)
			if err != nil {
				t.Fatal(err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			h := base
			change(&h)
			j, err = Open(d, "/j", h)
			if what == "" {
				if err != nil || j.Header.Tenant != "t1" {
					t.Errorf("%v", err)
				}
				return
			}
			je, ok := errors.AsType[*Error](err)
			if !ok || je.Code != "journal_mismatch" || !strings.Contains(err.Error(), "the "+what+" ") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestImportID_SameContent(t *testing.T) {
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

func TestIDSet_Grows(t *testing.T) {
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

// Journals of older programs have no status of an answer that created.
func TestLine_OutcomeWithoutAStatus(t *testing.T) {
	t.Parallel()
	line := []byte(" O 17 1 1764000000323 created 0 - 497f6eca-6276-4993-bfeb-53cbbbba6f08 answer 5e6f7a8b")
	var e Entry
	if err := parseLine(line, &e); err != nil || e.Outcome.Status != 0 || e.Outcome.State != record.Created {
		t.Errorf("%+v, %v", e.Outcome, err)
	}
}
