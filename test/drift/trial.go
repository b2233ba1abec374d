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
	"strings"
	"time"

	"github.com/hydracore/hydractl/test/serve"
)

// partial is the exit code of an export that may be incomplete.
const partial = 8

// trial is the exports of one run.
type trial struct {
	options
	dir    string
	server *serve.Sandbox
	began  time.Time

	complete, admitted int // exports
	missing            int // customers that the admitted ones lack
	meanwhile          int // customers created while exports ran
	last               int // customers at the end
}

func (t *trial) play(ctx context.Context) error {
	var wrong []error
	for n := 1; n <= t.exports; n++ {
		if err := t.export(ctx); err != nil {
			wrong = append(wrong, fmt.Errorf("export %d: %w", n, err))
		}
	}
	fmt.Printf("%d exports of %d to %d customers while %d were created (%v): %d complete; %d reported that they may be incomplete, "+
		"and lacked %d customers; %d wrong.\n", t.exports, t.customers, t.last, t.meanwhile, time.Since(t.began).Round(time.Second),
		t.complete, t.admitted, t.missing, len(wrong))
	return errors.Join(wrong...)
}

// export runs one export and compares it with the customers before and after it.
func (t *trial) export(ctx context.Context) error {
	before, err := t.customerIDs(ctx)
	if err != nil {
		return err
	}
	file := filepath.Join(t.dir, "export.jsonl")
	c := exec.CommandContext(ctx, t.program, "customers", "export", "--out", file, "--force", "--allow-incomplete", "--consistency", t.consistency)
	c.Env = t.server.Environ(filepath.Join(t.dir, "state"))
	said, err := c.CombinedOutput()
	var failed *exec.ExitError
	admits := errors.As(err, &failed) && failed.ExitCode() == partial
	if err != nil && !admits {
		return fmt.Errorf("%w: %s", err, said)
	}
	after, err := t.customerIDs(ctx)
	if err != nil {
		return err
	}
	t.meanwhile += len(after) - len(before)
	t.last = len(after)
	found, err := readIDs(file, after)
	if err != nil {
		return err
	}
	lacking := 0
	for id := range before {
		if !found[id] {
			lacking++
		}
	}
	switch {
	case admits:
		t.admitted++
		t.missing += lacking
	case lacking > 0:
		return fmt.Errorf("%d customers are missing, without a report: %s", lacking, said)
	default:
		t.complete++
	}
	return nil
}

// customerIDs returns the IDs of the customers on the server.
func (t *trial) customerIDs(ctx context.Context) (map[string]bool, error) {
	var truth struct {
		Customers []struct {
			ID string `json:"id"`
		} `json:"customers"`
	}
	if err := t.server.Snapshot(ctx, &truth); err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, c := range truth.Customers {
		ids[c.ID] = true
	}
	return ids, nil
}

// readIDs returns the IDs of an export, each of which must exist on the server and occur once.
func readIDs(file string, there map[string]bool) (map[string]bool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if !bytes.HasSuffix(text, []byte("\n")) {
		return nil, errors.New("the last line is cut")
	}
	ids := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var c struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return nil, err
		}
		if ids[c.ID] || !there[c.ID] {
			return nil, fmt.Errorf("customer %s occurs twice, or does not exist", c.ID)
		}
		ids[c.ID] = true
	}
	return ids, nil
}
