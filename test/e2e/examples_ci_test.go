package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestRecipes_UseExistingCommands reads the recipes for CI: their YAML is sound, and every command and flag of hydractl in
// them exists.
func TestRecipes_UseExistingCommands(t *testing.T) {
	t.Parallel()
	lines := 0
	for _, name := range []string{"install.sh", "onboard.sh", "github-actions.yml", "gitlab-ci.yml"} {
		text, err := os.ReadFile("examples/ci/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".yml") {
			var doc map[string]any
			if err := yaml.Unmarshal(text, &doc); err != nil || len(doc) < 3 {
				t.Errorf("%s: %v, %d keys", name, err, len(doc))
			}
		}
		for _, command := range hydractlCommands(string(text)) {
			lines++
			checkCommand(t, name, command)
		}
	}
	if lines < 2 {
		t.Errorf("%d commands were found", lines)
	}
}

// hydractlCommands are the command lines that run hydractl, from its name on.
func hydractlCommands(text string) []string {
	text = strings.ReplaceAll(text, "\\\n", " ")
	var commands []string
	for line := range strings.SplitSeq(text, "\n") {
		if found := regexp.MustCompile(`^\s*(?:- |run: |- run: )?(hydractl .*)`).FindStringSubmatch(line); found != nil {
			commands = append(commands, found[1])
		}
	}
	return commands
}

// checkCommand asks the program itself.
func checkCommand(t *testing.T, name, command string) {
	t.Helper()
	path, _, _ := strings.Cut(command, ` "`)
	path, _, _ = strings.Cut(path, " --")
	var words []string
	for _, word := range strings.Fields(path)[1:] {
		if !strings.Contains(word, ".") {
			words = append(words, word)
		}
	}
	help, err := exec.Command("hydractl", append(words, "--help")...).CombinedOutput()
	if err != nil || !strings.Contains(string(help), "hydractl "+strings.Join(words, " ")) {
		t.Errorf("%s: hydractl %v is no command: %v", name, words, err)
	}
	global, err := exec.Command("hydractl", "help", "flags").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(command, -1) {
		if !regexp.MustCompile(flag + `\b`).MatchString(string(help) + string(global)) {
			t.Errorf("%s: hydractl %s has no %s", name, strings.Join(words, " "), flag)
		}
	}
}
