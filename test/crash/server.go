package main

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

const quiet = time.Second // the quiet period of the imports

// faults are what the sandbox does to creates: every way to lose an answer, with the customer made, not made, or made
// up to 0.9 of the quiet period later.
func faults(seed uint64) []string {
	var specs []string
	for i, f := range []string{
		"drop_after_commit:rate=0.02", "reset_after_commit:rate=0.01", "drop_before:rate=0.01", "500_after_commit:rate=0.01",
		"502:rate=0.01", "html_200:rate=0.01", "half_json:rate=0.005", "drop_in_body:rate=0.01", "422:rate=0.01",
		"429:rate=0.005,retry_after=1", "late_commit:rate=0.01,ms=900,answer=drop", "latency:rate=0.5,ms=5",
	} {
		specs = append(specs, fmt.Sprintf("%s,method=POST,seed=%d", f, seed+uint64(i)))
	}
	return specs
}

// server is a sandbox in a process of its own.
type server struct {
	command           *exec.Cmd
	url, key, control string
}

func startServer(ctx context.Context, program, dir string, seed uint64) (*server, error) {
	args := []string{"sandbox", "serve", "--db", filepath.Join(dir, "sandbox.db"), "--seed", "30", "--control", "127.0.0.1:0"}
	for _, f := range faults(seed) {
		args = append(args, "--fault", f)
	}
	s := &server{command: exec.CommandContext(ctx, program, args...)}
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
	for s.key == "" && lines.Scan() {
		_, value, _ := strings.Cut(lines.Text(), "=")
		if strings.Contains(lines.Text(), "API_URL=") {
			s.url = value
		} else {
			s.key = value
		}
	}
	heard := ""
	for s.control == "" && words.Scan() {
		heard = words.Text()
		if _, address, found := strings.Cut(words.Text(), "control port is "); found {
			s.control = strings.TrimSuffix(address, ".")
		}
	}
	if s.control == "" {
		return nil, errors.Join(fmt.Errorf("the sandbox did not start: %s", heard), s.stop())
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return s, nil
}

func (s *server) stop() error {
	_ = s.command.Process.Signal(os.Interrupt)
	return s.command.Wait()
}

// truth is what the control port says of the customers and the requests.
type truth struct {
	Customers []struct {
		ID          string  `json:"id"`
		Email       *string `json:"email"`
		CompanyName *string `json:"company_name"`
	} `json:"customers"`
	Requests struct {
		ByPath []struct {
			Method   string `json:"method"`
			Requests int    `json:"requests"`
		} `json:"by_path"`
	} `json:"requests"`
}

func (s *server) truth(ctx context.Context) (*truth, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.control+"/truth", nil)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	t := &truth{}
	return t, json.NewDecoder(resp.Body).Decode(t)
}

// posts counts the writes that have reached the server.
func (t *truth) posts() int {
	n := 0
	for _, c := range t.Requests.ByPath {
		if c.Method == http.MethodPost {
			n += c.Requests
		}
	}
	return n
}
