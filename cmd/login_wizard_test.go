package cmd

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// typeAnswers runs hydractl at a terminal at which these lines are typed, those of hidden prompts among them.
func typeAnswers(t *testing.T, vars map[string]string, typed []string, args ...string) clitest.Ran {
	t.Helper()
	got := atTerminal(t, vars, strings.Join(typed, "\n")+"\n", args...)
	if strings.Contains(got.Out+got.ErrOut, clitest.Key) || strings.Contains(got.Out+got.ErrOut, "sandbox-password") {
		t.Errorf("a secret is in the output:\n%s%s", got.Out, got.ErrOut)
	}
	return got
}

// wizardVars are an empty home without a keyring.
func wizardVars(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{
		"HYDRACTL_CONFIG": filepath.Join(t.TempDir(), "config.yaml"), "HYDRACTL_STATE_DIR": t.TempDir(), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
	}
}

func TestWizard_AsksUntilItWorks(t *testing.T) {
	t.Parallel()
	s, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	other := clitest.Answering(t, http.NotFound)["HYDRACORE_API_URL"]
	for name, tt := range map[string]struct {
		typed []string
		says  []string // on stderr, in this order
	}{
		"a key": {
			[]string{s.URL(), "", s.Key(), ""},
			[]string{
				"Address of the HydraCore API [https://api.hydracore.io]: ", "Sign in with (key or email) [key]: ", "API key (not shown): ",
				"A file is suggested: ", "Store it in (keyring or file) [file]: ", "Trying the credential at " + s.URL(), "Profile default uses the API key hc_test_…",
				"Stored in", "Profile default is in use.", "Next: hydractl customers list",
			},
		},
		"email and password": {
			[]string{s.URL(), "email", "unknown", "admin@example.com", "sandbox-password", "file"},
			[]string{"Email: ", "Warning: ", "Email: ", "Password of admin@example.com (not shown): ", "Profile default uses admin@example.com"},
		},
		"a wrong address": {
			[]string{"staging.example.com", "http://staging.example.com", "ftp://x", s.URL() + "?q", s.URL(), "key", s.Key(), "file"},
			[]string{"write https://staging.example.com", "plain http", "must start with https://", "query", "Sign in with"},
		},
		"a wrong key": {
			[]string{s.URL(), "", clitest.Key, "", "", s.Key()},
			[]string{"nothing was stored: Invalid API key (401)", "Hint: ", "Try again.", "Sign in with (key or email) [key]: ", "API key (not shown): ", "Profile default uses"},
		},
		"no key": {
			[]string{s.URL(), "", "", "", "", s.Key()},
			[]string{"the API key: is empty", "Try again.", "Profile default uses"},
		},
		"a wrong password, then a key": {
			[]string{s.URL(), "email", "admin@example.com", "wrong", "file", "key", s.Key()},
			[]string{"Incorrect email or password", "Sign in with (key or email) [email]: ", "Profile default uses the API key"},
		},
		"a wrong server": {
			[]string{other, "", clitest.Key, "", s.URL(), "", s.Key()},
			[]string{"Address of the HydraCore API [" + other + "]: ", "Profile default uses the API key hc_test_…"},
		},
		"a keyring that is not there": {
			[]string{s.URL(), "", s.Key(), "keyring", "cloud", "file"},
			[]string{"Error: the keyring of this system cannot be used", "Store it in", `must be keyring or file (got "cloud")`, "Profile default uses"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vars := wizardVars(t)
			got := typeAnswers(t, vars, tt.typed, "auth", "login")
			if got.Code != failure.ExitOK || got.Out != "" {
				t.Fatalf("exit %d, %q:\n%s", got.Code, got.Out, got.ErrOut)
			}
			rest := got.ErrOut
			for _, says := range tt.says {
				_, after, found := strings.Cut(rest, says)
				if !found {
					t.Fatalf("stderr lacks %q, or has it too early:\n%s", says, got.ErrOut)
				}
				rest = after
			}
			if got := runCLI(t, vars, "", "customers", "count"); got.Code != failure.ExitOK {
				t.Errorf("what was stored does not work: %s", got.ErrOut)
			}
		})
	}
}

// Where the address is known, a failure that no answer can correct ends the command. So does the end of the input; nothing
// is stored then.
func TestWizard_EndsWithoutStoring(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		typed  []string
		code   int
	}{
		"server error":      {http.StatusInternalServerError, []string{"", clitest.Key, "file"}, failure.ExitServer},
		"end at the key":    {http.StatusOK, []string{"email"}, failure.ExitInterrupt},
		"end at the method": {http.StatusOK, nil, failure.ExitInterrupt},
		"end after refusal": {http.StatusUnauthorized, []string{"", clitest.Key, "file"}, failure.ExitInterrupt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			vars := wizardVars(t)
			vars["HYDRACORE_API_URL"] = clitest.Answering(t, clitest.Answer(tt.status, "application/json", `{"detail":"no"}`))["HYDRACORE_API_URL"]
			got := typeAnswers(t, vars, tt.typed, "auth", "login")
			if got.Code != tt.code || got.Out != "" {
				t.Errorf("exit %d, want %d:\n%s", got.Code, tt.code, got.ErrOut)
			}
			if _, err := os.Stat(vars["HYDRACTL_CONFIG"]); err == nil {
				t.Error("a configuration was written")
			}
		})
	}
}

func TestWizard_NotForScripts(t *testing.T) {
	t.Parallel()
	for name, got := range map[string]clitest.Ran{
		"no terminal": runCLI(t, wizardVars(t), "x\n", "auth", "login"),
		"--no-input":  typeAnswers(t, wizardVars(t), []string{"x"}, "auth", "login", "--no-input", "--store", "file"),
	} {
		if got.Code == failure.ExitOK || strings.Contains(got.ErrOut, "Sign in") {
			t.Errorf("%s: exit %d: %s", name, got.Code, got.ErrOut)
		}
	}
	vars := wizardVars(t)
	vars["CI"] = "true"
	if got := typeAnswers(t, vars, []string{"x"}, "auth", "login"); got.Code != failure.ExitUnexpected || !strings.Contains(got.ErrOut, "keyring") {
		t.Errorf("CI: exit %d: %s", got.Code, got.ErrOut)
	}
}

func TestLogin_ReportsOutputWithOtherFlags(t *testing.T) {
	t.Parallel()
	got := runCLI(t, wizardVars(t), "", "auth", "login", "--store", "cloud", "-o", "xml", "--error-format", "text")
	if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "--store") || !strings.Contains(got.ErrOut, "--output") {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
}

// Where no question can be asked, that is what is reported, not the keyring that a machine of CI lacks.
func TestLogin_WithoutTerminalNamesVariable(t *testing.T) {
	t.Parallel()
	vars := wizardVars(t)
	vars["CI"] = "true"
	got := runCLI(t, vars, "", "auth", "login")
	if got.Code != failure.ExitUsage || !strings.Contains(got.ErrOut, "HYDRACORE_API_KEY") || strings.Contains(got.ErrOut, "keyring") {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
}

func TestLogin_StripsOneLineBreak(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"login":      {"auth", "login", "--with-key", "--store", "file"},
		"config set": {"config", "set", "api_key", "-"},
	} {
		for stdin, code := range map[string]int{clitest.Key + "\r\n": failure.ExitOK, clitest.Key + "\n\n": failure.ExitUsage} {
			vars := wizardVars(t)
			vars["HYDRACORE_API_URL"] = clitest.Answering(t, clitest.Rows(0))["HYDRACORE_API_URL"]
			if got := runCLI(t, vars, stdin, args...); got.Code != code {
				t.Errorf("%s, %q: exit %d, want %d: %s", name, stdin[len(clitest.Key):], got.Code, code, got.ErrOut)
			}
		}
	}
}

// A key that is typed where none is asked for is not repeated, however short it is.
func TestWizard_MasksKeyAtOtherQuestion(t *testing.T) {
	t.Parallel()
	vars := wizardVars(t)
	vars["HYDRACORE_API_URL"] = "https://api.example.com"
	got := typeAnswers(t, vars, []string{"hc_live_short", "email", "hc_test_short"}, "auth", "login")
	if got.Code != failure.ExitInterrupt || strings.Contains(got.ErrOut, "short") || !strings.Contains(got.ErrOut, "must be key or email") {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
}
