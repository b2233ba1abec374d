// Package e2e tests the whole program as its users run it, its documents, and what a release is made from.
package e2e

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/process"
)

// TestMain makes the test binary act as hydractl where a script runs it.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "8") // scripts mostly wait: for servers, pauses and each other; -parallel still wins
	testscript.Main(fromRoot{m}, map[string]func(){
		"hydractl": func() { os.Exit(process.Run(cli.NewBuild("", "", ""))) },
	})
}

// fromRoot runs the tests in the root of the repository, so that they name files as a reader does.
type fromRoot struct{ tests *testing.M }

func (r fromRoot) Run() int {
	if err := os.Chdir("../.."); err != nil {
		panic(err)
	}
	return r.tests.Run()
}

// TestScripts runs test/script/*/*.txtar. Every script has its own HOME, state folder and so its own sandbox.
func TestScripts(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob("test/script/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Dir:                 folder,
				Setup:               setup,
				Cmds:                map[string]func(*testscript.TestScript, bool, []string){"serve": serve},
				RequireExplicitExec: true,
				RequireUniqueNames:  true,
			})
		})
	}
}

func setup(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	env.Setenv("HOME", home)
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, ".config"))
	env.Setenv("XDG_STATE_HOME", filepath.Join(home, ".local", "state"))
	env.Setenv("TZ", "UTC")
	examples, err := filepath.Abs("examples")
	if err != nil {
		return err
	}
	env.Setenv("EXAMPLES", examples)
	s := &server{}
	env.Values[serverKey{}] = s
	env.Defer(s.stop)
	return nil
}

// server is the sandbox that a script runs beside itself.
type server struct{ process *exec.Cmd }

type serverKey struct{}

func (s *server) stop() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.process = nil
}

// serve is the script command `serve [again] [FLAG...]`: it starts `hydractl sandbox serve` with these flags on a database
// of its own, and points the commands that follow at it. A second one takes the place of the first, with again at its
// address. `--control free` finds a port and sets CONTROL to its URL.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("serve cannot be negated")
	}
	s := ts.Value(serverKey{}).(*server)
	s.stop()
	if len(args) > 0 && args[0] == "again" {
		address := strings.TrimPrefix(ts.Getenv("HYDRACORE_API_URL"), "http://")
		awaitAddress(address)
		args = append([]string{"--addr", address}, args[1:]...)
	}
	if i := slices.Index(args, "free"); i > 0 {
		args[i] = freeAddress(ts)
		ts.Setenv("CONTROL", "http://"+args[i])
	}
	c := exec.Command("hydractl", append([]string{"sandbox", "serve", "--db", ts.MkAbs("served.db")}, args...)...)
	c.Env = []string{"HOME=" + ts.Getenv("HOME"), "TZ=UTC"}
	log, err := os.CreateTemp(ts.Getenv("WORK"), "serve-*.log")
	ts.Check(err)
	defer func() { _ = log.Close() }()
	c.Dir, c.Stderr = ts.Getenv("WORK"), log
	stdout, err := c.StdoutPipe()
	ts.Check(err)
	ts.Check(c.Start())
	s.process = c
	lines := bufio.NewScanner(stdout)
	for range 2 {
		if !lines.Scan() {
			_ = c.Wait()
			s.process = nil
			said, _ := os.ReadFile(log.Name())
			ts.Fatalf("the sandbox did not start: %s", said)
		}
		name, value, _ := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "=")
		ts.Setenv(name, value)
	}
}

// awaitAddress waits until the address is free: a connection of another script may have got its port meanwhile.
func awaitAddress(address string) {
	for range 200 {
		if l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address); err == nil {
			_ = l.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// freeAddress returns an address that no one listens at, with a port below those that connections are given on Linux (32768
// and up): one of another script could take it before the sandbox does.
func freeAddress(ts *testscript.TestScript) string {
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000))
		if l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	ts.Fatalf("no port from 20000 to 31999 is free")
	return ""
}
