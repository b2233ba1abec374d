package bulk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

// byName is a server that decides by the company name, at once.
type byName struct {
	reconcile.API

	mu    sync.Mutex
	names []string
	due   int           // names
	all   chan struct{} // closed when they are all seen
}

func (b *byName) Create(_ context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.names = append(b.names, *r.CompanyName); len(b.names) == b.due {
		close(b.all)
	}
	switch name, _, _ := strings.Cut(*r.CompanyName, " "); name {
	case "Bad":
		const message = "=country_code: not a country"
		return nil, &client.Error{
			Method: "POST", Status: 422, Code: "invalid_input", Message: message, Fields: []client.FieldError{{Field: "country_code", Message: message}}, JSON: true,
		}
	case "Lost":
		return nil, simulate.Lost(true, "timeout")
	}
	return &client.CreatedCustomer{ID: idOf(*r.CompanyName)}, nil
}

func idOf(name string) string { return uuid.NewSHA1(uuid.Nil, []byte(name)).String() }

func (b *byName) FindByEmail(context.Context, string) ([]client.Customer, error) {
	<-b.all
	return nil, simulate.Refusal(403, "not_allowed", "no")
}

// imported imports a file with one worker and gives what the report is made of.
func imported(t *testing.T, name, content string, o input.ReadOptions) (*journal.Journal, *input.Checked, *byName) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := input.Open(t.Context(), path, nil, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = source.Close() })
	checked, err := input.Validate(t.Context(), source, input.Rules{SkipInvalid: true, AllowNoEmail: true})
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(files.Disk(), filepath.Join(dir, "journal"), journal.Header{})
	if err != nil {
		t.Fatal(err)
	}
	api := &byName{due: checked.Counts[record.Pending], all: make(chan struct{})}
	_, err = NewRunner(RunOptions{
		Target: Target{API: api, Limiter: NewRateLimiter()}, Input: Input{Rows: checked.Each()},
		Journal: j, Plan: journal.PlanRecord{Rows: checked.Rows, Out: checked.Counts}, MaxErrors: ErrorLimit{Set: true, Count: 99},
	}).Run(t.Context())
	if err = errors.Join(err, j.Close()); err != nil {
		t.Fatal(err)
	}
	j, err = journal.Read(files.Disk(), filepath.Join(dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j, checked, api
}

const mixedCSV = `company_name,email,note
Good,good@example.com,a
Bad One,bad@example.com,=1+1
"Two
lines",no email,b
Good,good@example.com,a
'+Plus,plus@example.com,"x, y"
Lost,lost@example.com,c
Last,last@example.com,d
`

func TestResults_EveryRowInOrder(t *testing.T) {
	t.Parallel()
	j, checked, _ := imported(t, "customers.csv", mixedCSV, input.ReadOptions{IgnoreUnknown: true})
	out := filepath.Join(t.TempDir(), "results.csv")
	if err := WriteResults(t.Context(), files.Disk(), out, j, checked); err != nil {
		t.Fatal(err)
	}
	want := `line,key,state,id,evidence,attempts,status,code,error
2,good@example.com,created,` + idOf("Good") + `,answer,1,,,
3,bad@example.com,rejected,,answer,1,422,invalid_input,'=country_code: not a country
`
	got := read(t, out)
	if !strings.HasPrefix(got, want) {
		t.Errorf("%s", cmp.Diff(want, got))
	}
	lines := strings.Split(strings.TrimSpace(got), "\n")[3:]
	for i, prefix := range []string{
		`4,,invalid,,,0,,bad_email,"the email contains`, "6,good@example.com,duplicate_in_file,,,0,,equal_row,the row is",
		"7,plus@example.com,created," + idOf("+Plus") + ",answer,1,,,", "8,lost@example.com,unknown,,,1,,in_doubt,its outcome is not known yet", "9,last@example.com,created," + idOf("Last") + ",answer,1,,,",
	} {
		if !strings.HasPrefix(lines[i], prefix) {
			t.Errorf("%q, want %q...", lines[i], prefix)
		}
	}
	if err := WriteResults(t.Context(), files.Disk(), strings.TrimSuffix(out, "csv")+"jsonl", j, checked); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(read(t, strings.TrimSuffix(out, "csv")+"jsonl"), "\n")
	if want := `{"line":2,"key":"good@example.com","state":"created","id":"` + idOf("Good") + `","evidence":"answer","attempts":1}`; first != want {
		t.Errorf("%s, want %s", first, want)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestRejects_FixedFileIsImported(t *testing.T) {
	t.Parallel()
	j, checked, _ := imported(t, "customers.csv", mixedCSV, input.ReadOptions{IgnoreUnknown: true})
	out := filepath.Join(t.TempDir(), "rejects.csv")
	n, err := WriteRejects(t.Context(), files.Disk(), out, j, checked)
	if err != nil || n != 2 {
		t.Fatalf("%d rejects, %v", n, err)
	}
	got := read(t, out)
	want := `company_name,email,note,_hydractl_line,_hydractl_state,_hydractl_code,_hydractl_error,_hydractl_import
Bad One,bad@example.com,'=1+1,3,rejected,invalid_input,'=country_code: not a country,
"Two
lines",no email,b,4,invalid,bad_email,`
	if !strings.HasPrefix(got, want) {
		t.Errorf("%s", cmp.Diff(want, got))
	}
	fixed := strings.NewReplacer("Bad One", "Fixed", "no email", "two@example.com").Replace(got)
	j, checked, api := imported(t, "rejects.csv", fixed, input.ReadOptions{IgnoreColumns: []string{"note"}})
	slices.Sort(api.names)
	if diff := cmp.Diff([]string{"Fixed", "Two\nlines"}, api.names); diff != "" || checked.Counts[record.Invalid] != 0 {
		t.Errorf("%v\n%s", checked.Counts, diff)
	}
	if n, err := WriteRejects(t.Context(), files.Disk(), out, j, checked); err != nil || n != 0 {
		t.Errorf("%d rejects of the fixed file, %v", n, err)
	}
	if got := read(t, out); got != "company_name,email,note,_hydractl_line,_hydractl_state,_hydractl_code,_hydractl_error,_hydractl_import\n" {
		t.Errorf("%q", got)
	}
}

func TestRejects_RowOfAnotherLengthStaysInvalid(t *testing.T) {
	t.Parallel()
	j, checked, _ := imported(t, "c.csv", "company_name;email;currency\nFoo; Inc.;a@example.com;EUR\nShort\n", input.ReadOptions{})
	out := filepath.Join(t.TempDir(), "rejects.csv")
	if n, err := WriteRejects(t.Context(), files.Disk(), out, j, checked); err != nil || n != 2 {
		t.Fatalf("%d rejects, %v", n, err)
	}
	_, again, api := imported(t, "r.csv", read(t, out), input.ReadOptions{})
	if again.Counts[record.Invalid] != 2 || len(api.names) > 0 {
		t.Errorf("%v, sent %v\n%s", again.Counts, api.names, read(t, out))
	}
}

func TestRejects_JSONLines(t *testing.T) {
	t.Parallel()
	content := `[{"company_name": "Bad", "email": "a@example.com", "_hydractl_code": "old"},
 {"company_name": 5},
 {"company_name": "Good"}]`
	j, checked, _ := imported(t, "c.json", content, input.ReadOptions{})
	out := filepath.Join(t.TempDir(), "rejects.jsonl")
	n, err := WriteRejects(t.Context(), files.Disk(), out, j, checked)
	if err != nil || n != 2 {
		t.Fatalf("%d rejects, %v", n, err)
	}
	got := read(t, out)
	want := `{"company_name":"Bad","email":"a@example.com","_hydractl_line":1,"_hydractl_state":"rejected","_hydractl_code":"invalid_input","_hydractl_error":"=country_code: not a country","_hydractl_import":""}` + "\n"
	if !strings.HasPrefix(got, want) {
		t.Errorf("%s", cmp.Diff(want, got))
	}
	if !strings.Contains(got, `{"company_name":5,"_hydractl_line":2,"_hydractl_state":"invalid","_hydractl_code":"not_text",`) {
		t.Error(got)
	}
	_, again, _ := imported(t, "r.jsonl", got, input.ReadOptions{})
	if again.Rows != 2 || again.Counts[record.Invalid] != 1 {
		t.Errorf("%v", again.Counts)
	}
}

func TestWriteResults_FailureKeepsTheOldFile(t *testing.T) {
	t.Parallel()
	j, checked, _ := imported(t, "customers.csv", mixedCSV, input.ReadOptions{IgnoreUnknown: true})
	for _, op := range []string{"write", "sync", "rename"} {
		d := simulate.NewDisk(nil)
		old := []byte("old\n")
		d.Put("/r.csv", old)
		broken := errors.New("no")
		d.Fail = func(o, _ string, _ int) error {
			if o == op {
				return broken
			}
			return nil
		}
		if err := WriteResults(t.Context(), d, "/r.csv", j, checked); !errors.Is(err, broken) {
			t.Errorf("%s: %v", op, err)
		}
		if len(d.Files) != 1 || string(d.Files["/r.csv"].Live) != "old\n" {
			t.Errorf("%s: %d files, %q", op, len(d.Files), d.Files["/r.csv"].Live)
		}
	}
}

func TestWriteResults_OldOrWholeAfterACrash(t *testing.T) {
	t.Parallel()
	j, checked, _ := imported(t, "customers.csv", mixedCSV, input.ReadOptions{IgnoreUnknown: true})
	whole := simulate.NewDisk(nil)
	if err := WriteResults(t.Context(), whole, "/r.csv", j, checked); err != nil {
		t.Fatal(err)
	}
	want := string(whole.Files["/r.csv"].Live)
	for how := range simulate.Tears {
		for at, dead := 1, true; dead; at++ {
			d := simulate.NewDisk(&simulate.Crash{At: at})
			old := []byte("old\n")
			d.Put("/r.csv", old)
			_ = WriteResults(t.Context(), d, "/r.csv", j, checked)
			dead = d.Crash.IsDead()
			got := string(d.Reboot(nil, how).Files["/r.csv"].Live)
			if got != want && (got != "old\n" || !dead) {
				t.Errorf("death at point %d: %q", at, got)
			}
		}
	}
}
