package cmd

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// customersNamed answers every list with one customer of each email, and counts the requests.
func customersNamed(requests *atomic.Int32, emails ...string) http.HandlerFunc {
	var rows []map[string]string
	for i, email := range emails {
		rows = append(rows, map[string]string{"id": "497f6eca-6276-4993-bfeb-53cbbbba6f0" + string("0123456789abcdef"[i]), "email": email, "company_name": "Company\t" + email})
	}
	body, _ := json.Marshal(map[string]any{"customers": rows, "page": 1, "per_page": 100, "total": len(rows), "total_pages": 1})
	return func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		clitest.Answer(http.StatusOK, "application/json", string(body))(w, r)
	}
}

// complete returns the first words of what is offered for the last word of a command line.
func complete(t *testing.T, vars map[string]string, words ...string) []string {
	t.Helper()
	got := runCLI(t, vars, "", append([]string{"__complete"}, words...)...)
	if got.Code != failure.ExitOK {
		t.Fatalf("%q: exit %d: %s", words, got.Code, got.ErrOut)
	}
	var offered []string
	for line := range strings.Lines(got.Out) {
		if word, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); !strings.HasPrefix(word, ":") {
			offered = append(offered, word)
		}
	}
	return offered
}

func TestCompletion_Customers(t *testing.T) {
	var requests atomic.Int32
	vars := clitest.Answering(t, customersNamed(&requests, "ann@example.com", "ANNE@example.com", "bob@example.com"))
	vars["HYDRACTL_STATE_DIR"] = t.TempDir()
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"customers", "get", "an"}, "ann@example.com anNE@example.com"},
		{[]string{"customers", "get", "ann@example.com", "b"}, "bob@example.com"},
		{[]string{"customers", "get", ""}, "ann@example.com ANNE@example.com bob@example.com"},
		{[]string{"customers", "get", "497f6eca-6276-4993-bfeb-53cbbbba6f02"}, "497f6eca-6276-4993-bfeb-53cbbbba6f02"},
		{[]string{"customers", "wait", "bo"}, "bob@example.com"},
		{[]string{"customers", "wait", "bob@example.com", "an"}, ""},
		{[]string{"customers", "clone", "bo"}, "bob@example.com"},
		{[]string{"customers", "import", "x.csv", "--clone-from", "bo"}, "bob@example.com"},
	} {
		if got := strings.Join(complete(t, vars, c.words...), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.words, got, c.want)
		}
	}
}

func TestCompletion_Cache(t *testing.T) {
	var requests atomic.Int32
	vars := clitest.Answering(t, customersNamed(&requests, "ann@example.com", "bob@example.com"))
	state := t.TempDir()
	vars["HYDRACTL_STATE_DIR"] = state
	for range 3 {
		complete(t, vars, "customers", "get", "a")
	}
	complete(t, vars, "customers", "get", "an") // all of its answers are among those of a
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests, want one", n)
	}
	path := filepath.Join(state, "completion.json")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("the cache is %v (%v)", info, err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), clitest.Key) {
		t.Errorf("the cache holds %s (%v)", text, err)
	}
	var answer map[string]any
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Fatal(err)
	}
	rewrite := func(change func(map[string]any)) {
		changed := maps.Clone(answer)
		change(changed)
		text, _ := json.Marshal(changed)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, change := range map[string]func(map[string]any){
		"an old answer":                  func(a map[string]any) { a["at"] = time.Now().Add(-2 * time.Minute) },
		"an answer of the future":        func(a map[string]any) { a["at"] = time.Now().Add(time.Hour) },
		"an answer to another tenant":    func(a map[string]any) { a["for"] = "other" },
		"part of the answer to a prefix": func(a map[string]any) { a["whole"], a["search"] = false, "" },
	} {
		rewrite(change)
		before := requests.Load()
		if complete(t, vars, "customers", "get", "a"); requests.Load() != before+1 {
			t.Errorf("%s is used", name)
		}
	}
	if runtime.GOOS != "windows" {
		rewrite(func(map[string]any) {})
		before := requests.Load()
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		if complete(t, vars, "customers", "get", "a"); requests.Load() != before+1 {
			t.Error("a cache that others can write to is used")
		}
	}
}

func TestCompletion_CustomersOff(t *testing.T) {
	var requests atomic.Int32
	vars := clitest.Answering(t, customersNamed(&requests, "ann@example.com"))
	vars["HYDRACTL_STATE_DIR"] = t.TempDir()
	vars["HYDRACTL_CONFIG"] = clitest.WriteTemp(t, "config.yaml", "completion.customers: false\n")
	if got := complete(t, vars, "customers", "get", "a"); got != nil || requests.Load() != 0 {
		t.Errorf("%q after %d requests", got, requests.Load())
	}
	vars["HYDRACTL_COMPLETION_CUSTOMERS"] = "true"
	if got := complete(t, vars, "customers", "get", "a"); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestCompletion_HangingServer(t *testing.T) {
	hanging := make(chan struct{})
	vars := clitest.Answering(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-hanging:
		}
	})
	t.Cleanup(func() { close(hanging) })
	vars["HYDRACTL_STATE_DIR"] = t.TempDir()
	if got := complete(t, vars, "customers", "get", "a"); got != nil {
		t.Errorf("%q", got)
	}
}

// What is offered is put on the command line unquoted.
func TestCompletion_HostileEmails(t *testing.T) {
	var requests atomic.Int32
	hostile := append([]string{
		"a@example.com\n:0", "a$(touch x)@example.com", "a`touch x`@example.com", "a;touch x", "a b@example.com", "a'@example.com", `a"@example.com`,
		"a&@example.com", "a*@example.com", "a{b,c}@example.com", "a\\@example.com", "-a@example.com", "a!@example.com",
	}, clitest.HostileTexts()...)
	vars := clitest.Answering(t, customersNamed(&requests, hostile...))
	vars["HYDRACTL_STATE_DIR"] = t.TempDir()
	for _, typed := range []string{"a", "", "-", clitest.Mark, "4"} {
		got := runCLI(t, vars, "", "__complete", "customers", "get", "--", typed)
		for line := range strings.Lines(got.Out) {
			word, about, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			if !strings.HasPrefix(word, ":") && !strings.HasPrefix(word, "497f6eca") || strings.ContainsFunc(about, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
				t.Errorf("%q: %q is offered", typed, line)
			}
		}
	}
}

func TestCompletion_Local(t *testing.T) {
	state := t.TempDir()
	vars := map[string]string{"HYDRACTL_STATE_DIR": state, "HYDRACTL_PROFILE": "sandbox"}
	file := clitest.WriteTemp(t, "new.csv", "email\nann@example.org\n")
	if got := runCLI(t, vars, "", "customers", "import", file, "--yes"); got.Code != failure.ExitOK {
		t.Fatal(got.ErrOut)
	}
	id := strings.TrimSpace(runCLI(t, vars, "", "imports", "list", "-o", "id").Out)
	for _, c := range []struct {
		words []string
		want  string // is among what is offered
	}{
		{[]string{"imports", "show", ""}, id},
		{[]string{"imports", "resume", ""}, id},
		{[]string{"imports", "rejects", ""}, id},
		{[]string{"imports", "remove", ""}, id},
		{[]string{"customers", "import", "x", "--resume-from", ""}, id},
		{[]string{"customers", "list", "--profile", ""}, "sandbox"},
		{[]string{"customers", "list", "--columns", "email,+"}, "email,+id"},
		{[]string{"customers", "import", "x", "--map", "Name="}, "Name=company_name"},
		{[]string{"customers", "import", "x", "--set", ""}, "currency="},
		{[]string{"customers", "import", "x", "--set", "timezone="}, "timezone=Europe/Berlin"},
		{[]string{"customers", "create", "--country-code", ""}, "DE"},
		{[]string{"customers", "create", "--currency", ""}, "EUR"},
		{[]string{"customers", "create", "--timezone", ""}, "UTC"},
		{[]string{"customers", "list", "--sort-by", ""}, "company_name"},
		{[]string{"sandbox", "serve", "--fault", ""}, "drop_after_commit"},
		{[]string{"customers", "export", "--summary", ""}, "json"},
		{[]string{"customers", "import", "x", "--on-exists", ""}, "report"},
		{[]string{"imports", "resume", "--progress", ""}, "none"},
		{[]string{"config", "list", "--columns", ""}, "origin"},
		{[]string{"sandbox", "keys", "list", "--columns", ""}, "scopes"},
	} {
		if got := complete(t, vars, c.words...); !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+c.want+"\n") {
			t.Errorf("%q: %q is not among %d answers", c.words, c.want, len(got))
		}
	}
	if got := complete(t, vars, "customers", "list", "--columns", "email,"); strings.Contains(strings.Join(got, " "), "email,email") {
		t.Error("a column is offered twice")
	}
}
