package main

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// guard is a piece of the program without which an import could lose or double a row, or break another promise.
type guard struct {
	name  string
	file  string
	old   string // its text, which occurs once in the file
	off   string // the replacement
	tests string // of which one must fail, in the package of the file unless in names another one
	in    string
}

func (g guard) pkg() string {
	if g.in != "" {
		return g.in
	}
	return path.Dir(g.file)
}

// named reports whether the name or the file of the guard contains the text.
func (g guard) named(text string) bool {
	return strings.Contains(g.name, text) || strings.Contains(g.file, text)
}

// edit returns the guard's file without the guard.
func (g guard) edit(root string) ([]byte, error) {
	source, err := os.ReadFile(filepath.Join(root, g.file))
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(source, []byte(g.old)); n != 1 {
		return nil, fmt.Errorf("%s contains this %d times: %s", g.file, n, g.old)
	}
	return bytes.Replace(source, []byte(g.old), []byte(g.off), 1), nil
}

func guards() []guard {
	return slices.Concat(durability(), journal(), sending(), stopping(), reconciling(), rateLimiting(), requests(), answers(), reports(), ownership())
}
