package main

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// guard is a piece of the program without which a row could be lost or doubled, or something else be broken that an
// import promises.
type guard struct {
	name  string
	file  string
	old   string // the text that is it, once in the file
	off   string // what takes its place
	tests string // those that must notice, in the file's package unless in names another one
	in    string
}

func (g guard) pkg() string {
	if g.in != "" {
		return g.in
	}
	return path.Dir(g.file)
}

// edit gives the guard's file without it.
func (g guard) edit(root string) ([]byte, error) {
	source, err := os.ReadFile(filepath.Join(root, g.file))
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(source, []byte(g.old)); n != 1 {
		return nil, fmt.Errorf("%s holds this %d times: %s", g.file, n, g.old)
	}
	return bytes.Replace(source, []byte(g.old), []byte(g.off), 1), nil
}

func guards() []guard {
	return slices.Concat(durability(), journal(), sending(), settling(), pacing(), wire(), answers(), reports())
}
