package cmd

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// TestHome_NotUsable checks that a configuration given by the environment needs no home folder, and that what needs a place for
// its data names the variable that sets one.
func TestHome_NotUsable(t *testing.T) {
	t.Parallel()
	server := clitest.Answering(t, clitest.Rows(0))
	rows := clitest.WriteTemp(t, "rows.csv", "email\nann@example.com\n")
	file := clitest.WriteTemp(t, "file", "")
	for name, home := range map[string]string{"none": "", "a file": file, "below a file": filepath.Join(file, "home")} {
		for _, tt := range []struct {
			line string
			exit int
			text string
		}{
			{"customers list -o json", failure.ExitOK, ""},
			{"customers get " + clitest.SomeID, failure.ExitServer, "breaks the contract"},
			{"customers create --email a@example.com --dry-run", failure.ExitOK, ""},
			{"config list", failure.ExitOK, ""},
			{"customers import --yes " + rows, failure.ExitJournal, "HYDRACTL_STATE_DIR"},
			{"imports list", failure.ExitJournal, "HYDRACTL_STATE_DIR"},
			{"imports show x", failure.ExitJournal, "HYDRACTL_STATE_DIR"},
			{"imports resume --last", failure.ExitJournal, "HYDRACTL_STATE_DIR"},
			{"-p sandbox customers count", failure.ExitUsage, "HYDRACTL_STATE_DIR"},
			{"config set output wide", failure.ExitUsage, "HYDRACTL_CONFIG"},
		} {
			var out, errOut strings.Builder
			env := clitest.Env(t, server, "")
			env.Home, env.Out, env.Err = home, &out, &errOut
			got := clitest.Ran{Code: Execute(t.Context(), env, strings.Fields(tt.line)), ErrOut: errOut.String()}
			wantTexts(t, "home "+name+": "+tt.line, got, tt.exit, tt.text)
		}
	}
}

// TestHome_OtherStateFolder checks that an import needs no home when it has a state folder, or a journal of its own.
func TestHome_OtherStateFolder(t *testing.T) {
	t.Parallel()
	file := clitest.WriteTemp(t, "file", "")
	rows := clitest.WriteTemp(t, "rows.csv", "email\nann@example.com\n")
	for _, args := range []string{"customers import " + rows + " --yes", "imports list", "customers count", "customers create --email bob@example.com"} {
		var out, errOut strings.Builder
		env := clitest.Env(t, map[string]string{"HYDRACTL_STATE_DIR": filepath.Join(filepath.Dir(file), "state"), "HYDRACTL_PROFILE": "sandbox"}, "")
		env.Home, env.Out, env.Err = file, &out, &errOut
		if code := Execute(t.Context(), env, strings.Fields(args)); code != failure.ExitOK {
			t.Errorf("%s: exit %d: %s", args, code, errOut.String())
		}
	}
	own := clitest.Answering(t, clitest.Rows(0)) // its answers end the import; its journal has a place
	got := runCLI(t, own, "", "customers", "import", rows, "--yes", "--journal", filepath.Join(file, "journal"))
	wantTexts(t, "--journal below a file", got, failure.ExitJournal, "--journal DIR")
}

// TestConfig_Unreadable checks that a configuration that cannot be read names the way without one.
func TestConfig_Unreadable(t *testing.T) {
	t.Parallel()
	got := runCLI(t, map[string]string{"HYDRACTL_CONFIG": t.TempDir()}, "", "customers", "list")
	wantTexts(t, "a folder in place of the file", got, failure.ExitUsage, "HYDRACTL_CONFIG=/dev/null does without a configuration file")
}
