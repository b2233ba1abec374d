//go:build unix

package e2e

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestQuit_DumpShowsNoKey sends SIGQUIT to a command that waits for an answer: Go writes every stack, which hold addresses
// and no values. Nor is the key among the arguments, where every user of the machine could read it.
func TestQuit_DumpShowsNoKey(t *testing.T) {
	const key = "hc_test_CANARY0123456789abcdef"
	asked, done := make(chan struct{}), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-done
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(done) })
	c := exec.CommandContext(t.Context(), "hydractl", "customers", "list", "--retries", "0")
	var stderr bytes.Buffer
	c.Env, c.Stderr = append(os.Environ(), "HOME="+t.TempDir(), "HYDRACORE_API_URL="+s.URL, "HYDRACORE_API_KEY="+key), &stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if args, err := os.ReadFile("/proc/" + strconv.Itoa(c.Process.Pid) + "/cmdline"); err == nil && bytes.Contains(args, []byte(key)) {
		t.Errorf("the key is among the arguments: %q", args)
	}
	if err := c.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if dump := stderr.String(); !strings.Contains(dump, "SIGQUIT") || strings.Contains(dump, "CANARY") {
		t.Errorf("the dump is missing or holds the key:\n%s", dump)
	}
}

// A reader that has seen enough, such as head, is no failure.
func TestQuit_ClosedPipeIsQuiet(t *testing.T) {
	for _, line := range []string{
		"--help", "--version", "version -o json", "help exit-codes", "completion bash", "completion zsh", "config list", "config list -o json",
		"customers list --help", "-p sandbox customers list", "-p sandbox customers list --all -o jsonl",
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		c := exec.CommandContext(t.Context(), "hydractl", strings.Fields(line)...)
		var stderr bytes.Buffer
		c.Env, c.Stdout, c.Stderr = append(os.Environ(), "HOME="+t.TempDir()), w, &stderr
		if err := c.Run(); err != nil || strings.Contains(stderr.String(), "Error") {
			t.Errorf("%s: %v, %s", line, err, &stderr)
		}
		_ = w.Close()
	}
}
