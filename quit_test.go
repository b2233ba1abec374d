//go:build unix

package main

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

// TestADumpShowsNoKey sends SIGQUIT to a command that waits for an answer: Go writes every stack, which hold addresses
// and no values. Nor is the key among the arguments, where every user of the machine could read it.
func TestADumpShowsNoKey(t *testing.T) {
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
