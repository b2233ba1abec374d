package e2e

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestExamples_Run runs every command line of the README, the guides and the generated help, each page in a home of its
// own with the sandbox as profile.
func TestExamples_Run(t *testing.T) {
	t.Parallel()
	goVars := goVariables(t)
	pages, err := filepath.Glob("docs/cli/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	guides, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(append(pages, guides...), "README.md", "examples/README.md") {
		t.Run(strings.ReplaceAll(page, "/", "_"), func(t *testing.T) {
			t.Parallel()
			examples := slices.DeleteFunc(readExamples(t, page), func(e example) bool {
				return strings.Contains(e.line, "customers browse") // it needs a terminal, as the tests of browse_test.go have
			})
			if len(examples) == 0 {
				return
			}
			environ := exampleHome(t, goVars)
			switch {
			case slices.ContainsFunc(examples, func(e example) bool { return strings.Contains(e.line, "auth login") }):
				environ = exampleServer(t, environ)
			case strings.HasSuffix(page, "customers_diff.md"): // it compares two tenants
				server := exampleServer(t, environ, "--db", filepath.Join(t.TempDir(), "other.db"))
				environ = append([]string{"HYDRACORE_API_KEY=hc_test_sandbox_0demo0demo0demo0"}, server...)
				runExample(t, environ, example{line: `hydractl config profile add staging --api-url "$HYDRACORE_API_URL"`})
			case !strings.HasSuffix(page, "customers_create.md") && page != "README.md":
				runExample(t, environ, example{line: `hydractl customers create --email ann@example.com --company-name "Ann & Sons, Inc."`})
			}
			for _, e := range examples {
				runExample(t, environ, e)
			}
		})
	}
}

// goVariables are the folders of Go in the user's home: without them go run would start from nothing in another one.
func goVariables(t *testing.T) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOPATH"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	values := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(values) != len(names) {
		t.Fatalf("%v: %q", err, out)
	}
	for i, name := range names {
		values[i] = name + "=" + values[i]
	}
	return values
}

// exampleHome is an environment with an empty home, which is also the folder to be in, and more variables.
func exampleHome(t *testing.T, more []string) []string {
	home := t.TempDir()
	environ := slices.Clone(more)
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "HYDRA") && !strings.HasPrefix(name, "XDG_") && name != "HOME" {
			environ = append(environ, pair)
		}
	}
	return append(environ, "HOME="+home, "HYDRACTL_PROFILE=sandbox", "TZ=UTC")
}

// exampleServer runs the home's sandbox as a server, for a profile that signs in to it: the built-in one stores no
// credential.
func exampleServer(t *testing.T, environ []string, flags ...string) []string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "hydractl", append([]string{"sandbox", "serve"}, flags...)...)
	c.Env = environ
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Wait() }) // the test's context has ended it
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(environ, "HYDRACTL_PROFILE=sandbox")
	environ = slices.Clone(environ)
	environ[i] = strings.TrimSpace(strings.TrimPrefix(line, "export "))
	return environ
}

// example is a command line of a page and, in a console block, the output that the page shows.
type example struct {
	line   string
	output string
	shown  bool
}

// readExamples reads the commands of a page's sh blocks, where a line that ends in \ goes on, and the commands with
// their output of its console blocks. A block "text output" is the output of the command before it.
func readExamples(t *testing.T, page string) []example {
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	block, held := "", ""
	for line := range strings.SplitSeq(string(data), "\n") {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			if block = strings.TrimPrefix(line, "```"); block == "text output" {
				all[len(all)-1].shown = true
			}
		case block == "text output":
			all[len(all)-1].output += line + "\n"
		case block == "console" && isCommand:
			all = append(all, example{line: command, shown: true})
		case block == "console":
			all[len(all)-1].output += line + "\n"
		case block != "sh" || strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
		case strings.HasSuffix(line, "\\"):
			held += strings.TrimSuffix(line, "\\")
		default:
			all, held = append(all, example{line: held + line}), ""
		}
	}
	return all
}

// matches reports whether an output is what a page shows; "..." stands for anything, at the start of a line for any
// number of lines.
func matches(shown, got string) bool {
	pattern := regexp.QuoteMeta(strings.TrimSpace(shown))
	pattern = strings.ReplaceAll(pattern, `\.\.\.`, "(?s:.*)")
	return regexp.MustCompile("^" + pattern + "$").MatchString(strings.TrimSpace(got))
}

func runExample(t *testing.T, environ []string, e example) {
	t.Helper()
	line := e.line
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // go run may have to compile
	defer cancel()
	c := exec.CommandContext(ctx, "sh", "-ec", line)
	if strings.Contains(line, "sandbox serve") {
		c = exec.CommandContext(ctx, "sh", "-ec", "exec "+line)
	}
	c.Env, c.Dir = environ, strings.TrimPrefix(environ[len(environ)-3], "HOME=")
	if strings.HasPrefix(line, "go run .") || strings.Contains(line, " examples/") {
		c.Dir = "." // as in a clone
	}
	if strings.Contains(line, "sandbox serve") {
		serveExample(t, c)
		return
	}
	out, err := c.CombinedOutput()
	if err != nil && !e.shown {
		t.Errorf("%s\n%v\n%s", line, err, out)
	}
	if e.shown && !matches(e.output, string(out)) {
		t.Errorf("%s prints\n%s\nwhere the page shows\n%s", line, out, e.output)
	}
}

// serveExample waits for the first lines of a server, stops it, and expects exit 0.
func serveExample(t *testing.T, c *exec.Cmd) {
	t.Helper()
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for _, want := range []string{"export HYDRACORE_API_URL=http://127.0.0.1:", "export HYDRACORE_API_KEY=hc_test_"} {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), want) {
			t.Errorf("%q, want %s", lines.Text(), want)
		}
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v: %v", c.Args, err)
	}
}
