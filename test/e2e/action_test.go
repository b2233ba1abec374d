package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// action is the part of action.yml that the tests look at.
type action struct {
	Inputs  map[string]struct{ Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Steps []struct {
			ID, Name, If, Run, Uses string
			Env, With               map[string]string
		}
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	var a action
	if err := yaml.Unmarshal([]byte(readText(t, "action.yml")), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// runStep runs the script of a step as GitHub would, with these inputs and variables. It returns what the step printed and
// what it wrote to GITHUB_OUTPUT.
func (a action) runStep(t *testing.T, id, folder string, inputs map[string]string, environ []string) (printed, outputs string, err error) {
	t.Helper()
	here, wdErr := os.Getwd()
	if wdErr != nil {
		t.Fatal(wdErr)
	}
	expression := regexp.MustCompile(`\$\{\{ (inputs|github)\.([a-z0-9_-]+) \}\}`)
	for _, s := range a.Runs.Steps {
		if s.ID != id {
			continue
		}
		file := filepath.Join(t.TempDir(), "output")
		environ = append(environ, "GITHUB_ACTIONS=true", "GITHUB_OUTPUT="+file, "GITHUB_PATH="+file, "RUNNER_TEMP="+folder, "ONBOARD_WAIT=0")
		for name, value := range s.Env {
			environ = append(environ, name+"="+expression.ReplaceAllStringFunc(value, func(e string) string {
				part := expression.FindStringSubmatch(e)
				if part[1] == "github" {
					return map[string]string{"action_path": here}[part[2]]
				}
				if value, given := inputs[part[2]]; given {
					return value
				}
				return a.Inputs[part[2]].Default
			}))
		}
		c := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
		c.Env, c.Dir = environ, folder
		said, err := c.CombinedOutput()
		written, _ := os.ReadFile(file)
		return string(said), string(written), err
	}
	t.Fatalf("action.yml has no step %s", id)
	return "", "", nil
}

func needBash(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("needs bash")
	}
}

func TestAction_Imports(t *testing.T) {
	needBash(t)
	t.Parallel()
	a := readAction(t)
	folder := t.TempDir()
	environ := exampleServer(t, exampleHome(t, nil))
	environ = append(environ, "HYDRACORE_API_KEY=hc_test_sandbox_0demo0demo0demo0")
	tenant := exec.Command("hydractl", "api", "GET", "/v1/mcp/api-key-context", "--jq", ".tenant_id")
	tenant.Env = environ
	id, err := tenant.Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := filepath.Abs("examples/messy.csv")
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]string{"file": file, "tenant": strings.TrimSpace(string(id)), "args": "--map\nFirma=company_name\n--ignore-unknown\n"}
	inputs["dry-run"] = "true"
	if printed, outputs, err := a.runStep(t, "import", folder, inputs, environ); err != nil || outputs != "" {
		t.Fatalf("a dry run ends with %v and the outputs %q:\n%s", err, outputs, printed)
	}
	inputs["dry-run"] = "false"
	inputs["expect-rows"] = "7"
	if printed, _, err := a.runStep(t, "import", folder, inputs, environ); err == nil || !strings.Contains(printed, "--expect-rows") {
		t.Errorf("another number of rows ends with %v:\n%s", err, printed)
	}
	inputs["expect-rows"] = "8"
	for range 2 { // the second run finds the journal of the first
		printed, outputs, err := a.runStep(t, "import", folder, inputs, environ)
		want := "created=7\nexisting=0\nrejected=0\nunknown=0\npending=0\nresults=.hydractl-import/results.csv\nrejects=.hydractl-import/rejects.csv\nexit_code=0\n"
		if err != nil || outputs != want {
			t.Errorf("%v, outputs\n%s\nwant\n%s\n%s", err, outputs, want, printed)
		}
		for name, output := range a.Outputs {
			key := regexp.MustCompile(`steps\.import\.outputs\.(\w+)`).FindStringSubmatch(output.Value)
			if key == nil || !strings.Contains(outputs, key[1]+"=") {
				t.Errorf("nothing writes the output %s, %s", name, output.Value)
			}
		}
	}
}

// The journal is restored before the import and kept after it, whatever became of it; every input is used.
func TestAction_KeepsJournal(t *testing.T) {
	a := readAction(t)
	var order []string
	var all strings.Builder
	for _, s := range a.Runs.Steps {
		used, _, _ := strings.Cut(s.Uses, "@")
		order = append(order, s.ID+used)
		fmt.Fprintln(&all, s.If, s.Env, s.With)
		if strings.Contains(used, "/") && (!regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(s.Uses) || s.With["path"] == "") {
			t.Errorf("%s: %s, %v", s.Name, s.Uses, s.With)
		}
		if used != "" && !strings.HasSuffix(used, "restore") && !strings.HasPrefix(s.If, "always()") {
			t.Errorf("%s runs only if %q", s.Name, s.If)
		}
	}
	want := []string{"install", "actions/cache/restore", "import", "actions/cache/save", "actions/upload-artifact"}
	if !slices.Equal(order, want) {
		t.Errorf("the steps are %q, want %q", order, want)
	}
	for name := range a.Inputs {
		if !regexp.MustCompile(`inputs\.` + name + `\b`).MatchString(all.String()) {
			t.Errorf("the input %s is not used", name)
		}
	}
}

// releasesWith serves a release v1.2.3 whose archive for this machine holds a script in the place of the program.
func releasesWith(t *testing.T) (url, sum string) {
	t.Helper()
	name := "hydractl_1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH
	const program = "#!/bin/sh\necho installed\n"
	var archive bytes.Buffer
	zipped := gzip.NewWriter(&archive)
	files := tar.NewWriter(zipped)
	err := files.WriteHeader(&tar.Header{Name: name + "/hydractl", Mode: 0o755, Size: int64(len(program))})
	if err == nil {
		_, err = files.Write([]byte(program))
	}
	if err != nil || files.Close() != nil || zipped.Close() != nil {
		t.Fatal(err)
	}
	sum = fmt.Sprintf("%x", sha256.Sum256(archive.Bytes()))
	mux := http.NewServeMux()
	mux.HandleFunc("/releases/latest", http.RedirectHandler("/releases/tag/v1.2.3", http.StatusFound).ServeHTTP)
	mux.HandleFunc("/releases/tag/v1.2.3", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/releases/download/v1.2.3/"+name+".tar.gz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(archive.Bytes()) })
	mux.HandleFunc("/releases/download/v1.2.3/checksums.txt", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "%064d  hydractl_1.2.3_plan9_arm.tar.gz\n%s  %s.tar.gz\n", 0, sum, name)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/releases", sum
}

func TestAction_InstallsByChecksum(t *testing.T) {
	needBash(t)
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl")
	}
	t.Parallel()
	a := readAction(t)
	url, sum := releasesWith(t)
	environ := append(os.Environ(), "HYDRACTL_RELEASES="+url)
	for _, test := range []struct {
		name, version, sum string
		installs           bool
	}{
		{"latest", "latest", "", true},
		{"a version", "v1.2.3", "", true},
		{"its checksum", "v1.2.3", sum, true},
		{"another checksum", "v1.2.3", strings.Repeat("0", 64), false},
		{"no such version", "v9.9.9", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			printed, path, err := a.runStep(t, "install", folder, map[string]string{"version": test.version, "sha256": test.sum}, environ)
			if (err == nil) != test.installs {
				t.Fatalf("%v\n%s", err, printed)
			}
			said, err := exec.Command(filepath.Join(folder, "hydractl", "hydractl")).Output()
			if test.installs && (err != nil || string(said) != "installed\n" || path != folder+"/hydractl\n") {
				t.Errorf("%v, %q, PATH %q", err, said, path)
			}
			if !test.installs && err == nil {
				t.Error("it was installed all the same")
			}
		})
	}
}
