//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// browser starts the screen on a pseudo-terminal, with stdout in a buffer, and waits for its first customer.
func browser(t *testing.T, columns, rows int, env []string, args ...string) (p *clitest.PTY, stdout *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	stdout = &bytes.Buffer{}
	c := exec.Command(self, args...)
	c.Args[0] = "hydractl" // TestMain goes by the name
	c.Env = append([]string{"HOME=" + t.TempDir(), "TZ=UTC", "TERM=xterm", "LC_ALL=C.UTF-8", "HYDRACTL_PROFILE=sandbox"}, env...)
	c.Stdout = stdout
	p = clitest.StartPTY(t, columns, rows, c)
	p.Await("Fatima_cohen249", 0) // the newest customer
	return p, stdout
}

// checkRestored fails unless the terminal shows what is typed, and the normal screen with its cursor.
func checkRestored(t *testing.T, p *clitest.PTY) {
	t.Helper()
	if now := p.Settings(); now.Lflag&unix.ECHO == 0 || now.Lflag&unix.ICANON == 0 || now.Oflag&unix.OPOST == 0 {
		t.Errorf("the terminal is not as it was: %+v", now)
	}
	printed := p.Printed()
	if strings.LastIndex(printed, "\x1b[?1049l") < strings.LastIndex(printed, "\x1b[?1049h") {
		t.Errorf("the alternate screen is not left: %q", printed)
	}
	if strings.LastIndex(printed, "\x1b[?25h") < strings.LastIndex(printed, "\x1b[?25l") {
		t.Errorf("the cursor is hidden: %q", printed)
	}
}

// Each way to leave the screen has its exit code, and leaves the terminal as it was.
func TestBrowse_Ends(t *testing.T) {
	t.Parallel()
	for _, end := range []struct {
		name, flags, keys string
		code              int
		stdout            string // a part of it, "" for none at all
	}{
		{"quit", "", "q", 0, ""},
		{"escape", "", "\x1b", 0, ""},
		{"interrupt", "", "\x03", 130, ""},
		{"interrupt in the search", "", "/x\x03", 130, ""},
		{"interrupt in the details", "", "\r\x03", 130, ""},
		{"interrupt in the keys", "", "?\x03", 130, ""},
		{"interrupt in the copy prompt", "", "c\x03", 130, ""},
		{"take an ID", "--print id", "\r", 0, "-"},
		{"take an email", "--print email", "\r", 0, "Fatima_cohen249@Example.COM\n"},
		{"take a record", "--print json", "\r", 0, `"email": "Fatima_cohen249@Example.COM"`},
		{"take nothing", "--print id", "q", 130, ""},
	} {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			p, stdout := browser(t, 80, 24, nil, append([]string{"customers", "browse"}, strings.Fields(end.flags)...)...)
			p.Type(end.keys)
			if code := p.Wait(); code != end.code {
				t.Errorf("exit %d, not %d: %q", code, end.code, p.Printed())
			}
			if out := stdout.String(); !strings.Contains(out, end.stdout) || end.stdout == "" && out != "" {
				t.Errorf("on stdout: %q", out)
			}
			if strings.Contains(p.Printed(), "Error") {
				t.Errorf("an error is printed: %q", p.Printed())
			}
			checkRestored(t, p)
		})
	}
}
