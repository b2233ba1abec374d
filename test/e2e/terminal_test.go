//go:build linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// atTerminal starts hydractl on a pseudo-terminal, with the sandbox of a folder.
func atTerminal(t *testing.T, columns int, env []string, args ...string) *clitest.PTY {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Args[0] = "hydractl" // TestMain goes by the name
	c.Env = append([]string{"TZ=UTC", "TERM=xterm", "LC_ALL=C.UTF-8", "HYDRACTL_PROFILE=sandbox"}, env...)
	return clitest.StartPTY(t, columns, 24, c)
}

// What was typed before a question is no answer to it, and what is typed while an import runs is not shown.
func TestTerminal_TypedAhead(t *testing.T) {
	t.Parallel()
	vars, open := gated(t)
	home := t.TempDir()
	file := filepath.Join(home, "new.csv")
	if err := os.WriteFile(file, []byte("email\nann@example.org\nbob@example.org\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := atTerminal(t, 100, append(vars, "HYDRACTL_PROFILE=env", "HOME="+home), "customers", "import", file)
	p.Type("y\ny\n")
	at := p.Await("[y/N] ", 0)
	p.Type("y\n")
	at = p.Await("Importing ", at)
	if p.Settings().Lflag&unix.ECHO != 0 {
		t.Error("what is typed is shown while the bar is drawn")
	}
	p.Type("typed meanwhile\n")
	open()
	if code := p.Wait(); code != 0 {
		t.Fatalf("exit %d:\n%s", code, p.Printed())
	}
	if printed := p.Printed()[at:]; strings.Contains(printed, "typed meanwhile") {
		t.Errorf("what is typed is shown: %q", printed)
	}
}

func TestTerminal_InterruptEndsQuestion(t *testing.T) {
	t.Parallel()
	p := atTerminal(t, 100, []string{"HOME=" + t.TempDir(), "TERM=dumb"}, "customers", "get")
	p.Await("to search for): ", 0)
	p.Type("\x03")
	if code := p.Wait(); code != 130 || strings.Contains(p.Printed(), "Error") {
		t.Errorf("exit %d: %q", code, p.Printed())
	}
}

// Ctrl-C is the way to end a watch: what it showed last stays, and there is no error.
func TestTerminal_InterruptRestores(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	p := atTerminal(t, 100, []string{"HOME=" + home}, "customers", "list", "--watch", "1s")
	at := p.Await("Every 1s", 0)
	p.Await("customers", at)
	p.Type("\x03")
	if code := p.Wait(); code != 130 {
		t.Errorf("exit %d", code)
	}
	_, kept, _ := strings.Cut(p.Printed(), "\x1b[?1049l")
	if !strings.HasPrefix(kept, "Every 1s") || strings.Contains(kept, "Error") || strings.Contains(kept, "SIGINT") {
		t.Errorf("after the watch the screen shows %q", kept)
	}
}

// The form completes a country by its name and a time zone by a part of it.
func TestTerminal_CreateForm(t *testing.T) {
	t.Parallel()
	p := atTerminal(t, 80, []string{"HOME=" + t.TempDir()}, "customers", "create", "-o", "jsonl")
	at := p.Await("tenant: ", 0)
	p.Type("ann@example.com\r")
	at = p.Await("company name: ", at)
	p.Type("Ann\x1b[200~ & Sons\n\x1b[201~\r") // pasted with its line end, which is not Enter
	at = p.Await("such as DE: ", at)
	p.Type("germ\t\r")
	at = p.Await("such as EUR: ", at)
	p.Type("\t")
	at = p.Await("more", at)
	p.Type("eur\t\r")
	at = p.Await("Europe/Berlin: ", at)
	p.Type("berl\t\r")
	at = p.Await("[y/N] ", at)
	for _, want := range []string{`"company_name":"Ann & Sons"`, `"country_code":"DE"`, `"currency":"EUR"`, `"timezone":"Europe/Berlin"`} {
		if !strings.Contains(p.Printed()[:at], want) {
			t.Errorf("the request lacks %s", want)
		}
	}
	p.Type("y\r")
	if code := p.Wait(); code != 0 || !strings.Contains(p.Printed()[at:], "Created customer") {
		t.Errorf("exit %d: %q", code, p.Printed())
	}
}
