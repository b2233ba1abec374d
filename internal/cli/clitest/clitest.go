// Package clitest helps to test commands.
package clitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
)

// Env is a process without a terminal in an empty home.
func Env(t *testing.T, vars map[string]string, stdin string) *cli.Env {
	t.Helper()
	var environ []string
	for name, value := range vars {
		environ = append(environ, name+"="+value)
	}
	return &cli.Env{
		Environ:   environ,
		In:        strings.NewReader(stdin),
		Terminal:  cli.Terminal{Width: func() int { return 0 }},
		LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		Now:       time.Now,
		Home:      t.TempDir(),
		Build:     cli.NewBuild("test", "", ""),
		Signals:   PlainSignals,
	}
}

// Ran is what a command left behind.
type Ran struct {
	Code        int
	Out, ErrOut string
}

// Execute runs a command line in an environment and returns its exit code, as cmd.Execute does.
type Execute func(ctx context.Context, env *cli.Env, args []string) int

// Run runs hydractl in an empty home, with vars as its environment. The output must not hold [Key].
func (execute Execute) Run(ctx context.Context, t *testing.T, vars map[string]string, stdin string, args ...string) Ran {
	t.Helper()
	var out, errOut bytes.Buffer
	env := Env(t, vars, stdin)
	env.Out, env.Err = &out, &errOut
	got := Ran{execute(ctx, env, args), out.String(), errOut.String()}
	if strings.Contains(got.Out+got.ErrOut, Key) {
		t.Errorf("the key is in the output of %q:\n%s%s", args, got.Out, got.ErrOut)
	}
	return got
}

// PlainSignals returns the context as it is.
func PlainSignals(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

// Answering returns the environment of a server with this handler.
func Answering(t *testing.T, h http.HandlerFunc) map[string]string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return map[string]string{"HYDRACORE_API_URL": s.URL, "HYDRACORE_API_KEY": Key, "HYDRACTL_RETRIES": "0"}
}

// Answer returns a handler that answers every request alike.
func Answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// WriteTemp writes a file that only the test sees, and returns its path.
func WriteTemp(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Key has a shape that no other text in an output has.
const Key = "hc_test_CANARYcanaryCANARY42"

// SomeID is a customer's ID.
const SomeID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

// HostileTexts drive, overwrite, reorder or hide on a terminal, or forge a line of ours. There are few of them, each
// with much in it, since every one of them goes through every place.
func HostileTexts() []string {
	var c0, c1 strings.Builder
	for r := rune(1); r < 0x20; r++ { // NUL is refused by itself
		c0.WriteRune(r)
		c1.WriteRune(0x80 + r)
	}
	return []string{
		Mark + "\nforged\r\nforged\rforged\u2028forged\u2029forged\n::set-output name=x::y\n \t::add-mask::a" + c0.String(), //nolint:dupword // hostile on purpose
		Mark + "\x1b[2J\x1b[1;1Hgone\x07\b\b\x7f\x1b]0;title\x07\x1b]52;c;cm0gLXJmIC8=\x07" + // OSC 52 writes the clipboard
			"\x1b]8;;https://evil.example.com\x1b\\ok\x1b]8;;\x1b\\\x1bP\x1b_'\"`$(touch x)\\%s%n%1$s{{.}}%0A::error::x", // OSC 8 makes a link
		Mark + "\u202e\u2066// admin\u2069 \u2066{" + // CVE-2021-42574
			"\u200b\u200d\u2060\ufeff\u00ad\u3164\U000e0041\U000e007f" + c1.String() + "\u0080",
	}
}

// HostileBytes are hostile where a text need not be UTF-8.
func HostileBytes() []string {
	return append(HostileTexts(), Mark+"\xff\xfe\x80\xed\xa0\x80\x9b31m\x9d0;title\x9c")
}

// UnexpectedCells are company names that some step between two tenants may change.
func UnexpectedCells() []string {
	return []string{
		"=1+1", "'=1+1", "''=1+1", `"=1+1"`, " =1+1", "' =1+1", "+49 30", "-1", "@SUM(A1)", "\t=x", "\r=x", "'", "''", "'x",
		`=HYPERLINK("http://example.org","a,b")`, "a,b", `"a,b"`, `say "hi"`, "a;b", "a|b", "a\tb", "two\nlines", "two\r\nlines", "a\rb",
		" leading", "trailing ", "株式会社", "e\u0301", "\U0001F600", "\u202egnp", "\ufeffmark", "\x1b[31mred", `back\slash`, `\N`,
		"NULL", "N/A", "-", "00123", "1e5", "TRUE", "sep=,", "#hash", strings.Repeat("long ", 2000),
	}
}

// Mark begins every hostile text: where it is not to be seen, the text did not get as far as the screen.
const Mark = "MARK"

// Rows is an answer with customers, each given by the number of its ID and its company.
func Rows(total int, names ...string) http.HandlerFunc {
	var records []string
	for _, name := range names {
		number, company, _ := strings.Cut(name, ":")
		quoted, _ := json.Marshal(company)
		records = append(records, fmt.Sprintf(`{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f0%s","company_name":%s,"event":"theirs"}`, number, quoted))
	}
	return Answer(200, "application/json", fmt.Sprintf(`{"customers":[%s],"page":1,"per_page":20,"total":%d,"total_pages":1}`,
		strings.Join(records, ","), total))
}
