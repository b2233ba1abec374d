//go:build linux

package e2e

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// Without an argument get, clone and wait let the user pick a customer: by typing, on a screen.
func TestPicker_TakesCustomer(t *testing.T) {
	t.Parallel()
	p, stdout := browser(t, 80, 24, nil, "customers", "get", "-o", "json", "--jq", ".email")
	p.Type("rosa.web")
	at := p.Await("1 customer (complete)", 0)
	p.Type("\r")
	if code := p.Wait(); code != 0 || stdout.String() != "rosa.weber0@mail.example.com\n" {
		t.Errorf("exit %d, on stdout %q: %q", code, stdout, p.Printed()[at:])
	}
	checkRestored(t, p)
}

func TestPicker_LeftWithoutChoice(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{"\x1b", "\x03"} {
		p, stdout := browser(t, 80, 24, nil, "customers", "wait", "--for", "exists")
		p.Type(keys)
		if code := p.Wait(); code != 130 || stdout.Len() > 0 || strings.Contains(p.Printed(), "Error") {
			t.Errorf("%q: exit %d, on stdout %q: %q", keys, code, stdout, p.Printed())
		}
		checkRestored(t, p)
	}
}

// Screen readers and simple terminals get the questions, one line after another.
func TestPicker_PlainQuestions(t *testing.T) {
	t.Parallel()
	for _, env := range []string{"TERM=dumb", "ACCESSIBLE=1"} {
		p := atTerminal(t, 80, []string{"HOME=" + t.TempDir(), env}, "customers", "get", "--jq", ".company_name")
		p.Await("to search for): ", 0)
		p.Type("rosa.weber0@mail.example.com\r")
		if code := p.Wait(); code != 0 || !strings.Contains(p.Printed(), "Foo, Inc.") || strings.Contains(p.Printed(), "\x1b[?1049h") {
			t.Errorf("%s: exit %d: %q", env, code, p.Printed())
		}
	}
}

// The commands on the screen run on the normal terminal, ask their questions there, and lead back to the list.
func TestBrowse_CloneAndExport(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	p, stdout := browser(t, 100, 24, []string{"HOME=" + home}, "customers", "browse", "--search", "fatima_cohen249")
	p.Type("d")
	at := p.Await("Company name of the new customer: ", 0)
	p.Type("Twin\r")
	at = p.Await("Email (Enter leaves it out): ", at)
	p.Type("fatima_cohen249b@example.com\r")
	at = p.Await("There is no undo. [y/N] ", at)
	p.Type("y\r")
	at = p.Await("Created customer ", at)
	at = p.Await("Enter goes back to the list: ", at)
	p.Type("\r")
	at = p.Await("complete)", at) // only what differs from the screen before is drawn, so not always the number too
	p.Type("x")
	at = p.Await("Enter writes none): ", at)
	file := filepath.Join(home, "out.csv")
	p.Type(file + "\r")
	at = p.Await("2 customers (complete; ", at)
	at = p.Await("Enter goes back to the list: ", at)
	p.Type("\r")
	p.Await("complete)", at)
	p.Type("q")
	if code := p.Wait(); code != 0 || stdout.Len() > 0 {
		t.Errorf("exit %d, on stdout %q", code, stdout)
	}
	if text, err := os.ReadFile(file); err != nil || strings.Count(string(text), "\n") != 3 || !strings.Contains(string(text), "Twin") {
		t.Errorf("%v, the file holds %q", err, text)
	}
	checkRestored(t, p)
}

// Ctrl-D leads from the questions of a command back to the list, and nothing is created.
func TestBrowse_EndOfInputInForm(t *testing.T) {
	t.Parallel()
	p, stdout := browser(t, 80, 24, nil, "customers", "browse")
	at := 0
	for _, form := range [][2]string{{"n", "email, unique"}, {"d", "Company name"}, {"x", "File to write"}} {
		p.Type(form[0])
		at = p.Await("Ctrl-D goes back to the list.", at)
		at = p.Await(form[1], at)
		p.Type("\x04")
		at = p.Await("quit", at)
	}
	p.Type("q")
	if code := p.Wait(); code != 0 || stdout.Len() > 0 || strings.Contains(p.Printed(), "Created") {
		t.Errorf("exit %d: %q", code, p.Printed())
	}
	checkRestored(t, p)
}

// Ctrl-C ends the browser in a question of a command too, and nothing is created.
func TestBrowse_InterruptInForm(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{"n", "d", "x"} {
		p, stdout := browser(t, 80, 24, nil, "customers", "browse")
		p.Type(keys)
		p.Await(map[string]string{"n": "email, unique", "d": "Company name", "x": "File to write"}[keys], 0)
		p.Type("\x03")
		if code := p.Wait(); code != 130 || stdout.Len() > 0 || strings.Contains(p.Printed(), "Created") {
			t.Errorf("%s: exit %d: %q", keys, code, p.Printed())
		}
		checkRestored(t, p)
	}
}

func TestBrowse_Terminated(t *testing.T) {
	t.Parallel()
	for signal, code := range map[os.Signal]int{unix.SIGTERM: 143, unix.SIGINT: 130} {
		p, _ := browser(t, 80, 24, nil, "customers", "browse")
		p.Signal(signal)
		if got := p.Wait(); got != code {
			t.Errorf("%v: exit %d, not %d", signal, got, code)
		}
		checkRestored(t, p)
	}
}

// A storm of sizes ends with a screen of the last one, also when it is hardly a screen.
func TestBrowse_Resized(t *testing.T) {
	t.Parallel()
	p, _ := browser(t, 80, 24, nil, "customers", "browse")
	for i := range 300 {
		p.Resize(1+i%90, 1+i%30)
		p.Signal(unix.SIGWINCH)
	}
	p.Resize(10, 3)
	p.Type("jjkG?q")
	skip := len(p.Printed())
	p.Resize(111, 20)
	p.Await("Enter details", skip)
	p.Type("q")
	if code := p.Wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
	checkRestored(t, p)
}

// A paste is one search, whatever it holds; no key of it is taken for a command.
func TestBrowse_Pasted(t *testing.T) {
	t.Parallel()
	p, _ := browser(t, 80, 24, nil, "customers", "browse")
	p.Type("\x1b[200~" + strings.Repeat("qndx", 2500) + "\x1b[201~/\x1b[200~" + strings.Repeat("qndx\r\n", 2000) + "\x1b[201~")
	at := p.Await("No customers", 0)
	p.Type("\x1b")
	p.Await("Fatima_cohen249", at)
	p.Type("q")
	if code := p.Wait(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// Without UTF-8 nothing but ASCII is drawn, and without colour no colour: by NO_COLOR, or on a terminal that has none.
func TestBrowse_PlainTerminal(t *testing.T) {
	t.Parallel()
	colors := regexp.MustCompile(`\x1b\[[0-9;]*?(3[0-7]|9[0-7]|4[0-7])m`)
	for _, env := range []string{"LC_ALL=C", "NO_COLOR=1", "TERM=vt100", "LC_ALL=POSIX"} {
		p, _ := browser(t, 60, 12, []string{env}, "customers", "browse")
		at := p.Await("q quit", 0)
		p.Type("G")
		p.Await("complete", at)
		p.Type("\rq")
		p.Type("q")
		if code := p.Wait(); code != 0 {
			t.Errorf("%s: exit %d", env, code)
		}
		printed := p.Printed()
		if strings.HasPrefix(env, "LC_ALL") && strings.ContainsFunc(printed, func(r rune) bool { return r > '~' }) {
			t.Errorf("%s: not only ASCII: %q", env, printed)
		}
		if !strings.HasPrefix(env, "LC_ALL") && colors.MatchString(printed) {
			t.Errorf("%s: colours: %q", env, printed)
		}
	}
}

// The screen can be left while the server hangs.
func TestBrowse_HangingServer(t *testing.T) {
	t.Parallel()
	asked, done := make(chan struct{}, 100), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-done
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(done) })
	for keys, code := range map[string]int{"q": 0, "/ann\r\x03": 130, "?srGq": 0} {
		p := atTerminal(t, 80, []string{"HOME=" + t.TempDir(), "HYDRACTL_PROFILE=env", "HYDRACORE_API_URL=" + s.URL, "HYDRACORE_API_KEY=" + clitest.Key}, "customers", "browse")
		<-asked
		p.Await("Loading", 0)
		p.Type(keys)
		if got := p.Wait(); got != code {
			t.Errorf("%q: exit %d, not %d: %q", keys, got, code, p.Printed())
		}
		if strings.Contains(p.Printed(), clitest.Key) {
			t.Error("the key is shown")
		}
		checkRestored(t, p)
	}
}

// Ctrl-Z gives the terminal back to the shell, and fg the screen.
func TestBrowse_Suspended(t *testing.T) {
	t.Parallel()
	home, env := shellHome(t)
	c := exec.Command("bash", "--norc", "--noprofile", "-i")
	c.Env, c.Dir = env, home
	p := clitest.StartPTY(t, 80, 24, c)
	p.Await("ready> ", 0)
	p.Type("hydractl customers browse\r")
	at := p.Await("q quit", 0)
	p.Type("\x1a")
	at = p.Await("Stopped", at)
	at = p.Await("ready> ", at)
	p.Type("echo $((6*7))\r")
	at = p.Await("42", at)
	p.Type("fg\r")
	at = p.Await("q quit", at)
	p.Type("q")
	at = p.Await("ready> ", at)
	p.Type("echo code $?\r")
	p.Await("code 0", at)
	p.Type("exit\r")
	p.Wait()
}
