package imports_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/cmd"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// tinyServer is as much of HydraCore as an import needs.
type tinyServer struct {
	mu        sync.Mutex
	customers []map[string]string
	// post answers a POST in the server's place; nil or false leaves it to the server.
	post func(w http.ResponseWriter, email string) bool
}

func (s *tinyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodPost {
		s.create(w, r)
		return
	}
	if r.URL.Path != "/v1/customers" {
		clitest.Answer(http.StatusNotFound, "application/json", `{"detail":"Not Found"}`)(w, r)
		return
	}
	found := []map[string]string{}
	for _, c := range s.customers {
		if strings.Contains(c["email"], r.URL.Query().Get("search")) {
			found = append(found, c)
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"customers": found, "page": 1, "per_page": 100, "total": len(found), "total_pages": 1})
}

func (s *tinyServer) create(w http.ResponseWriter, r *http.Request) {
	var c map[string]string
	text, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(text, &c)
	if s.post != nil && s.post(w, c["email"]) {
		return
	}
	c["id"] = uuid.NewString()
	s.customers = append(s.customers, c)
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(c)
}

// refusing answers a POST for some emails with a 422.
func refusing(emails ...string) func(http.ResponseWriter, string) bool {
	return func(w http.ResponseWriter, email string) bool {
		if !slices.Contains(emails, email) {
			return false
		}
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte(`{"detail":"no good"}`))
		return true
	}
}

// vars is the environment of a program that talks to the server and keeps its state in dir.
func (s *tinyServer) vars(t *testing.T, dir string) map[string]string {
	t.Helper()
	vars := clitest.Answering(t, s.ServeHTTP)
	vars["HYDRACTL_STATE_DIR"] = filepath.Join(dir, "state")
	return vars
}

const threeRows = "email,company_name\na@example.com,A\nb@example.com,B\nc@example.com,C\n"

func writeIn(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// errorOf reads the one JSON object on stderr.
func errorOf(t *testing.T, got clitest.Ran) failure.Report {
	t.Helper()
	var all struct{ Error failure.Report }
	if err := json.Unmarshal([]byte(got.ErrOut), &all); err != nil {
		t.Fatalf("%v in stderr:\n%s", err, got.ErrOut)
	}
	return all.Error
}

// TestImport_UnwritableReportKeepsOutcome takes the folder of the reports away while the rows are sent.
func TestImport_UnwritableReportKeepsOutcome(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--results", "--rejects"} {
		for name, refused := range map[string][]string{"all are created": nil, "one is refused": {"b@example.com"}} {
			t.Run(flag+", "+name, func(t *testing.T) {
				dir := t.TempDir()
				out := filepath.Join(dir, "out")
				if err := os.Mkdir(out, 0o700); err != nil {
					t.Fatal(err)
				}
				refuse := refusing(refused...)
				s := &tinyServer{post: func(w http.ResponseWriter, email string) bool {
					_ = os.RemoveAll(out)
					return refuse(w, email)
				}}
				got := runCLI(t, s.vars(t, dir), "", "customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes", flag, filepath.Join(out, "r.csv"), "-o", "json")
				e := errorOf(t, got)
				if got.Code != failure.ExitJournal || e.ExitCode != failure.ExitJournal || e.Outcome != failure.OutcomePartial || !strings.Contains(e.Message, flag) {
					t.Errorf("exit code %d, error %+v", got.Code, e)
				}
				if len(refused) > 0 && !strings.Contains(e.Message, "1 of 3 rows were refused") {
					t.Errorf("the import's outcome is not reported: %s", e.Message)
				}
				want := fmt.Sprintf(`"created": %d`, 3-len(refused))
				if !strings.Contains(got.Out, want) || !strings.Contains(got.Out, `"exit_code": 11`) {
					t.Errorf("the summary lacks %s:\n%s", want, got.Out)
				}
			})
		}
	}
}

// TestImport_FileCreatedMeanwhileIsKept puts a file where the results are to be.
func TestImport_FileCreatedMeanwhileIsKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "r.csv")
	s := &tinyServer{post: func(http.ResponseWriter, string) bool {
		_ = os.WriteFile(out, []byte("mine"), 0o600)
		return false
	}}
	got := runCLI(t, s.vars(t, dir), "", "customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes", "--results", out)
	if text, _ := os.ReadFile(out); string(text) != "mine" || got.Code != failure.ExitJournal || !strings.Contains(got.ErrOut, "r.csv exists") {
		t.Errorf("exit code %d, the file is %q, stderr:\n%s", got.Code, text, got.ErrOut)
	}
}

// fullWriter is a disk on which nothing fits.
type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left on device") }

// TestImport_FailureOutlivesOutputFailure writes the summary where it cannot be written.
func TestImport_FailureOutlivesOutputFailure(t *testing.T) {
	t.Parallel()
	nowhere := filepath.Join(t.TempDir(), "missing", "file")
	for name, tt := range map[string]struct {
		refused []string
		full    bool
		summary string // GITHUB_STEP_SUMMARY
		args    []string
		code    int
		says    string
	}{
		"stdout is full, a row is refused":       {refused: []string{"b@example.com"}, full: true, code: failure.ExitPartial, says: "Warning: cannot write the output: no space left"},
		"stdout is full":                         {full: true, code: failure.ExitUnexpected, says: "cannot write the output: no space left"},
		"--jq fails, a row is refused":           {refused: []string{"b@example.com"}, args: []string{"--jq", ".rows.x"}, code: failure.ExitPartial, says: "Warning: --jq"},
		"--jq fails":                             {args: []string{"--jq", ".rows.x"}, code: failure.ExitUnexpected, says: "--jq"},
		"the step summary, a row is refused":     {refused: []string{"b@example.com"}, summary: nowhere, code: failure.ExitPartial, says: "Warning: GITHUB_STEP_SUMMARY"},
		"the step summary, and nothing but that": {summary: nowhere, code: failure.ExitOK, says: "Warning: GITHUB_STEP_SUMMARY"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := &tinyServer{post: refusing(tt.refused...)}
			vars := s.vars(t, dir)
			if tt.summary != "" {
				vars["GITHUB_ACTIONS"], vars["GITHUB_STEP_SUMMARY"] = "true", tt.summary
			}
			app := clitest.Env(t, vars, "")
			var errOut strings.Builder
			app.Out, app.Err = io.Discard, &errOut
			if tt.full {
				app.Out = fullWriter{}
			}
			args := append([]string{"customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes"}, tt.args...)
			code := cmd.Execute(context.Background(), app, args)
			if code != tt.code || !strings.Contains(errOut.String(), tt.says) || len(s.customers) != 3-len(tt.refused) {
				t.Errorf("exit code %d, want %d; %d customers; stderr:\n%s", code, tt.code, len(s.customers), errOut.String())
			}
			if len(tt.refused) > 0 && !strings.Contains(errOut.String(), "Error: 1 of 3 rows were refused") {
				t.Errorf("the import's failure is not reported:\n%s", errOut.String())
			}
		})
	}
}

// TestImport_BadOutputFlagsSendNothing names a column that a summary does not have.
func TestImport_BadOutputFlagsSendNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := &tinyServer{}
	got := runCLI(t, s.vars(t, dir), "", "customers", "import", writeIn(t, dir, "in.csv", threeRows), "--yes", "-o", "csv", "--columns", "nope")
	if got.Code != failure.ExitUsage || len(s.customers) > 0 {
		t.Errorf("exit code %d, %d customers, stderr:\n%s", got.Code, len(s.customers), got.ErrOut)
	}
}

// TestImport_RefusedFileIsAnnotatedOnGitHub checks files that cannot be imported in a step of GitHub Actions.
func TestImport_RefusedFileIsAnnotatedOnGitHub(t *testing.T) {
	t.Parallel()
	many := "email\n" + strings.Repeat("wrong\n", 30)
	for name, tt := range map[string]struct {
		csv   string
		args  []string
		want  string
		count int
		table string
	}{
		"a bad row":        {"email\ngood@example.com\nwrong\n", nil, ",line=3,col=1,title=customers import%3A invalid::email: ", 1, "| invalid | 1 |"},
		"a dry run":        {"email\nwrong\n", []string{"--dry-run"}, ",line=2,col=1,", 1, "| invalid | 1 |"},
		"JSON":             {"email\nwrong\n", []string{"-o", "json"}, ",line=2,col=1,", 1, "| invalid | 1 |"},
		"with rejects":     {"email\nwrong\n", []string{"--rejects", "%d/rejects.csv"}, ",line=2,col=1,", 1, "| invalid | 1 |"},
		"two of one email": {"email,company_name\na@example.com,A\na@example.com,B\n", nil, ",line=3,col=1,", 1, "| duplicate_in_file | 1 |"},
		"a bad header":     {"email,foo\na@example.com,x\n", nil, ",line=1,col=7,title=customers import%3A invalid::unknown column", 1, "nothing was sent"},
		"an empty file":    {"", nil, ",title=customers import%3A invalid::", 1, "nothing was sent"},
		"many bad rows":    {many, nil, ",line=11,col=1,", 10, "| invalid | 30 |"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := &tinyServer{}
			vars := s.vars(t, dir)
			summary := filepath.Join(dir, "summary.md")
			vars["GITHUB_ACTIONS"], vars["GITHUB_STEP_SUMMARY"] = "true", summary
			args := []string{"customers", "import", writeIn(t, dir, "in.csv", tt.csv), "--yes"}
			for _, arg := range tt.args {
				args = append(args, strings.ReplaceAll(arg, "%d", dir))
			}
			got := runCLI(t, vars, "", args...)
			if n := strings.Count(got.ErrOut, "::error file="); got.Code != failure.ExitUsage || n != tt.count || !strings.Contains(got.ErrOut, tt.want) {
				t.Errorf("exit code %d, %d annotations, stderr:\n%s", got.Code, n, got.ErrOut)
			}
			text, _ := os.ReadFile(summary)
			if !strings.Contains(string(text), "in.csv`, exit code 2") || !strings.Contains(string(text), tt.table) {
				t.Errorf("the step summary is:\n%s", text)
			}
		})
	}
}

// TestPlan_Columns looks at headers that are not the names of fields.
func TestPlan_Columns(t *testing.T) {
	t.Parallel()
	wide := make([]string, 40)
	for i := range wide {
		wide[i] = fmt.Sprintf("_hydractl_%d", i)
	}
	for name, tt := range map[string]struct {
		csv  string
		args []string
		want []string // lines
	}{
		"the fields' names":  {"email,company_name\na@example.com,A\n", nil, []string{"  columns    email                              such as a@example.com"}},
		"other spellings":    {" E-Mail ,Kunde\na@example.com,A\n", []string{"--map", "Kunde=company_name"}, []string{"E-Mail -> email", "Kunde -> company_name"}},
		"ignored columns":    {"email,Note,_hydractl_line\na@example.com,x,3\n", []string{"--ignore-columns", "Note"}, []string{"  left out   Note, _hydractl_line\n"}},
		"set by the server":  {"email,id\na@example.com,x\n", nil, []string{"  left out   id, which the server sets itself\n"}},
		"JSON":               {`{"E-Mail":"a@example.com"}` + "\n", []string{"--format", "jsonl"}, []string{"E-Mail -> email                    such as a@example.com"}},
		"very many":          {"email," + strings.Join(wide, ",") + "\na@example.com" + strings.Repeat(",", 40) + "\n", nil, []string{"  left out   _hydractl_0\n", "             _hydractl_39\n"}},
		"an evil name":       {"email,\"x\x1b[31m\"\na@example.com,x\n", []string{"--ignore-unknown"}, []string{`left out   x\x1b[31m`}},
		"what resembles":     {"email,compny\na@example.com,x\n", []string{"--ignore-unknown"}, []string{`the column "compny" is left out, and no other gives company_name: --map compny=company_name takes it`}},
		"an export":          {"id,Email,Name,Created (UTC),Delinquent\n1,a@example.com,A,,\n", nil, []string{"  product    Stripe customers (--preset none reads it without)", "Name -> company_name", "left out   Created (UTC), Delinquent\n"}},
		"codes":              {"email,country\na@example.com,Germany\nb@example.com,Germany\n", nil, []string{"  country_code   Germany                2 cells -> DE\n", "--fix-codes"}},
		"codes, converted":   {"email,country\na@example.com,Germany\n", []string{"--fix-codes"}, []string{"Converted by --fix-codes:\n  country_code   Germany                1 cell -> DE\n"}},
		"markers":            {"email,company\na@example.com,N/A\nb@example.com,N/A\n", nil, []string{"  company_name   N/A                    2 cells\n"}},
		"changes":            {"email,company\na@example.com, A\n,\n", nil, []string{"  changed    1 value without the blanks around them (--raw keeps them); 1 empty row skipped\n"}},
		"a title, and where": {"Customers\n\nemail\na@example.com\n", []string{"--header-line", "3"}, []string{"  read as    CSV, utf-8, delimiter ,, header on line 3\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := &tinyServer{}
			args := append([]string{"customers", "import", writeIn(t, dir, "in.csv", tt.csv), "--dry-run"}, tt.args...)
			got := runCLI(t, s.vars(t, dir), "", args...)
			for _, want := range tt.want {
				if got.Code != failure.ExitOK || !strings.Contains(got.ErrOut, want) {
					t.Errorf("exit code %d, want %q; stderr:\n%s", got.Code, want, got.ErrOut)
				}
			}
		})
	}
}

// TestImport_NoEmailColumn checks that the hint takes the column that may hold the emails, before it does without any.
func TestImport_NoEmailColumn(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"E-Mail 1,company_name": "--map 'E-Mail 1=email'",
		"Notes,company_name":    "--allow-no-email",
	} {
		dir := t.TempDir()
		s := &tinyServer{}
		got := runCLI(t, s.vars(t, dir), "", "customers", "import", writeIn(t, dir, "in.csv", header+"\nx,A\n"), "--ignore-unknown", "--dry-run")
		_, hint, _ := strings.Cut(got.ErrOut, "Hint: ")
		if got.Code != failure.ExitUsage || !strings.Contains(hint, want) {
			t.Errorf("%s: exit code %d, hint %s", header, got.Code, hint)
		}
	}
}
