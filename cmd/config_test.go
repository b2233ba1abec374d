package cmd

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

func TestConfig_OutputValuesAreThoseOfOutput(t *testing.T) {
	t.Parallel()
	for name, known := range map[string][]string{"output": output.FormatNames(), "time": output.TimeModes()} {
		d, err := config.Define(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(known, d.Choices); diff != "" {
			t.Errorf("%s (-output +config):\n%s", name, diff)
		}
	}
}

// configFile writes a configuration with the test's key in it.
func configFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	text := "profile: prod\nprofiles:\n  - name: prod\n    api_key: " + clitest.Key + "\n  - name: other\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestConfig_ShowsNoKey relies on runCLI, which looks for the key in everything that is printed.
func TestConfig_ShowsNoKey(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"list", "get api_key", "get output", "profile list", "path", "set columns email", "unset columns", "set api_key " + clitest.Key,
		"set " + clitest.Key + " x", "set output " + clitest.Key, "set api_url https://" + clitest.Key + "@example.com", "set retries " + clitest.Key,
		"get " + clitest.Key, "unset " + clitest.Key, "profile add " + clitest.Key, "profile use " + clitest.Key, "profile remove " + clitest.Key,
		"profile add new --api-key " + clitest.Key, "list --api-key " + clitest.Key, "list --output " + clitest.Key, "set api_key '" + clitest.Key + "'",
		"list --debug --verbose", "set timeout " + clitest.Key, "set debug " + clitest.Key,
	} {
		for _, format := range output.FormatNames() {
			args := append([]string{"config"}, strings.Fields(line)...)
			if !slices.Contains(args, "--output") {
				args = append(args, "-o", format)
			}
			got := runCLI(t, map[string]string{"HYDRACTL_CONFIG": configFile(t)}, "", args...)
			if got.Code != failure.ExitOK && got.Code != failure.ExitUsage {
				t.Errorf("%v: exit %d: %s", args, got.Code, got.ErrOut)
			}
			if got.Code == failure.ExitOK && got.Out+got.ErrOut == "" {
				t.Errorf("%v says nothing", args)
			}
		}
	}
}

// runPrompted runs hydractl on a terminal where the user types at a hidden prompt.
func runPrompted(t *testing.T, path string, typed io.Reader, args ...string) clitest.Ran {
	t.Helper()
	var out, errOut bytes.Buffer
	env := &cli.Env{
		In: typed, Out: &out, Err: &errOut,
		Terminal:  cli.Terminal{In: true, Err: true, Width: func() int { return 0 }},
		LookupEnv: func(string) (string, bool) { return "", false },
		Now:       time.Now,
		Build:     cli.NewBuild("test", "", ""),
		Signals:   clitest.PlainSignals,
	}
	code := Execute(t.Context(), env, append([]string{"--config", path}, args...))
	return clitest.Ran{Code: code, Out: out.String(), ErrOut: errOut.String()}
}

func TestConfig_SecretPromptIsHidden(t *testing.T) {
	t.Parallel()
	path := configFile(t)
	got := runPrompted(t, path, strings.NewReader("hc_test_TYPEDtypedTYPED42\n"), "config", "set", "api_key", "-", "-p", "other")
	if got.Code != failure.ExitOK || !strings.HasPrefix(got.ErrOut, "api_key (not shown): \n") || strings.Contains(got.Out+got.ErrOut, "TYPED") {
		t.Fatalf("exit %d, stdout %q, stderr %q", got.Code, got.Out, got.ErrOut)
	}
	f, err := config.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if value, ok, err := f.Get("other", "api_key"); !ok || err != nil || value != "hc_test_…ED42" {
		t.Errorf("the file holds %q, %t, %v", value, ok, err)
	}
}

func TestConfig_NoInputAsksForNoSecret(t *testing.T) {
	t.Parallel()
	asked := iotest.ErrReader(errors.New("a prompt was shown"))
	got := runPrompted(t, configFile(t), asked, "config", "set", "api_key", "-", "--no-input")
	if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "cannot ask for") {
		t.Errorf("exit %d, stderr %q", got.Code, got.ErrOut)
	}
}

func TestCompletion_SettingsValuesProfiles(t *testing.T) {
	t.Parallel()
	vars := map[string]string{"HYDRACTL_CONFIG": configFile(t)}
	for line, want := range map[string]string{
		"config set ":             "request_timeout\tlimit for one attempt",
		"config set output ":      "jsonl\n",
		"config set no_input ":    "true\nfalse\n",
		"config get ":             "api_url\t",
		"config profile use ":     "prod\nother\ndefault\nenv\nsandbox\n",
		"config profile remove o": "other\n",
	} {
		got := runCLI(t, vars, "", append([]string{"__complete"}, strings.Split(line, " ")...)...)
		if got.Code != failure.ExitOK || !strings.Contains(got.Out, want) {
			t.Errorf("%q: exit %d, stdout %q, want %q", line, got.Code, got.Out, want)
		}
	}
	for _, line := range []string{"config get output ", "config set output json ", "config profile use prod ", "config list "} {
		got := runCLI(t, vars, "", append([]string{"__complete"}, strings.Split(line, " ")...)...)
		if got.Out != ":4\n" && got.Out != ":0\n" {
			t.Errorf("%q offers %q", line, got.Out)
		}
	}
}

func TestConfigSet_LongInputRefused(t *testing.T) {
	t.Parallel()
	path := configFile(t)
	got := runCLI(t, map[string]string{"HYDRACTL_CONFIG": path}, strings.Repeat("a,", 64<<10), "config", "set", "columns", "-")
	if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "is longer than 65536 bytes") {
		t.Errorf("exit %d, stderr %.200q", got.Code, got.ErrOut)
	}
}
