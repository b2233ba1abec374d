package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
)

// writeLicenses writes the licences of everything that a release links; a text that several modules share is written once.
func writeLicenses(ctx context.Context, to io.Writer) error {
	modules, err := linked(ctx, targets())
	if err != nil {
		return err
	}
	var order []string
	users := map[string][]string{}
	out := bufio.NewWriter(to)
	_, _ = fmt.Fprintln(out, "hydractl contains the following modules. Their licences follow the list.")
	_, _ = fmt.Fprintln(out)
	for _, m := range modules {
		texts, ids, err := m.texts()
		if err != nil {
			return err
		}
		name := m.name()
		_, _ = fmt.Fprintf(out, "  %-45s %s\n", name, strings.Join(ids, ", "))
		for _, text := range texts {
			if users[text] == nil {
				order = append(order, text)
			}
			users[text] = append(users[text], name)
		}
	}
	for _, text := range order {
		_, _ = fmt.Fprintf(out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(users[text], ", "), text)
	}
	return out.Flush()
}

// name is the path of the module; versions are in the bill of materials, so that the file changes with licences only.
func (m module) name() string {
	if m.path == "std" {
		return "the Go standard library"
	}
	return m.path
}
