package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// testTimeout ends a test that an edit turned into an endless loop.
const testTimeout = 2 * time.Minute

// runner builds and runs tests.
type runner struct {
	root string // of the repository
	dir  string // for what is built
}

// result is the result of switching one guard off.
type result struct {
	killer  string // the test that failed, "" when none did
	trouble string // why there was nothing to be run
	took    time.Duration
}

// String returns the result in a few words.
func (v result) String() string {
	switch {
	case v.trouble != "":
		return "NOT RUN: " + v.trouble
	case v.killer == "":
		return "SURVIVED"
	}
	return "killed by " + v.killer
}

func newRunner(ctx context.Context) (*runner, error) {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "hydractl-mutants")
	if err != nil {
		return nil, err
	}
	return &runner{root: filepath.Dir(strings.TrimSpace(string(mod))), dir: dir}, nil
}

// checkTests checks that every named test exists and passes: one that always fails would seem to notice everything.
func (r *runner) checkTests(ctx context.Context, guards []guard, at int) error {
	tests := map[string][]string{}
	for _, g := range guards {
		tests[g.pkg()] = append(tests[g.pkg()], strings.Fields(g.tests)...)
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(at)
	for pkg, names := range tests {
		work.Go(func() error {
			binary := filepath.Join(r.dir, "plain-"+strings.ReplaceAll(pkg, "/", "-"))
			if said, err := r.build(ctx, pkg, binary, "off"); err != nil {
				return fmt.Errorf("%s: %w\n%s", pkg, err, said)
			}
			said, err := r.test(ctx, pkg, binary, names)
			if err != nil {
				return fmt.Errorf("%s fails as it is: %w\n%s", pkg, err, said)
			}
			missing := slices.DeleteFunc(names, func(name string) bool { return bytes.Contains(said, []byte("--- PASS: "+name+" ")) })
			if len(missing) > 0 {
				return fmt.Errorf("%s has no test %s", pkg, strings.Join(missing, ", "))
			}
			return nil
		})
	}
	return work.Wait()
}

// try switches a guard off and runs its tests.
func (r *runner) try(ctx context.Context, number int, g guard) (v result) {
	began := time.Now()
	defer func() { v.took = time.Since(began) }()
	prefix := filepath.Join(r.dir, fmt.Sprintf("%03d", number))
	overlay, err := r.edit(prefix, g)
	if err != nil {
		return result{trouble: err.Error()}
	}
	if said, err := r.build(ctx, g.pkg(), prefix+".test", overlay); err != nil {
		return result{trouble: fmt.Sprintf("%v: %s", err, said)}
	}
	defer func() { _ = os.Remove(prefix + ".test") }()
	said, err := r.test(ctx, g.pkg(), prefix+".test", strings.Fields(g.tests))
	switch {
	case ctx.Err() != nil:
		return result{trouble: ctx.Err().Error()}
	case err == nil:
		return result{}
	}
	return result{killer: killer(said)}
}

// edit writes the overlay in which the guard is off.
func (r *runner) edit(prefix string, g guard) (overlay string, err error) {
	edited, err := g.edit(r.root)
	if err != nil {
		return "", err
	}
	doc, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(r.root, g.file): prefix + ".go"}})
	if err != nil {
		return "", err
	}
	return prefix + ".json", errors.Join(os.WriteFile(prefix+".go", edited, 0o600), os.WriteFile(prefix+".json", doc, 0o600))
}

// build compiles the test program of a package; overlay is a file, or "off".
func (r *runner) build(ctx context.Context, pkg, target, overlay string) ([]byte, error) {
	args := []string{"test", "-c", "-vet=off", "-ldflags=-s", "-o", target}
	if overlay != "off" {
		args = append(args, "-overlay", overlay)
	}
	c := exec.CommandContext(ctx, "go", append(args, "./"+pkg)...)
	c.Dir = r.root
	return c.CombinedOutput()
}

func (r *runner) test(ctx context.Context, pkg, binary string, names []string) ([]byte, error) {
	pattern := "^(" + strings.Join(slices.Compact(slices.Sorted(slices.Values(names))), "|") + ")$"
	c := exec.CommandContext(ctx, binary, "-test.v", "-test.failfast", "-test.run", pattern, "-test.timeout", testTimeout.String())
	c.Dir = filepath.Join(r.root, pkg)
	return c.CombinedOutput()
}

// killer returns the name of the failed test, with its subtest.
func killer(said []byte) string {
	name := "a panic"
	for _, failed := range regexp.MustCompile(`(?m)^ *--- FAIL: (\S+)`).FindAllSubmatch(said, -1) {
		if next := string(failed[1]); name == "a panic" || strings.HasPrefix(next, name+"/") {
			name = next
		}
	}
	return name
}
