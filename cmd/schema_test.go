package cmd

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// compileSchema reads a schema as `hydractl schema NAME` prints it.
func compileSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	got := runCLI(t, nil, "", "schema", name)
	if got.Code != failure.ExitOK {
		t.Fatalf("schema %s: exit %d: %s", name, got.Code, got.ErrOut)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(got.Out))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(name) // checks it against the schema of schemas too
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSchema_RealOutput checks what commands print against the schemas, and that each document names its own.
func TestSchema_RealOutput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	vars := map[string]string{"HYDRACTL_STATE_DIR": dir, "HYDRACTL_PROFILE": "sandbox", "HYDRACTL_CONFIG": filepath.Join(dir, "config.yaml")}
	bare := map[string]string{"HYDRACTL_STATE_DIR": dir}
	file := clitest.WriteTemp(t, "c.csv", "email,company_name\nann@example.com,Ann\nbob@example.com,Bob\n")
	bad := clitest.WriteTemp(t, "bad.csv", "email\nnot an email\n")
	checked := map[string]bool{}
	for _, tt := range []struct {
		name, line string
		vars       map[string]string
		onStderr   bool
	}{
		{"import.summary", "customers import " + file + " --yes", vars, false},
		{"import.summary", "customers import " + file + " --dry-run", vars, false},
		{"imports.list", "imports list", vars, false},
		{"customers.list", "customers list", vars, false},
		{"customers.list", "customers list --all", vars, false},
		{"customers.list", "customers list --search no-such-customer", vars, false},
		{"customers.list", "customers export", vars, false},
		{"customers.count", "customers count", vars, false},
		{"customers.stats", "customers stats", vars, false},
		{"customer", "customers get ann@example.com", vars, false},
		{"customer", "customers create --email eve@example.com", vars, false},
		{"auth.status", "auth status", vars, false},
		{"auth.status", "auth status", bare, false},
		{"doctor", "doctor", vars, false},
		{"config.list", "config list", vars, false},
		{"version", "version", nil, false},
		{"help", "help --json", nil, false},
		{"help", "help --json customers import", nil, false},
		{"error", "customers get absent@example.com", vars, true},
		{"error", "customers list --nope --page x", vars, true},
		{"error", "customers list", bare, true},
		{"error", "customers import " + bad + " --yes", vars, true},
	} {
		checked[tt.name] = true
		got := runCLI(t, tt.vars, "", append(strings.Fields(tt.line), "-o", "json")...)
		text := got.Out
		if tt.onStderr {
			text = got.ErrOut
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v in %q, stderr %s", tt.line, err, text, got.ErrOut)
			continue
		}
		if err := compileSchema(t, tt.name).Validate(doc); err != nil {
			t.Errorf("%s: %v\n%s", tt.line, err, text)
		}
		named := doc.(map[string]any)["schema"]
		if want := any(tt.name); tt.name == "customer" && named != nil || tt.name != "customer" && named != want {
			t.Errorf("%s: the document names the schema %v", tt.line, named)
		}
	}
	for _, name := range schemaNames() {
		if !checked[name] {
			t.Errorf("no output is checked against the schema %s", name)
		}
	}
}

// TestAuthStatus_NoCredential checks that a script reads that nothing can be used, with the exit code of a missing credential.
func TestAuthStatus_NoCredential(t *testing.T) {
	t.Parallel()
	got := runCLI(t, nil, "", "auth", "status", "-o", "json")
	var status struct {
		Usable  *bool
		Problem string
	}
	if err := json.Unmarshal([]byte(got.Out), &status); err != nil || got.Code != failure.ExitAuth {
		t.Fatalf("exit %d, %v: %s%s", got.Code, err, got.Out, got.ErrOut)
	}
	if status.Usable == nil || *status.Usable || !strings.Contains(status.Problem, "no API key or token") {
		t.Errorf("stdout %s", got.Out)
	}
	if text := runCLI(t, nil, "", "auth", "status"); text.Code != failure.ExitAuth || text.Out != "" {
		t.Errorf("as text: exit %d, stdout %q", text.Code, text.Out)
	}
}

// TestSchema_Names checks the list of schemas and the answer to an unknown name.
func TestSchema_Names(t *testing.T) {
	t.Parallel()
	list := runCLI(t, nil, "", "schema")
	for _, name := range schemaNames() {
		if !strings.Contains(list.Out, name+" ") {
			t.Errorf("%s is not listed:\n%s", name, list.Out)
		}
	}
	got := runCLI(t, nil, "", "schema", "customer.list")
	wantTexts(t, "unknown", got, failure.ExitNotFound, `there is no schema "customer.list"`, "Hint: hydractl schema customers.list")
}

// TestHelpJSON_WholeTree checks that help --json has every command, with its flags and exit codes.
func TestHelpJSON_WholeTree(t *testing.T) {
	t.Parallel()
	got := runCLI(t, nil, "", "help", "--json")
	var doc helpDocument
	if err := json.Unmarshal([]byte(got.Out), &doc); err != nil {
		t.Fatal(err)
	}
	found := map[string]commandHelp{}
	var walk func(commandHelp)
	walk = func(c commandHelp) {
		found[c.Name] = c
		for _, sub := range c.Commands {
			walk(sub)
		}
	}
	walk(doc.Command)
	for _, c := range commands(testRoot()) {
		h, ok := found[c.CommandPath()]
		if c.Name() == "help" {
			continue
		}
		if !ok || len(h.Examples) == 0 || h.Short == "" {
			t.Errorf("%s is missing or has no example", c.CommandPath())
		}
		if !c.HasSubCommands() && !c.IsAdditionalHelpTopicCommand() && len(h.ExitCodes) < 3 {
			t.Errorf("%s has the exit codes %v", c.CommandPath(), h.ExitCodes)
		}
	}
	list := found["hydractl customers list"]
	for _, f := range list.Flags {
		if f.Name == "per-page" && (f.Type != "int" || f.Default != "20" || f.Repeatable) {
			t.Errorf("--per-page is %+v", f)
		}
	}
	if doc.Schema != "help" || len(doc.GlobalFlags) < 20 || len(doc.ExitCodes) != len(failure.ExitCodes()) {
		t.Errorf("schema %s, %d global flags, %d exit codes", doc.Schema, len(doc.GlobalFlags), len(doc.ExitCodes))
	}
	if jq := runCLI(t, nil, "", "help", "--json", "customers", "--jq", ".command.commands[].name"); !strings.Contains(jq.Out, "hydractl customers import\n") {
		t.Errorf("--jq: %s%s", jq.Out, jq.ErrOut)
	}
}

// TestHelp_FlagGroups checks that the many flags of an import stand under titles, and that each command's exit codes do.
func TestHelp_FlagGroups(t *testing.T) {
	t.Parallel()
	for _, c := range commands(testRoot()) {
		titles := map[string][]string{
			"hydractl customers import": {"Input:\n", "Mapping:\n", "Safety:\n", "Pace:\n", "Reports:\n"},
			"hydractl imports resume":   {"Safety:\n", "Reports:\n"},
			"hydractl customers create": {"Customer:\n", "Safety:\n"},
			"hydractl api":              {"Request:\n", "Output:\n"},
		}[c.CommandPath()]
		if titles == nil {
			continue
		}
		got := runCLI(t, nil, "", strings.Fields(c.CommandPath() + " --help")[1:]...)
		at := 0
		for _, title := range append(titles, "Flags:\n", "Exit codes (hydractl help exit-codes):\n") {
			i := strings.Index(got.Out, "\n"+title)
			if i < at {
				t.Errorf("%s: %q is missing or too early in\n%s", c.CommandPath(), title, got.Out)
			}
			at = i
		}
	}
	got := runCLI(t, nil, "", "customers", "import", "--help")
	_, rest, _ := strings.Cut(got.Out, "\nFlags:\n")
	rest, _, _ = strings.Cut(rest, "\n\n")
	if strings.Count(rest, "--") != 1 { // --help
		t.Errorf("flags of import are in no group:\n%s", rest)
	}
	if customers := runCLI(t, nil, "", "customers", "--help"); !strings.Contains(customers.Out, "with import") || !strings.Contains(customers.Out, "customers export --out") {
		t.Errorf("customers --help:\n%s", customers.Out)
	}
}
