package cmd

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

// TestUsageErrors_AllAtOnce checks that one error names every flag that cannot be read or obeyed.
func TestUsageErrors_AllAtOnce(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"customers list --per-page 500 --serch x --format json":                                   {"3 problems", "(got 500); --all reads every page", "did you mean --search?", "use -o json"},
		"customers list --sort-by nope --sort-dir up":                                             {"2 problems", "--sort-by: ", "--sort-dir: "},
		"customers list --sort-dir up --per-page 0 --out=":                                        {"3 problems", "--sort-dir: ", "--per-page: ", "--out: "},
		"customers list --all --page 2 --limit -1":                                                {"2 problems", "--limit: ", "--page does not go with --all, which"},
		"customers stats --by foo --by bar --period x --html=/dev/x":                              {"4 problems", `"foo"`, `"bar"`, "--period: ", "--html: "},
		"customers import x --map a=b --set foo=1 --set bar=2 --format x --delimiter xx":          {"2 problems", "--format: ", "--delimiter: "},
		"customers import x --map a=b --set foo=1 --set bar=2 --workers 99":                       {"4 problems", "--map a=b: ", "--set foo: ", "--set bar: ", "--workers: "},
		"imports list --columns foo --output x":                                                   {"2 problems", "--columns: ", "--output: "},
		"sandbox serve --seed -1 --set x=1 --nope":                                                {"3 problems", "--seed: ", `--set: unknown setting "x"`, "--nope: "},
		"customers list --nope --serch x --per-page x --json":                                     {"4 problems", "--nope: unknown flag", "did you mean --search", `--per-page: expected a whole number (got "x")`, "-o json"},
		"customers list --columns foo --nope --timeout 3":                                         {"3 problems", `unknown column "foo"`, "--nope: unknown flag", "--timeout: expected a duration"},
		"customers list --time x --columns foo --retries 99":                                      {"3 problems", "--time: ", `unknown column "foo"`, "--retries: "},
		"customers list --page 0 --per-page 500 --sort-by nope --where x --columns foo --limit y": {"6 problems", "--page: ", "--per-page: ", "--sort-by", "--where", `unknown column "foo"`, "--limit: "},
		"customers export --nope --progress x --consistency y":                                    {"3 problems", "--nope: ", "--progress: ", "--consistency: "},
		"customers stats --period x --columns foo":                                                {"2 problems", "--period: ", `unknown column "foo"`},
		"customers clone x --email y --quiet-period 3h":                                           {"3 problems", "--company-name: is required", "--email: ", "--quiet-period: "},
		"customers wait x --for foo=1 --interval 0s --columns foo":                                {"3 problems", `unknown field "foo"`, "--interval: ", `unknown column "foo"`},
		"customers diff --where foo=1 --consistency x --output y":                                 {"4 problems", "missing flag: --against", `unknown field "foo"`, "--consistency: ", "--output: "},
		"auth login --store x --email y --with-key":                                               {"3 problems", "--store: ", "--email: ", "--with-key does not go with"},
		"customers import x --workers 99 --progress y --nope":                                     {"3 problems", "--workers: ", "--progress: ", "--nope: "},
		"customers list -zq":                       {"-z: unknown flag for hydractl customers list"},
		"customers list -é --nope":                 {"2 problems", "-é: unknown flag", "--nope: unknown flag"},
		"customers list -zq -z":                    {"-z: unknown flag for hydractl customers list"},
		"customers list --search":                  {"--search: needs a value (text)"},
		"--nope customers list":                    {"--nope: unknown flag for hydractl customers list"},
		"customers lst --nope":                     {`unknown command "lst" for "hydractl customers"`, "Hint: hydractl customers list"},
		"customers --nope lst":                     {`unknown command "lst"`},
		"customers list --jq [ --error-format x":   {"2 problems", `--error-format: must be text or json (got "x")`, "--jq"},
		"customers create --columns foo --email x": {"2 problems", `unknown column "foo"`, "--email: "},
	} {
		got := runCLI(t, nil, "", strings.Fields(line)...)
		if got.Code != failure.ExitUsage || got.Out != "" {
			t.Errorf("%s: exit %d, stdout %q", line, got.Code, got.Out)
		}
		for _, text := range want {
			if !strings.Contains(got.ErrOut, text) {
				t.Errorf("%s: no %q in\n%s", line, text, got.ErrOut)
			}
		}
	}
}

// TestUsageErrors_JSON checks the code and the fields of bad flags in an error for programs.
func TestUsageErrors_JSON(t *testing.T) {
	t.Parallel()
	got := runCLI(t, nil, "", "customers", "list", "--nope", "--per-page", "x", "-o", "json")
	var doc struct {
		Error failure.Report `json:"error"`
	}
	if err := json.Unmarshal([]byte(got.ErrOut), &doc); err != nil {
		t.Fatalf("%v: %s", err, got.ErrOut)
	}
	r := doc.Error
	if r.Code != "usage" || r.ExitCode != failure.ExitUsage || len(r.Fields) != 2 || r.Fields[0].Field != "--nope" || r.Fields[1].Field != "--per-page" {
		t.Errorf("%+v", r)
	}
}

// TestUsageErrors_FirstGuess checks what words and flags of other programs lead to.
func TestUsageErrors_FirstGuess(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"list":                          "hydractl customers list",
		"get ann@example.com":           "hydractl customers get",
		"create":                        "hydractl customers create",
		"import file.csv":               "hydractl customers import",
		"export":                        "hydractl customers export",
		"login":                         "hydractl auth login",
		"whoami":                        "hydractl auth status",
		"profile":                       "hydractl config profile list",
		"delete x":                      "not possible with this API",
		"customers delete x":            "not possible with this API",
		"customers update x":            "not possible with this API",
		"customers show x":              "hydractl customers get",
		"auth whoami":                   "hydractl auth status",
		"config profile delete x":       "hydractl config profile remove",
		"imports delete x":              "hydractl imports remove",
		"lsit":                          "hydractl customers list",
		"lst":                           "hydractl customers list",
		"improt x.csv":                  "hydractl customers import FILE",
		"delte x":                       "not possible with this API",
		"custmers list":                 "hydractl customers\n",
		"customers lsit":                "hydractl customers list",
		"customers improt x.csv":        "hydractl customers import",
		"imports lst":                   "hydractl imports list",
		"auth lgoin":                    "hydractl auth login",
		"config profile lsit":           "hydractl config profile list",
		"help lsit":                     "hydractl customers list",
		"customers list --json":         "-o json",
		"customers list --format json":  "-o json",
		"customers list --sort email":   "--sort-by",
		"customers create --country DE": "--country-code",
		"customers create --company x":  "--company-name",
		"customers create --file":       "customers create --help",
		"customers export --file x":     "--out FILE",
		"customers list --status x":     "--where status=active",
		"customers list --currency EUR": "--where currency=EUR",
		"customers list --filter x":     "--where FIELD=VALUE",
		"customers list -n 5":           "--limit",
		"customers list --fields id":    "--columns",
		"help exit-code":                "hydractl help exit-codes\n",
		"sandbox serve --port 8080":     "--addr",
		"users":                         "hydractl customers list",
		"nope":                          "hydractl --help",
		"help nope":                     "hydractl --help",
		"customers list --token x":      "HYDRACORE_API_KEY",
		"customers list --page-size 5":  "--per-page",
		"customers list --insecure":     "--ca-cert",
		"customers list --server x":     "--api-url",
		"customers list --query x":      "--search",
		"customers list --desc":         "--sort-dir",
	} {
		got := runCLI(t, nil, "", strings.Fields(line)...)
		_, hint, _ := strings.Cut(got.ErrOut, "Hint: ")
		if got.Code != failure.ExitUsage || !strings.Contains(hint, want) {
			t.Errorf("%s: exit %d, stderr %s", line, got.Code, got.ErrOut)
		}
	}
	country := runCLI(t, nil, "", "customers", "list", "--country", "DE")
	if !strings.Contains(country.ErrOut, "--where country_code=DE") && !strings.Contains(country.ErrOut, "not possible with this API") {
		t.Errorf("--country: %s", country.ErrOut)
	}
}

// TestUsageErrors_BeforeCredential checks that output flags are refused before a credential is asked for.
func TestUsageErrors_BeforeCredential(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"customers list --sort-by foo", "customers list --where foo=1", "customers count --where foo=1",
		"customers list --columns foo", "customers list -o csv --columns foo", "customers get ann@example.com --columns foo",
		"customers export --columns foo", "customers stats --columns foo", "customers wait ann@example.com --for exists --columns foo",
	} {
		got := runCLI(t, nil, "", strings.Fields(line)...)
		if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "foo") {
			t.Errorf("%s: exit %d, stderr %s", line, got.Code, got.ErrOut)
		}
	}
}

// TestVariables_UnknownIsWarning checks that a mistyped variable is reported with the nearest name.
func TestVariables_UnknownIsWarning(t *testing.T) {
	t.Parallel()
	got := runCLI(t, map[string]string{"HYDRACTL_OUTPT": "json", "HYDRACTL_ZZZZZZ": "1"}, "", "version")
	if got.Code != failure.ExitOK || got.Out == "" {
		t.Errorf("exit %d, stdout %q", got.Code, got.Out)
	}
	for _, want := range []string{
		"Warning: HYDRACTL_OUTPT is not a variable that hydractl reads; did you mean HYDRACTL_OUTPUT?",
		"Warning: HYDRACTL_ZZZZZZ is not a variable that hydractl reads\n",
	} {
		if !strings.Contains(got.ErrOut, want) {
			t.Errorf("no %q in %s", want, got.ErrOut)
		}
	}
}

// TestLogin_LineBreakAtEnd checks that one line break at the end of a key on stdin is dropped.
func TestLogin_LineBreakAtEnd(t *testing.T) {
	t.Parallel()
	vars := map[string]string{"HYDRACORE_API_URL": clitest.Answering(t, clitest.Rows(0))["HYDRACORE_API_URL"], "HYDRACTL_RETRIES": "0"}
	for _, end := range []string{"", "\n", "\r\n"} {
		if got := runCLI(t, vars, clitest.Key+end, "auth", "login", "--with-key", "--store", "file"); got.Code != failure.ExitOK {
			t.Errorf("end %q: exit %d: %s", end, got.Code, got.ErrOut)
		}
	}
	if got := runCLI(t, vars, clitest.Key+" \n", "auth", "login", "--with-key", "--store", "file"); got.Code != failure.ExitUsage {
		t.Errorf("a space at the end: exit %d: %s", got.Code, got.ErrOut)
	}
}

// TestVariables_EverySetting checks that each setting has a variable, which sets it and is on the page of variables.
func TestVariables_EverySetting(t *testing.T) {
	t.Parallel()
	page := runCLI(t, nil, "", "help", "environment").Out
	for _, d := range config.Definitions() {
		if d.Env == "" || !strings.Contains(page, "  "+d.Env+" ") {
			t.Errorf("%s has the variable %q, which is not on the page", d.Name, d.Env)
		}
		values := map[config.Kind]string{config.Boolean: "true", config.Integer: "3", config.Duration: "7s", config.URL: "https://api.example.com", config.Command: `["pass"]`, config.Key: clitest.Key}
		value := values[d.Kind]
		if d.Kind == config.Choice {
			value = d.Choices[len(d.Choices)-1]
		}
		if value == "" {
			value = "email"
		}
		got := runCLI(t, map[string]string{d.Env: value}, "", "config", "list", "-o", "csv")
		if !strings.Contains(got.Out, "\n"+d.Name+",") || !strings.Contains(got.Out, ",env "+d.Env+"\n") {
			if d.Name == "output" {
				continue // the flag of this call wins
			}
			t.Errorf("%s=%s: exit %d\n%s%s", d.Env, value, got.Code, got.Out, got.ErrOut)
		}
	}
}
