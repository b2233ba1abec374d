package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// panicWriter panics with a value.
type panicWriter struct{ value any }

func (w panicWriter) Write([]byte) (int, error) { panic(w.value) }

// panicking runs `customers list` with an output that panics with a value.
func panicking(t *testing.T, value any, args ...string) (code int, stderr string, closed bool) {
	t.Helper()
	vars := clitest.Answering(t, clitest.Rows(1, "1:Acme"))
	var errOut bytes.Buffer
	env := &cli.Env{
		In: strings.NewReader(""), Out: panicWriter{value}, Err: &errOut,
		Terminal:  cli.Terminal{Width: func() int { return 0 }},
		LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		Now:       time.Now,
		Home:      t.TempDir(), Build: cli.NewBuild("1.2.3", "", ""),
		Signals: func(ctx context.Context) (context.Context, func()) {
			return ctx, func() { closed = true }
		},
	}
	code = Execute(t.Context(), env, append([]string{"customers", "list"}, args...))
	return code, errOut.String(), closed
}

func TestPanic_ReportsPlaceWithoutRequest(t *testing.T) {
	t.Parallel()
	var none map[string]int
	for name, value := range map[string]any{
		"text": clitest.Key, "error": errors.New(clitest.Key), "struct": struct{ Key string }{clitest.Key}, "bytes": []byte(clitest.Key),
		"wrapped": fmt.Errorf("%s: %w", clitest.Key, func() (err error) {
			defer func() { err, _ = recover().(error) }()
			none[clitest.Key]++
			return nil
		}()),
	} {
		for _, args := range [][]string{nil, {"-o", "json"}, {"--debug"}} {
			code, stderr, closed := panicking(t, value, args...)
			if code != failure.ExitUnexpected || !closed {
				t.Errorf("%s: exit %d, closed %v", name, code, closed)
			}
			if strings.Contains(stderr, clitest.Key) || strings.Contains(stderr, "CANARY") {
				t.Errorf("%s: the key is in %s", name, stderr)
			}
			if !strings.Contains(stderr, "hydractl 1.2.3") || !strings.Contains(stderr, "panic_test.go") {
				t.Errorf("%s: version or stack are missing: %s", name, stderr)
			}
			if args != nil && args[0] == "-o" && !json.Valid([]byte(stderr)) {
				t.Errorf("%s: stderr is not one JSON object: %s", name, stderr)
			}
		}
	}
}
