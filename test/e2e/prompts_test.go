//go:build linux

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// question is a question that a command asks, and what leads to it.
type question struct {
	args   string
	asks   string      // the end of its prompt
	before [][2]string // the prompts before it, each with its answer
	yesNo  bool        // no answer is a no
}

// questions are all that the program asks.
func questions() map[string]question {
	form := [][2]string{{"tenant: ", "b@example.com"}, {"company name: ", ""}, {"as DE: ", ""}, {"as EUR: ", ""}, {"Europe/Berlin: ", ""}}
	login := [][2]string{{"hydracore.io]: ", "http://127.0.0.1:9"}, {"[key]: ", "email"}, {"Email: ", "a@example.com"}, {"shown): ", "secret"}}
	return map[string]question{
		"email":       {args: "customers create", asks: form[0][0]},
		"company":     {args: "customers create", asks: form[1][0], before: form[:1]},
		"country":     {args: "customers create", asks: form[2][0], before: form[:2]},
		"currency":    {args: "customers create", asks: form[3][0], before: form[:3]},
		"time zone":   {args: "customers create", asks: form[4][0], before: form[:4]},
		"create":      {args: "customers create", asks: "[y/N] ", before: form, yesNo: true},
		"warned":      {args: "customers create --country-code XX", asks: "[y/N] ", yesNo: true},
		"clone name":  {args: "customers clone ada.sharma1@example.com", asks: "new customer: "},
		"clone email": {args: "customers clone ada.sharma1@example.com", asks: "out): ", before: [][2]string{{"new customer: ", "C"}}},
		"clone": {
			args: "customers clone ada.sharma1@example.com", asks: "[y/N] ", yesNo: true,
			before: [][2]string{{"new customer: ", "C"}, {"out): ", ""}},
		},
		"import":        {args: "customers import FILE", asks: "[y/N] ", yesNo: true},
		"canary":        {args: "customers import FILE --canary 1", asks: "[y/N] ", yesNo: true},
		"reset":         {args: "sandbox reset", asks: "[y/N] ", yesNo: true},
		"setting":       {args: "-p default config set api_key -", asks: "shown): "},
		"key":           {args: "-p default auth login --store file", asks: "shown): "},
		"password":      {args: "-p default auth login --store file --email a@example.com", asks: "shown): "},
		"login address": {args: "-p default auth login", asks: login[0][0]},
		"login method":  {args: "-p default auth login", asks: login[1][0], before: login[:1]},
		"login email":   {args: "-p default auth login", asks: login[2][0], before: login[:2]},
		"login secret":  {args: "-p default auth login", asks: login[3][0], before: login[:3]},
		"login store":   {args: "-p default auth login", asks: "[file]: ", before: login},
		"live import":   {args: "-p env customers import FILE", asks: "to go on: ", yesNo: true},
	}
}

// inTurn returns the forms in which the question is tried, of those in which it could be: in CI all, elsewhere one, another one
// for the question that follows in the order of their names.
func inTurn[T any](question string, forms []T) []T {
	if os.Getenv("CI") != "" {
		return forms
	}
	i := slices.Index(slices.Sorted(maps.Keys(questions())), question) % len(forms)
	return forms[i : i+1]
}

// ask starts the command and answers what comes before the question.
func ask(t *testing.T, q question, columns int, env ...string) (p *clitest.PTY, at int) {
	t.Helper()
	home := t.TempDir()
	file := filepath.Join(home, "new.csv")
	var rows strings.Builder
	rows.WriteString("email\n")
	for i := range 101 {
		fmt.Fprintf(&rows, "u%d@example.org\n", i)
	}
	if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	env = append([]string{"HOME=" + home, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent"}, env...)
	if strings.Contains(q.args, "-p env") {
		vars := clitest.Answering(t, clitest.Answer(http.StatusOK, "application/json", `{"customers":[],"page":1,"per_page":100,"total":0,"total_pages":0}`))
		env = append(env, "HYDRACORE_API_URL="+vars["HYDRACORE_API_URL"], "HYDRACORE_API_KEY=hc_live_CANARYcanaryCANARY42")
	}
	p = atTerminal(t, columns, env, strings.Fields(strings.ReplaceAll(q.args, "FILE", file))...)
	for _, step := range q.before {
		at = p.Await(step[0], at)
		p.Type(step[1] + "\r")
	}
	return p, p.Await(q.asks, at)
}

// Every question ends with Ctrl-C and with SIGTERM, without an error for the former, and leaves the terminal as it was.
func TestPrompt_SignalsRestoreTerminal(t *testing.T) {
	t.Parallel()
	for name, q := range questions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, at := ask(t, q, 100)
			p.Type("x\x03")
			if code := p.Wait(); code != 130 || strings.Contains(p.Printed()[at:], "Error") {
				t.Errorf("exit %d after Ctrl-C: %q", code, p.Printed()[at:])
			}
			p.CheckRestored()
			p, at = ask(t, q, 100)
			p.Signal(unix.SIGTERM)
			if code := p.Wait(); code != 143 {
				t.Errorf("exit %d after SIGTERM: %q", code, p.Printed()[at:])
			}
			p.CheckRestored()
			// The system drops what is printed around a Ctrl-C, so that this is no matter of the first half.
			if !strings.Contains(p.Printed()[at:], "\x1b[?2004l") {
				t.Errorf("pastes are still marked: %q", p.Printed()[at:])
			}
		})
	}
}

// The end of the input is no answer: it ends a question for a value, and is a no to the others.
func TestPrompt_EndOfInput(t *testing.T) {
	t.Parallel()
	for name, q := range questions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, at := ask(t, q, 100)
			p.Type("\x04")
			want := 130
			if q.yesNo {
				want = 2
			}
			if code := p.Wait(); code != want || strings.Contains(p.Printed()[at:], "Error") {
				t.Errorf("exit %d, want %d: %q", code, want, p.Printed()[at:])
			}
			p.CheckRestored()
		})
	}
}

// A paste of 10,000 characters is refused in words, or is a no.
func TestPrompt_LongPaste(t *testing.T) {
	t.Parallel()
	for name, q := range questions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, marks := range inTurn(name, [][2]string{{"", ""}, {"\x1b[200~", "\x1b[201~"}}) {
				p, at := ask(t, q, 100)
				p.Type(marks[0] + strings.Repeat("long", 2500) + marks[1] + "\r")
				if q.yesNo {
					p.Await("Nothing", at)
					if code := p.Wait(); code != 2 {
						t.Errorf("exit %d: %q", code, p.Printed()[at:])
					}
					continue
				}
				at = p.Await("too long", at)
				p.Await(q.asks, at)
				p.Type("\x03")
				if code := p.Wait(); code != 130 {
					t.Errorf("exit %d: %q", code, p.Printed()[at:])
				}
				p.CheckRestored()
			}
		})
	}
}

// With a simple terminal or a screen reader the terminal itself edits the line: nothing is drawn, and a secret stays hidden.
func TestPrompt_PlainLines(t *testing.T) {
	t.Parallel()
	for name, q := range questions() {
		for _, env := range inTurn(name, []string{"TERM=dumb", "TERM=", "ACCESSIBLE=1"}) {
			t.Run(env+" "+name, func(t *testing.T) {
				t.Parallel()
				p, at := ask(t, q, 100, env, "NO_COLOR=1")
				settings := p.Settings()
				if settings.Lflag&unix.ICANON == 0 || (settings.Lflag&unix.ECHO == 0) != strings.Contains(q.asks, "shown") {
					t.Errorf("the terminal's settings are %+v", settings)
				}
				if before := p.Printed()[:at]; strings.Contains(before, "\x1b") {
					t.Errorf("an escape sequence is printed: %q", before)
				}
				p.Type("abc\x03")
				if code := p.Wait(); code != 130 {
					t.Errorf("exit %d: %q", code, p.Printed()[at:])
				}
				p.CheckRestored()
			})
		}
	}
}

// The terminal has 10 columns, and other sizes all the time.
func TestPrompt_Resize(t *testing.T) {
	t.Parallel()
	p := atTerminal(t, 10, []string{"HOME=" + t.TempDir()}, "customers", "create", "-o", "id")
	at := p.Await("tenant: ", 0)
	for i, key := range "resized@example.com" {
		for columns := range 40 {
			p.Resize(1+(columns*7+i)%60, 5)
		}
		p.Type(string(key))
	}
	p.Resize(10, 24)
	p.Type("\r")
	for range 4 {
		at = p.Await("\n", p.Await(": ", at))
		p.Type("\r")
	}
	p.Await("[y/N] ", at)
	p.Type("y\r")
	if code := p.Wait(); code != 0 || !strings.Contains(p.Printed(), `"email":"resized@example.com"`) {
		t.Errorf("exit %d: %q", code, p.Printed())
	}
	p.CheckRestored()
}

// Without UTF-8 a letter is a byte of another encoding: it is refused, not sent.
func TestPrompt_OtherEncoding(t *testing.T) {
	t.Parallel()
	p := atTerminal(t, 80, []string{"HOME=" + t.TempDir(), "LC_ALL=C", "LANG=C"}, "customers", "create")
	at := p.Await("tenant: ", 0)
	p.Type("\r")
	at = p.Await("company name: ", at)
	p.Type("Caf\xe9\r")
	at = p.Await("is not valid UTF-8", at)
	p.Await("company name: ", at)
	p.Type("\x03")
	if code := p.Wait(); code != 130 {
		t.Errorf("exit %d: %q", code, p.Printed())
	}
}

// inShell starts an interactive shell in which Ctrl-Z stops a program, with hydractl on its path.
func inShell(t *testing.T, env ...string) *clitest.PTY {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skipf("no bash: %v", err)
	}
	c := exec.Command(bash, "--norc", "--noprofile", "-i")
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TZ=UTC", "TERM=xterm", "LC_ALL=C.UTF-8", "PS1=$ ", "HOME=" + t.TempDir()}, env...)
	p := clitest.StartPTY(t, 100, 24, c)
	p.Await("$ ", 0)
	return p
}

func TestPrompt_StopAndContinue(t *testing.T) {
	t.Parallel()
	p := inShell(t, "HYDRACTL_PROFILE=sandbox")
	p.Type("hydractl customers create -o id\r")
	at := p.Await("tenant: ", 0)
	p.Type("stop")
	at = p.Await("stop", at)
	p.Type("\x1a")
	at = p.Await("Stopped", at)
	at = p.Await("$ ", at)
	p.Type("fg\r")
	at = p.Await("tenant: stop", at)
	if p.Settings().Lflag&(unix.ICANON|unix.ECHO) != 0 {
		t.Error("the terminal is not as the question needs it")
	}
	p.Type("ped@example.com\r")
	at = p.Await("company name: ", at)
	p.Type("\x03")
	at = p.Await("$ ", at)
	p.Type("echo exit=$?\r")
	p.Await("exit=130", at)
	if !strings.Contains(p.Printed(), "stopped@example.com") {
		t.Errorf("what was typed before is gone: %q", p.Printed())
	}
}

// gated is a server whose creates wait until it is opened.
func gated(t *testing.T) (vars []string, open func()) {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	proxy, gate := httputil.NewSingleHostReverseProxy(target), make(chan struct{})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			<-gate
		}
		proxy.ServeHTTP(w, r)
	}))
	open = sync.OnceFunc(func() { close(gate) })
	t.Cleanup(func() { open(); front.Close(); _ = s.Close() })
	return []string{"HYDRACORE_API_URL=" + front.URL, "HYDRACORE_API_KEY=" + s.Key()}, open
}

const importLine = "cd; (echo email; seq -f 'u%g@example.org' 300) > new.csv; hydractl customers import new.csv --yes\r"

// An import is stopped and continued, resized and interrupted while its bar is shown.
func TestProgress_StopAndContinue(t *testing.T) {
	t.Parallel()
	vars, open := gated(t)
	p := inShell(t, vars...)
	p.Type(importLine)
	at := p.Await("Importing ", 0)
	p.Type("\x1a")
	at = p.Await("$ ", p.Await("Stopped", at))
	open()
	p.Type("fg\r")
	at = p.Await("$ ", p.Await("took", at))
	p.Type("echo exit=$? hidden=$(stty -a < /dev/tty | grep -cw -- -echo)\r")
	p.Await("exit=0 hidden=0", at)
}

// In the background an import goes on.
func TestProgress_Background(t *testing.T) {
	t.Parallel()
	vars, open := gated(t)
	p := inShell(t, vars...)
	p.Type(importLine)
	at := p.Await("Importing ", 0)
	p.Type("\x1a")
	at = p.Await("$ ", p.Await("Stopped", at))
	p.Type("bg\r")
	open()
	at = p.Await("took", at)
	p.Type("wait; echo exit=$?\r")
	p.Await("exit=0", at)
}

func TestProgress_ResizeAndInterrupt(t *testing.T) {
	t.Parallel()
	vars, open := gated(t)
	p := inShell(t, vars...)
	p.Type(importLine)
	at := p.Await("Importing ", 0)
	for i := range 500 {
		p.Resize(1+i*13%120, 1+i%30)
	}
	p.Resize(100, 24)
	p.Type("\x03")
	open()
	at = p.Await("$ ", p.Await("imports resume", at))
	p.Type("echo exit=$?\r")
	p.Await("exit=130", at)
}
