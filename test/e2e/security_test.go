package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// testsByPackage gives the names of all tests and fuzz targets of the module, by the folder of their package.
func testsByPackage(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(\w+ \*testing\.`)
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		for _, m := range declared.FindAllStringSubmatch(readText(t, path), -1) {
			all[folder] = append(all[folder], m[1])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// missingTests names what the last cell of a row of the tables promises and the module does not have. A test is named
// in front of its package's folder, a script by its path below test/script.
func missingTests(cell string, tests map[string][]string) (missing []string, named int) {
	var waiting []string
	for _, m := range regexp.MustCompile("`([^`]+)`|\\(([a-z0-9/]+)\\)").FindAllStringSubmatch(cell, -1) {
		switch name, folder := m[1], m[2]; {
		case folder != "":
			for _, name := range waiting {
				if !slices.Contains(tests[folder], name) {
					missing = append(missing, folder+"."+name)
				}
			}
			waiting = nil
		case strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz"):
			waiting = append(waiting, name)
			named++
		default:
			if _, err := os.Stat(filepath.Join("test", "script", name+".txtar")); err != nil {
				missing = append(missing, name)
			}
			named++
		}
	}
	return append(missing, waiting...), named
}

func TestSecurity_TableNamesExistingTests(t *testing.T) {
	tests := testsByPackage(t)
	var rows []int
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+) \|.*\| ([^|]+) \|$`).FindAllStringSubmatch(readText(t, "docs/security.md"), -1) {
		row, _ := strconv.Atoi(m[1])
		rows = append(rows, row)
		missing, named := missingTests(m[2], tests)
		if missing != nil || named == 0 {
			t.Errorf("row %d names %d tests; there are no %q", row, named, missing)
		}
	}
	var want []int
	for row := 1; row <= 42; row++ {
		want = append(want, row)
	}
	want = append(want, 94, 95, 96, 97, 98, 107, 108, 109, 110, 111, 112, 113)
	if !slices.Equal(rows, want) {
		t.Errorf("the rows are %v, want %v", rows, want)
	}
	if missing, _ := missingTests("`TestNoSuch`, `TestSecurity_TableNamesExistingTests` (test/e2e), script `no/such`", tests); len(missing) != 2 {
		t.Errorf("only %q is found missing", missing)
	}
}

func TestSecurity_DependencyListIsComplete(t *testing.T) {
	page, module := readText(t, "docs/security.md"), readText(t, "go.mod")
	var listed, direct []string
	for _, m := range regexp.MustCompile(`(?m)^- (.+?): `).FindAllStringSubmatch(page, -1) {
		for _, word := range strings.FieldsFunc(m[1], func(r rune) bool { return r == ' ' || r == ',' }) {
			if strings.Contains(word, "/") {
				listed = append(listed, word)
			}
		}
	}
	inTests := []string{"github.com/getkin/kin-openapi", "github.com/google/go-cmp", "github.com/rogpeppe/go-internal", "github.com/santhosh-tekuri/jsonschema/v6", "go.uber.org/goleak", "pgregory.net/rapid"}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+( // indirect)?$`).FindAllStringSubmatch(module, -1) {
		if m[2] == "" && !strings.HasPrefix(m[1], "golang.org/x/") && !slices.Contains(inTests, m[1]) {
			direct = append(direct, m[1])
		}
	}
	for _, name := range direct {
		if !slices.Contains(listed, name) {
			t.Errorf("docs/security.md does not list %s", name)
		}
	}
	for _, name := range listed {
		if !strings.Contains(module, "\t"+name+" v") {
			t.Errorf("docs/security.md lists %s, which the program does not use", name)
		}
	}
	if len(direct) < 8 {
		t.Errorf("only %d dependencies were found", len(direct))
	}
}

// workflow is a file of .github/workflows.
type workflow struct {
	Permissions map[string]string
	Jobs        yaml.Node // a mapping, whose order is that of the file
}

// job is a job of a workflow.
type job struct {
	Needs string
	Steps []struct {
		Run, Uses string
		With, Env map[string]string
	}
}

// stepsOf returns what a workflow runs and uses, in the order of the file; a job that needs another one stands behind it.
func stepsOf(t *testing.T, path string) string {
	t.Helper()
	var w workflow
	if err := yaml.Unmarshal([]byte(readText(t, path)), &w); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
		t.Errorf("%s has the permissions %v for every job", path, w.Permissions)
	}
	var steps strings.Builder
	before := ""
	for i := 0; i+1 < len(w.Jobs.Content); i += 2 {
		var j job
		if err := w.Jobs.Content[i+1].Decode(&j); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if strings.HasSuffix(path, "release.yml") && j.Needs != before {
			t.Errorf("%s: the job %s needs %q, want %q", path, w.Jobs.Content[i].Value, j.Needs, before)
		}
		before = w.Jobs.Content[i].Value
		for _, s := range j.Steps {
			steps.WriteString(s.Run + s.Uses + " " + s.With["subject-checksums"] + "\n")
		}
	}
	return steps.String()
}

func TestWorkflows_CheckSignAndReproduce(t *testing.T) {
	for path, wanted := range map[string][]string{
		".github/workflows/ci.yml": {".ci/run", "tools/bin/govulncheck ./..."},
		".github/workflows/release.yml": {
			".ci/run", "tools/bin/govulncheck ./...", "make reproducible", "cosign-installer", "test/release/notes",
			"goreleaser release --clean --release-notes notes.md", "actions/attest@", "dist/checksums.txt",
			"cosign verify-blob", "gh attestation verify",
		},
	} {
		steps := stepsOf(t, path)
		for _, want := range wanted {
			before, rest, found := strings.Cut(steps, want)
			if !found {
				t.Errorf("%s: no step has %q, or not in its place:\n%s", path, want, before)
			}
			if strings.HasSuffix(path, "release.yml") {
				steps = rest
			}
		}
	}
	for path, wanted := range map[string][]string{
		".golangci.yml":    {"    - gosec\n"},
		".ci/run":          {"golangci-lint run"},
		"Makefile":         {"-trimpath", "reproducible:", "test/reproducible/run"},
		".goreleaser.yaml": {"-trimpath", "mod_timestamp: \"{{ .CommitTimestamp }}\"", "name_template: checksums.txt", "cmd: cosign", "artifacts: checksum", "sboms:"},
	} {
		text := readText(t, path)
		for _, want := range wanted {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
	}
}
