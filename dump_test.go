//go:build unix

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A user who ends a program that hangs with Ctrl-\ sends its dump to others. The key is not in it, nor in the list of
// processes, where everybody would see it.
func TestADumpHoldsNoSecret(t *testing.T) {
	t.Parallel()
	const key = "hc_live_CANARYcanaryCANARY42"
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	program, file := filepath.Join(folder, "hydractl"), filepath.Join(folder, "key")
	if err := os.Symlink(self, program); err != nil { // TestMain goes by the name
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	for source, from := range map[string]struct{ args, vars []string }{
		"variable": {nil, []string{"HYDRACORE_API_KEY=" + key}},
		"file":     {[]string{"--api-key-file", file}, nil},
	} {
		asked := make(chan string, 1)
		hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			asked <- r.Header.Get("X-Api-Key")
			<-r.Context().Done()
		}))
		c := exec.Command(program, append([]string{"customers", "list", "--debug", "--api-url", hanging.URL}, from.args...)...)
		c.Env = append([]string{"HOME=" + folder, "GOTRACEBACK=all"}, from.vars...)
		var shown bytes.Buffer
		c.Stdout, c.Stderr = &shown, &shown
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		if got := <-asked; got != key {
			t.Errorf("%s: the server got the key %q", source, got)
		}
		if runtime.GOOS == "linux" {
			line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.Process.Pid))
			if err != nil || bytes.Contains(line, []byte(key)) || !bytes.Contains(line, []byte("customers")) {
				t.Errorf("%s: the list of processes shows %q, %v", source, line, err)
			}
		}
		_ = c.Process.Signal(syscall.SIGQUIT)
		_ = c.Wait()
		if text := shown.String(); !strings.Contains(text, "goroutine ") || strings.Contains(text, key) {
			t.Errorf("%s: the dump is\n%s", source, text)
		}
		hanging.CloseClientConnections()
		hanging.Close()
	}
}
