//go:build linux

package e2e

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/test/recording"
)

var update = flag.Bool("update", false, "write the recording of the README again") //nolint:gochecknoglobals // a flag of the test binary

// recordedInput is the file of the recording. One of its rows cannot be sent.
const recordedInput = `email,company_name,country
ann@example.com,"Ann & Sons, Inc.",DE
bob@example.org,Bob Ltd.,FR
carol.example.org,Carol SARL,FR
zoe@example.com,Zoë Müller GmbH,DE
`

// scene is a command of the recording, what its question asks and the answer.
type scene struct{ command, asks, answer string }

// TestRecording_IsCurrent runs the commands of the recording on a terminal, and compares what they print with the picture in the
// README. With -update it writes the picture.
func TestRecording_IsCurrent(t *testing.T) {
	t.Parallel()
	const columns, rows, path = 80, 26, "docs/assets/recording.svg"
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "new.csv"), []byte(recordedInput), 0o600); err != nil {
		t.Fatal(err)
	}
	screen := recording.NewScreen(columns)
	var events []recording.Event
	now := time.Duration(0)
	show := func(text string, pause time.Duration) {
		screen.Print(text)
		events = append(events, recording.Event{At: now, Rows: screen.Rows()})
		now += pause
	}
	lineEnd := ""
	for _, s := range []scene{
		{command: "cat new.csv"},
		{command: "hydractl customers list --per-page 4"},
		{command: "hydractl customers import new.csv --dry-run"},
		{command: "hydractl customers import new.csv --skip-invalid", asks: "[y/N] ", answer: "y\r"},
		{command: "hydractl customers get ann@example.com"},
	} {
		show(lineEnd+"\x1b[32m$\x1b[0m \x1b[1m"+s.command+"\x1b[0m", time.Second)
		asked, ended := recordedRun(t, home, columns, s)
		lineEnd = "\r\n"
		if s.asks != "" {
			show(lineEnd+asked, 3*time.Second)
			show(ended, 4*time.Second)
			continue
		}
		show(lineEnd+ended, 4*time.Second)
	}
	events = append(events, recording.Event{At: now, Rows: screen.Rows()})
	got := screen.SVG("hydractl lists customers, checks and imports a CSV file with a row that cannot be sent, and shows a new customer", rows, events)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what the commands print now (%v): make recording", path, err)
	}
	const most = 60_000
	if len(got) > most {
		t.Errorf("the recording has %d bytes, more than %d", len(got), most)
	}
}

// recordedRun runs a command on a terminal. It returns what was printed up to the question and after it, without what changes
// from run to run.
func recordedRun(t *testing.T, home string, columns int, s scene) (asked, ended string) {
	t.Helper()
	words := strings.Fields(s.command)
	c := exec.Command(words[0], words[1:]...)
	c.Dir = home
	c.Env = []string{"HOME=" + home, "TZ=UTC", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "HYDRACTL_PROFILE=sandbox"}
	p := clitest.StartPTY(t, columns, 24, c)
	at := 0
	if s.asks != "" {
		at = p.Await(s.asks, 0)
		p.Type(s.answer)
	}
	p.Wait()
	printed := p.Printed()
	return steady(home, printed[:at]), strings.TrimSuffix(steady(home, printed[at:]), "\r\n")
}

// steady replaces what changes from run to run.
func steady(home, printed string) string {
	for _, r := range []struct{ pattern, text string }{
		{regexp.QuoteMeta(home), "/home/ann"},
		{`[0-9a-f-]{36} at `, "1cb044a9-bf03-4e87-a084-47b4ea370900 at "}, // the tenant
		{`(ID(?:\x1b\[\d*m| )*)[0-9a-f-]{36}`, "${1}5f0c2a4e-9d1b-4c7e-8a35-6be1d0f2c948"},
		{`([ /])[0-9a-f]{12}\b`, "${1}4be1c09a7d52"}, // the import
		{`\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \((now|\d+s ago)\)`, "2026-03-02 09:30:00Z (3s ago)"},
		{`(requests(?:\x1b\[\d*m| )*)about [^\r]*`, "${1}about 3 by 16 workers, in about 0s"},
		{`(requests(?:\x1b\[\d*m| )*)\d+`, "${1}6"},
		{`(took(?:\x1b\[\d*m| )*)\w+`, "${1}200ms"},
		{`(Importing 4/4 )[^:\r]*`, "${1}[#############################]"},
	} {
		printed = regexp.MustCompile(r.pattern).ReplaceAllString(printed, r.text)
	}
	return printed
}
