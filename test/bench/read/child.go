package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/bulk/input"
)

// Ways to read a file.
const (
	waySkim  = "skim"  // encoding/csv with ReuseRecord
	wayRead  = "read"  // encoding/csv
	wayCheck = "check" // bulk.Open and bulk.Validate
)

// readOnce reads a file and prints the peak memory of the process in KiB.
func readOnce(ctx context.Context, out io.Writer, way, file string) error {
	read := readStandard
	if way == wayCheck {
		read = check
	}
	if err := read(ctx, file, way == waySkim); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, peakMemory())
	return err
}

func readStandard(_ context.Context, file string, reuse bool) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = reuse
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func check(ctx context.Context, file string, _ bool) error {
	dir := filepath.Dir(file)
	source, err := input.Open(ctx, file, nil, dir, input.ReadOptions{})
	if err != nil {
		return err
	}
	defer source.Close()
	checked, err := input.Validate(ctx, source, input.Rules{})
	if err != nil {
		return err
	}
	return checked.Err()
}

// peakMemory is the largest resident set so far in KiB, 0 where the system does not tell it in /proc.
func peakMemory() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	peak := 0
	if _, err := fmt.Sscan(string(rest), &peak); err != nil {
		return 0
	}
	return peak
}
