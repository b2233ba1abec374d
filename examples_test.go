package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestExamplesRun runs every command line of the README, the guides and the generated help, each page in a home of its
// own with the sandbox as profile.
func TestExamplesRun(t *testing.T) {
	pages, err := filepath.Glob("docs/cli/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	guides, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(append(pages, guides...), "README.md") {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			lines := shellLines(t, page)
			if len(lines) == 0 {
				return
			}
			environ := exampleHome(t)
			if !strings.Contains(page, "_create") && page != "README.md" {
				runExample(t, environ, `hydractl customers create --email ann@example.com --company-name "Ann & Sons, Inc."`)
			}
			for _, line := range lines {
				runExample(t, environ, line)
			}
		})
	}
}

// exampleHome is an environment with an empty home, and a folder to be in.
func exampleHome(t *testing.T) []string {
	home := t.TempDir()
	var environ []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "HYDRA") && !strings.HasPrefix(name, "XDG_") && name != "HOME" {
			environ = append(environ, pair)
		}
	}
	return append(environ, "HOME="+home, "HYDRACTL_PROFILE=sandbox", "TZ=UTC")
}

// shellLines reads the commands of a page's sh blocks; a line that ends in \ goes on.
func shellLines(t *testing.T, page string) []string {
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	inside, held := false, ""
	for _, line := range strings.Split(string(data), "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```sh"
		case !inside || strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
		case strings.HasSuffix(line, "\\"):
			held += strings.TrimSuffix(line, "\\")
		default:
			lines, held = append(lines, held+line), ""
		}
	}
	return lines
}

func runExample(t *testing.T, environ []string, line string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "sh", "-ec", line)
	if strings.Contains(line, "sandbox serve") {
		c = exec.CommandContext(ctx, "sh", "-ec", "exec "+line)
	}
	c.Env, c.Dir = environ, strings.TrimPrefix(environ[len(environ)-3], "HOME=")
	if strings.Contains(line, "sandbox serve") {
		serveExample(t, c)
		return
	}
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%s\n%v\n%s", line, err, out)
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
