package cmd

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
)

func guidedVars(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"HYDRACTL_STATE_DIR": t.TempDir(), "HYDRACTL_PROFILE": "sandbox"}
}

func TestForm_Create(t *testing.T) {
	vars := guidedVars(t)
	typed := "no address\nnew.one@example.com\nNew One\nGermany\nducats\nNULL\n" + strings.Repeat("x", 2000) + "\n\nEurope/Berlin\ny\n"
	got := atTerminal(t, vars, typed, "customers", "create", "-o", "json")
	if got.Code != failure.ExitOK || !strings.Contains(got.Out, `"created": true`) && !strings.Contains(got.Out, `"created":true`) {
		t.Fatalf("exit %d: %s%s", got.Code, got.Out, got.ErrOut)
	}
	for _, want := range []string{"Warning: cannot be used", "Germany is sent as DE.", `Warning: "ducats" is not a currency`, `Warning: "NULL" looks like a missing value`, "Warning: the line is too long", "POST ", `"country_code":"DE"`, "There is no undo. [y/N]"} {
		if !strings.Contains(got.ErrOut, want) {
			t.Errorf("stderr lacks %q:\n%s", want, got.ErrOut)
		}
	}
	var made struct{ Email string }
	if err := json.Unmarshal([]byte(got.Out), &made); err != nil || made.Email != "new.one@example.com" {
		t.Errorf("%+v (%v)", made, err)
	}
}

func TestForm_CreateNeedsYes(t *testing.T) {
	vars := guidedVars(t)
	for typed, code := range map[string]int{
		"b@example.com\n\n\n\n\nn\n": failure.ExitUsage, // no
		"b@example.com\n\n\n\n\n":    failure.ExitUsage, // no answer
		"\n\n\n\n\n":                 failure.ExitUsage, // no field
		"b@example.com\n":            failure.ExitInterrupt,
		"":                           failure.ExitInterrupt,
	} {
		if got := atTerminal(t, vars, typed, "customers", "create"); got.Code != code || got.Out != "" {
			t.Errorf("%q: exit %d, want %d: %s", typed, got.Code, code, got.ErrOut)
		}
	}
	if got := runCLI(t, vars, "", "customers", "get", "b@example.com"); got.Code != failure.ExitNotFound {
		t.Errorf("it was created: %s", got.Out)
	}
}

func TestForm_NotForScripts(t *testing.T) {
	vars := guidedVars(t)
	for _, line := range []string{"customers create", "customers get", "customers wait --for exists", "customers clone --company-name X"} {
		args := strings.Fields(line)
		if got := runCLI(t, vars, "y\n", args...); got.Code != failure.ExitUsage {
			t.Errorf("%s: exit %d: %s", line, got.Code, got.ErrOut)
		}
		if got := atTerminal(t, vars, "y\n", append(args, "--no-input")...); got.Code != failure.ExitUsage {
			t.Errorf("%s --no-input: exit %d: %s", line, got.Code, got.ErrOut)
		}
		vars["CI"] = "true"
		if got := atTerminal(t, vars, "y\n", args...); got.Code != failure.ExitUsage {
			t.Errorf("%s in CI: exit %d: %s", line, got.Code, got.ErrOut)
		}
		delete(vars, "CI")
	}
}

func TestForm_PickCustomer(t *testing.T) {
	vars := guidedVars(t)
	for _, email := range []string{"pick.one@example.com", "pick.two@example.com"} {
		runCLI(t, vars, "", "customers", "create", "--email", email)
	}
	for typed, want := range map[string]string{
		"pick.\n1\n":                  "pick.two@example.com", // the newest first
		"nothing-like-it\npick.\n2\n": "pick.one@example.com",
		"pick.one@example.com\n":      "pick.one@example.com",
	} {
		got := atTerminal(t, vars, typed, "customers", "get", "-o", "csv", "--columns", "email", "--no-headers")
		if got.Code != failure.ExitOK || strings.TrimSpace(got.Out) != want {
			t.Errorf("%q: exit %d, %q, want %q: %s", typed, got.Code, got.Out, want, got.ErrOut)
		}
	}
	if got := atTerminal(t, vars, "pick.\n1\n", "customers", "wait", "--for", "exists", "-o", "id"); got.Code != failure.ExitOK {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
	if got := atTerminal(t, vars, "pick.\n", "customers", "get"); got.Code != failure.ExitInterrupt || strings.Contains(got.ErrOut, "Error") {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
}

func TestForm_CloneAsksForSource(t *testing.T) {
	vars := guidedVars(t)
	runCLI(t, vars, "", "customers", "create", "--email", "source@example.com")
	args := []string{"customers", "clone", "--company-name", "Copy", "--email", "copy@example.com", "-o", "id"}
	if got := atTerminal(t, vars, "source\n1\nn\n", args...); got.Code != failure.ExitUsage || got.Out != "" {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
	if got := atTerminal(t, vars, "source\n1\ny\n", args...); got.Code != failure.ExitOK || !strings.Contains(got.ErrOut, "/clone") {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
}

func TestForm_NeedsCredentialFirst(t *testing.T) {
	vars := guidedVars(t)
	vars["HYDRACTL_PROFILE"] = "default"
	got := atTerminal(t, vars, "a@example.com\n", "customers", "create")
	if got.Code != failure.ExitAuth || strings.Contains(got.ErrOut, "email") || !strings.Contains(got.ErrOut, "hydractl auth login") {
		t.Errorf("exit %d: %s", got.Code, got.ErrOut)
	}
}
