package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/failure"
)

// TestCommands_PrintJSON runs every command with -o json, in this order, and parses what it prints.
func TestCommands_PrintJSON(t *testing.T) {
	t.Parallel()
	const person = "json@example.com"
	file := filepath.Join(t.TempDir(), "c.csv")
	if err := os.WriteFile(file, []byte(runCLI(t, nil, "", "customers", "import", "--template").Out), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := []string{
		"sandbox reset --yes",
		"sandbox status",
		"sandbox faults",
		"sandbox tenants create Acme",
		"sandbox tenants list",
		"sandbox keys create --name k",
		"sandbox keys list",
		"sandbox keys revoke k",
		"customers create --email " + person,
		"customers list",
		"customers list --all",
		"customers get " + person,
		"customers clone " + person + " --company-name x",
		"customers count",
		"customers stats",
		"customers wait " + person + " --for exists",
		"api GET /v1/customers",
		"doctor",
		"customers export",
		"config set output json",
		"config get output",
		"config list",
		"config unset output",
		"config path",
		"config profile add staging --api-url https://staging.example.com",
		"config profile use staging",
		"config profile list",
		"config profile use sandbox",
		"config profile remove staging",
		"customers import " + file + " --yes",
		"imports list",
		"auth status",
		"auth token",
		"version",
		"schema",
		"schema version",
	}
	silent := map[string]string{
		"sandbox reset": "prints a note", "sandbox keys revoke": "prints a note",
		"config set": "prints a note", "config unset": "prints a note", "config profile add": "prints a note",
		"config profile use": "prints a note", "config profile remove": "prints a note",
	}
	dir := t.TempDir()
	vars := map[string]string{
		"HYDRACTL_STATE_DIR": dir, "HYDRACTL_CONFIG": filepath.Join(dir, "config", "config.yaml"), "HYDRACTL_PROFILE": "sandbox",
	}
	run := map[string]bool{
		"completion":       true, // its output is a script for a shell
		"sandbox serve":    true, // its output is lines for a shell
		"config edit":      true, // has no output; it needs an editor
		"help":             true, // its output is text
		"customers browse": true, // needs a terminal; test/e2e runs it
		"customers diff":   true, // needs a second server; test/script/customers/diff.txtar
		"imports show":     true, // needs an ID; test/script/imports runs it
		"imports resume":   true, // the same
		"imports rejects":  true, // the same; its output is a file to fix
		"imports remove":   true, // the same
		"auth login":       true, // prints notes; the sandbox's own profile stores none, test/script/auth runs it
		"auth logout":      true, // the same
	}
	for _, line := range lines {
		got := runCLI(t, vars, "", append(strings.Fields(line), "-o", "json")...)
		command := commandOf(t, line)
		run[command] = true
		if got.Code != failure.ExitOK {
			t.Errorf("%s: exit %d, stderr %s", line, got.Code, got.ErrOut)
		}
		if silent[command] != "" && got.Out == "" {
			continue
		}
		if !json.Valid([]byte(got.Out)) {
			t.Errorf("%s -o json prints %q", line, got.Out)
		}
	}
	for _, c := range commands(testRoot()) {
		path := strings.TrimPrefix(c.CommandPath(), "hydractl ")
		if !c.HasSubCommands() && !c.IsAdditionalHelpTopicCommand() && !run[path] {
			t.Errorf("%s was not run", path)
		}
	}
}

func commandOf(t *testing.T, line string) string {
	t.Helper()
	c, _, err := testRoot().Find(strings.Fields(line))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(c.CommandPath(), "hydractl ")
}
