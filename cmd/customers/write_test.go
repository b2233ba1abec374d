package customers_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// exactly serves one customer, whom its search finds only in the spelling it has, and refuses its email in any other.
func exactly(email string) http.HandlerFunc {
	row := fmt.Sprintf(`{"id":%q,"email":%q,"created_at":"2026-01-01T00:00:00Z"}`, clitest.SomeID, email)
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			if strings.Contains(strings.ToLower(string(body)), strings.ToLower(email)) {
				clitest.Answer(http.StatusConflict, "application/json", `{"detail":"Email already registered"}`)(w, r)
				return
			}
		}
		rows, total := "", 0
		if search := r.URL.Query().Get("search"); strings.Contains(email, search) {
			rows, total = row, 1
		}
		clitest.Answer(http.StatusOK, "application/json", fmt.Sprintf(`{"customers":[%s],"page":1,"per_page":100,"total":%d,"total_pages":1}`, rows, total))(w, r)
	}
}

func TestCreate_DuplicateInCaseSensitiveSearch(t *testing.T) {
	t.Parallel()
	vars := clitest.Answering(t, exactly("Dup@example.com"))
	got := runCLI(t, vars, "", "customers", "create", "--email", "dup@example.com")
	if got.Code != failure.ExitDuplicate || !strings.Contains(got.ErrOut, "--email: Email already registered (409)") {
		t.Errorf("create: exit %d, %s", got.Code, got.ErrOut)
	}
	got = runCLI(t, vars, "", "customers", "create", "--email", "dup@example.com", "--if-not-exists", "-o", "json")
	if got.Code != failure.ExitOK || !strings.Contains(got.Out, `"created": false`) {
		t.Errorf("--if-not-exists: exit %d, %s%s", got.Code, got.Out, got.ErrOut)
	}
	got = runCLI(t, vars, "", "customers", "clone", clitest.SomeID, "--company-name", "x", "--email", "dup@example.com")
	if got.Code != failure.ExitDuplicate || !strings.Contains(got.ErrOut, "--email: Email already registered (409)") {
		t.Errorf("clone: exit %d, %s", got.Code, got.ErrOut)
	}
	lower := clitest.Answering(t, exactly("low@example.com"))
	if got = runCLI(t, lower, "", "customers", "get", "LOW@Example.com", "-o", "id"); strings.Contains(got.ErrOut, "no customer") {
		t.Errorf("get: exit %d, %s", got.Code, got.ErrOut)
	}
}

// A server that names a duplicate is believed also when the customer cannot be found, and only then.
func TestCreate_UnfoundDuplicateTrustsServer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		detail string
		code   int
	}{
		"its words":           {409, `"Email already registered"`, failure.ExitDuplicate},
		"of a field":          {422, `[{"loc":["body","email"],"msg":"is taken","type":"value_error"}]`, failure.ExitDuplicate},
		"another conflict":    {409, `"The plan's limit is reached already"`, failure.ExitRejected},
		"of another field":    {422, `[{"loc":["body","email"],"msg":"no"},{"loc":["body","currency"],"msg":"none that exists"}]`, failure.ExitRejected},
		"the constraint's":    {400, `"duplicate key value violates unique constraint customers_tenant_email"`, failure.ExitDuplicate},
		"nothing of the kind": {400, `"no"`, failure.ExitRejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					clitest.Answer(test.status, "application/json", `{"detail":`+test.detail+`}`)(w, r)
					return
				}
				clitest.Answer(http.StatusOK, "application/json", `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)(w, r)
			})
			got := runCLI(t, vars, "", "customers", "create", "--email", "a@example.com", "--if-not-exists")
			if got.Code != test.code {
				t.Errorf("exit %d, want %d: %s", got.Code, test.code, got.ErrOut)
			}
		})
	}
}

// However an answer was lost, one word says that the outcome is unknown, and the hint names the customer.
func TestCreate_UnknownOutcomeHasOneCode(t *testing.T) {
	t.Parallel()
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	hang := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-r.Context().Done():
			case <-never:
			}
			return
		}
		clitest.Answer(http.StatusInternalServerError, "text/plain", "Internal Server Error")(w, r)
	}
	for name, args := range map[string][]string{
		"the command's end":  {"customers", "create", "--email", "a@example.com", "--timeout", "300ms"},
		"the answer is late": {"customers", "create", "--email", "a@example.com", "--request-timeout", "300ms", "--retries", "0"},
		"a raw request":      {"api", "POST", "/v1/customers", "-f", "email=a@example.com", "--request-timeout", "300ms"},
	} {
		got := runCLI(t, clitest.Answering(t, hang), "", append(args, "--error-format", "json")...)
		if got.Code != failure.ExitUnknown || !strings.Contains(got.ErrOut, `"code":"outcome_unknown"`) {
			t.Errorf("%s: exit %d, %s", name, got.Code, got.ErrOut)
		}
		if args[0] == "customers" && !strings.Contains(got.ErrOut, "customers get a@example.com") {
			t.Errorf("%s: the hint does not name the customer: %s", name, got.ErrOut)
		}
	}
}

// A 2xx may name a customer that was there before, or that another operator has created.
func TestCreate_AnswerNamesAnotherCustomer(t *testing.T) {
	t.Parallel()
	const now, old = "NOW", "2020-01-01T00:00:00Z"
	for name, test := range map[string]struct {
		answer, read string // fields of the customer besides its ID
		code         int
		stderr       string
	}{
		"created now":          {`"email":"a@example.com","created_at":"` + now + `"`, "", failure.ExitOK, "Created customer"},
		"old":                  {`"email":"a@example.com","created_at":"` + old + `"`, `"email":"a@example.com","created_at":"` + old + `"`, failure.ExitDuplicate, "already"},
		"another email, now":   {`"email":"b@example.com","created_at":"` + now + `"`, `"email":"b@example.com","created_at":"` + now + `"`, failure.ExitOK, "b@example.com"},
		"another company, now": {`"company_name":"Bar","created_at":"` + now + `"`, `"company_name":"Bar","created_at":"` + now + `"`, failure.ExitUnknown, "company name is not what was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			posts := 0
			vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
				id := `{"id":"` + clitest.SomeID + `",`
				switch {
				case r.Method == http.MethodPost:
					posts++
					answer := strings.ReplaceAll(test.answer, now, time.Now().UTC().Format(time.RFC3339))
					clitest.Answer(http.StatusCreated, "application/json", id+answer+"}")(w, r)
				case strings.Contains(r.URL.Path, clitest.SomeID):
					clitest.Answer(http.StatusOK, "application/json", id+strings.ReplaceAll(test.read, now, time.Now().UTC().Format(time.RFC3339))+"}")(w, r)
				default:
					clitest.Answer(http.StatusOK, "application/json", `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`)(w, r)
				}
			})
			got := runCLI(t, vars, "", "customers", "create", "--email", "a@example.com", "--company-name", "Foo", "--quiet-period", "0s")
			if got.Code != test.code || !strings.Contains(got.ErrOut, test.stderr) || posts != 1 {
				t.Errorf("exit %d, want %d, after %d requests: %s", got.Code, test.code, posts, got.ErrOut)
			}
		})
	}
}

// TestCreate_WarningsTakeConsent checks that create and clone ask before they send what an import warns about.
func TestCreate_WarningsTakeConsent(t *testing.T) {
	t.Parallel()
	vars := map[string]string{"HYDRACTL_STATE_DIR": t.TempDir()}
	first := runCLI(t, vars, "", "-p", "sandbox", "customers", "create", "--email", "source@example.com")
	if first.Code != failure.ExitOK {
		t.Fatal(first.ErrOut)
	}
	create, clone := []string{"create"}, []string{"clone", "source@example.com"}
	for i, tt := range []struct {
		command []string
		flag    string
		value   string
		want    string
	}{
		{create, "--country-code", "Germany", "did you mean DE?"},
		{create, "--currency", "Euro", "did you mean EUR?"},
		{create, "--locale", "de_DE", "did you mean de-DE?"},
		{create, "--timezone", "Berlin", "did you mean Europe/Berlin?"},
		{create, "--industry", "NULL", "looks like a missing value"},
		{create, "--company-name", "a\x1b[2J", "a character that controls terminals"},
		{clone, "--company-name", "N/A", "looks like a missing value"},
	} {
		for flag, code := range map[string]int{"": failure.ExitUsage, "--yes": failure.ExitOK, "--no-validate": failure.ExitOK, "--dry-run": failure.ExitOK} {
			args := append([]string{"-p", "sandbox", "customers"}, tt.command...)
			args = append(args, "--email", fmt.Sprintf("w%d%s@example.com", i, flag), tt.flag, tt.value)
			if flag != "" {
				args = append(args, flag)
			}
			got := runCLI(t, vars, "", args...)
			if got.Code != code || (flag == "--no-validate") == strings.Contains(got.ErrOut, tt.want) {
				t.Errorf("%q: exit %d, want %d: %s", args, got.Code, code, got.ErrOut)
			}
			if flag == "" && !strings.Contains(got.ErrOut, "Hint: correct the value, or add --yes or --no-validate") {
				t.Errorf("%q: no hint in %s", args, got.ErrOut)
			}
		}
	}
	for _, line := range []string{"create --email x", "create --email a@example.com,b@example.com", "clone source@example.com --company-name x --email x", "clone source@example.com --company-name " + strings.Repeat("x", 201)} {
		got := runCLI(t, vars, "", append([]string{"-p", "sandbox", "--yes", "customers"}, strings.Fields(line)...)...)
		if got.Code != failure.ExitUsage {
			t.Errorf("%s: exit %d, want 2: %s", line, got.Code, got.ErrOut)
		}
	}
}
