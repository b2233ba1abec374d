//go:build linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// shellHome is a folder with hydractl, its completion scripts, and a sandbox with customers.
func shellHome(t *testing.T) (folder string, env []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, "hydractl")); err != nil { // TestMain goes by the name
		t.Fatal(err)
	}
	env = []string{
		"PATH=" + folder + ":/usr/local/bin:/usr/bin:/bin", "HOME=" + folder, "TZ=UTC", "TERM=xterm", "PS1=ready> ", "LC_ALL=C.UTF-8",
		"HYDRACTL_PROFILE=sandbox",
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		text := output(t, folder, env, "completion", shell)
		if shell == "zsh" {
			shell = "_hydractl"
		}
		if err := os.WriteFile(filepath.Join(folder, shell), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	output(t, folder, env, "customers", "create", "--email", "zoe.young@example.com", "--company-name", "Zoe")
	return folder, env
}

func output(t *testing.T, folder string, env []string, args ...string) string {
	t.Helper()
	c := exec.Command(filepath.Join(folder, "hydractl"), args...)
	c.Env, c.Dir = env, folder
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return string(out)
}

// completed are the lines that are typed, each with a Tab behind it, and the words they become.
func completed() map[string]string {
	return map[string]string{
		"customers cou":                        "<customers><count>",
		"-p sand":                              "<-p><sandbox>",
		"customers list --columns email,comp":  "<customers><list><--columns><email,company_name",
		"customers list --columns=email,+comp": "<customers><list><--columns=email,+company_name",
		"customers list --sort-by comp":        "<customers><list><--sort-by><company_name>",
		"customers import x --map Firma=comp":  "<customers><import><x><--map><Firma=company_name>",
		"customers import x --set curr":        "<customers><import><x><--set><currency=",
		"customers import x --set currency=EU": "<customers><import><x><--set><currency=EUR>",
		"customers create --country-code DE":   "<customers><create><--country-code><DE>",
		"customers create --timezone Europe/B": "<customers><create><--timezone><Europe/B",
		"customers create --timezone Europe/W": "<customers><create><--timezone><Europe/Warsaw>",
		"sandbox serve --fault drop_after_c":   "<sandbox><serve><--fault><drop_after_commit",
		"customers get zoe":                    "<customers><get><zoe.young@example.com>",
		"customers get zoe.young@ex":           "<customers><get><zoe.young@example.com>",
		"customers clone zoe":                  "<customers><clone><zoe.young@example.com>",
	}
}

func TestCompletion_Shells(t *testing.T) {
	t.Parallel()
	folder, env := shellHome(t)
	const packaged = "/usr/share/bash-completion/bash_completion"
	for _, shell := range []struct {
		name, needs string
		args        []string
		setUp       string
	}{
		{"bash alone", "bash", []string{"bash", "--norc", "--noprofile", "-i"}, "source ./bash"},
		{"bash with bash-completion", packaged, []string{"bash", "--norc", "--noprofile", "-i"}, "source " + packaged + "; source ./bash"},
		{"zsh", "zsh", []string{"zsh", "-f", "-i"}, "PS1='ready> '; bindkey -e; fpath=($PWD $fpath); autoload -U compinit; compinit -u"},
		{"fish", "fish", []string{"fish", "--no-config", "-i"}, "function fish_prompt; echo -n 'ready> '; end; source ./fish"},
	} {
		t.Run(shell.name, func(t *testing.T) {
			if _, err := exec.LookPath(shell.needs); err != nil {
				if _, err := os.Stat(shell.needs); err != nil {
					t.Skipf("not installed: %s", shell.needs)
				}
			}
			c := exec.Command(shell.args[0], shell.args[1:]...)
			c.Env, c.Dir = env, folder
			p := clitest.StartPTY(t, 200, 40, c)
			p.Type(shell.setUp + "\necho SET''UP\n")
			at := p.Await("SETUP", 0)
			for line, want := range completed() {
				// Behind the completed word goes another one; printf takes the place of hydractl.
				p.Type("hydractl " + line + "\t END\x01printf '<%s>' \n")
				end := p.Await("<END>", at)
				printed := p.Printed()[at:end]
				got := printed[strings.LastIndex(printed, "<hydractl>")+len("<hydractl>"):]
				if !strings.HasPrefix(got, want) {
					t.Errorf("%q becomes %q, want %q", line, got, want)
				}
				at = end
			}
		})
	}
}
