// Package serve runs `hydractl sandbox serve` in a process of its own, for the programs that try hydractl from outside.
package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Build compiles hydractl.
func Build(ctx context.Context, target string) error {
	c := exec.CommandContext(ctx, "go", "build", "-o", target, "github.com/hydracore/hydractl")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, said)
	}
	return nil
}

// Sandbox is a running server.
type Sandbox struct {
	URL, Key, Control string
	command           *exec.Cmd
}

// Start runs a sandbox with its data in dir and with flags of `sandbox serve`.
func Start(ctx context.Context, program, dir string, flags ...string) (*Sandbox, error) {
	args := append([]string{"sandbox", "serve", "--db", filepath.Join(dir, "sandbox.db"), "--control", "127.0.0.1:0"}, flags...)
	s := &Sandbox{command: exec.CommandContext(ctx, program, args...)}
	s.command.Env = append(os.Environ(), "HYDRACTL_STATE_DIR="+filepath.Join(dir, "server"))
	s.command.Cancel = func() error { return s.command.Process.Signal(os.Interrupt) }
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	said, err := s.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	words := bufio.NewScanner(said)
	lines := bufio.NewScanner(out)
	for s.Key == "" && lines.Scan() {
		_, value, _ := strings.Cut(lines.Text(), "=")
		if strings.Contains(lines.Text(), "API_URL=") {
			s.URL = value
		} else {
			s.Key = value
		}
	}
	heard := ""
	for s.Control == "" && words.Scan() {
		heard = words.Text()
		if _, address, found := strings.Cut(words.Text(), "control port is "); found {
			s.Control = strings.TrimSuffix(address, ".")
		}
	}
	if s.Control == "" {
		return nil, errors.Join(fmt.Errorf("the sandbox did not start: %s", heard), s.Stop())
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return s, nil
}

// Stop ends the server.
func (s *Sandbox) Stop() error {
	_ = s.command.Process.Signal(os.Interrupt)
	return s.command.Wait()
}

// Environ is the environment of a hydractl that talks to the server and keeps its state in dir.
func (s *Sandbox) Environ(dir string) []string {
	return append(os.Environ(), "HYDRACTL_STATE_DIR="+dir, "HYDRACORE_API_URL="+s.URL, "HYDRACORE_API_KEY="+s.Key)
}

// Snapshot reads the audit snapshot of the control port.
func (s *Sandbox) Snapshot(ctx context.Context, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Control+"/truth", nil)
	if err != nil {
		return err
	}
	resp, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(into)
}
