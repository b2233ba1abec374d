// Licenses writes what a release says of the modules inside it.
//
//	go run ./test/release/licenses >THIRD_PARTY_LICENSES.txt      the licences of all modules, of every target
//	go run ./test/release/licenses -sbom PROGRAM VERSION DATE     the bill of materials of a program, as SPDX 2.3 in JSON
//
// A licence is read from the module cache. One that is not known here ends the program with an error.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	sbom := flag.Bool("sbom", false, "write the bill of materials of PROGRAM, of the release VERSION, whose commit is of DATE")
	flag.Parse()
	var err error
	switch ctx := context.Background(); {
	case *sbom && flag.NArg() == 3:
		err = writeSBOM(ctx, os.Stdout, flag.Arg(0), flag.Arg(1), flag.Arg(2))
	case !*sbom && flag.NArg() == 0:
		err = writeLicenses(ctx, os.Stdout)
	default:
		err = errors.New("usage: licenses [-sbom PROGRAM VERSION DATE]")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

// module is a module with the folder that holds its source.
type module struct{ path, version, dir string }

// targets are what a release is built for.
func targets() []string {
	return []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}
}

// linked returns the modules in the program of any of the targets, with the standard library as one of them.
func linked(ctx context.Context, targets []string) ([]module, error) {
	std, err := goTool(ctx, nil, "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	root, version, _ := strings.Cut(std, "\n")
	all := []module{{path: "std", version: strings.TrimPrefix(version, "go"), dir: root}}
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
	for _, target := range targets {
		system, arch, _ := strings.Cut(target, "/")
		list, err := goTool(ctx, []string{"GOOS=" + system, "GOARCH=" + arch, "CGO_ENABLED=0"}, "list", "-deps", "-f", format, "github.com/hydracore/hydractl")
		if err != nil {
			return nil, err
		}
		for line := range strings.SplitSeq(list, "\n") {
			if parts := strings.Split(line, "\t"); len(parts) == 3 {
				all = append(all, module{path: parts[0], version: parts[1], dir: parts[2]})
			}
		}
	}
	slices.SortFunc(all, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(all), nil
}

func goTool(ctx context.Context, environ []string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, "go", args...)
	c.Env = append(os.Environ(), environ...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

// texts returns the licence files of a module, the main one first, with their SPDX identifiers.
func (m module) texts() (texts, ids []string, err error) {
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICENSE") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "NOTICE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.dir, e.Name()))
		if err != nil {
			return nil, nil, err
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
		for _, id := range identify(string(text)) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil, fmt.Errorf("%s@%s: no licence that is known here", m.path, m.version)
	}
	return texts, ids, nil
}

// identify returns the SPDX identifiers of the licences in a text, by a sentence of each.
func identify(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	var ids []string
	for _, license := range []struct{ sentence, id string }{
		{"Apache License Version 2.0, January 2004", "Apache-2.0"},
		{"Licensed under the Apache License, Version 2.0", "Apache-2.0"},
		{"Mozilla Public License Version 2.0", "MPL-2.0"},
		{"Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
		{"Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee", "ISC"},
		{"endorse or promote products derived from", "BSD-3-Clause"},
		{"May you do good and not evil", "blessing"},
	} {
		if strings.Contains(text, license.sentence) && !slices.Contains(ids, license.id) {
			ids = append(ids, license.id)
		}
	}
	if strings.Contains(text, "Redistribution and use in source and binary forms") && !slices.Contains(ids, "BSD-3-Clause") {
		ids = append(ids, "BSD-2-Clause")
	}
	return ids
}
