package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// MaxShown is how much of a foreign text an error shows, in characters.
const MaxShown = 500

// shortened is a text of at most maxShown characters, the last one "…" where some are missing.
func shortened(s string) string {
	if len(s) <= MaxShown {
		return s
	}
	if r := []rune(s); len(r) > MaxShown {
		return string(r[:MaxShown-1]) + "…"
	}
	return s
}

// shorten bounds what may come from a server or a file.
func (r *Report) shorten() {
	r.Message, r.Hint, r.RequestID = shortened(r.Message), shortened(r.Hint), shortened(r.RequestID)
	for i, f := range r.Fields {
		r.Fields[i].Field, r.Fields[i].Message = shortened(f.Field), shortened(f.Message)
	}
}

// Print writes the report to stderr, as one JSON object where the user reads JSON.
func (r *Report) Print(a *App) {
	r.shorten()
	if a.JSONErrors() {
		for line := range strings.Lines(a.notes.take()) {
			r.Notes = append(r.Notes, strings.TrimSpace(line))
		}
		r.printJSON(a.Err)
		return
	}
	if r.group != nil {
		r.group.SetOut(a.Err)
		_ = r.group.Help()
		return
	}
	r.printText(a.Err)
}

func (r *Report) printText(w io.Writer) {
	var b strings.Builder
	if r.Code != codeDeclined {
		b.WriteString("Error: ")
	}
	fmt.Fprintf(&b, "%s\n", output.EscapeCut(r.Message, MaxShown))
	for _, f := range r.Fields {
		place := cmp.Or(f.Place, f.Field)
		if strings.Contains(r.Message, f.Message) && strings.Contains(r.Message, place) {
			continue // said in the first line already
		}
		fmt.Fprintf(&b, "  %s: %s\n", output.Escape(place), output.EscapeCut(f.Message, MaxShown))
	}
	if r.Hint != "" {
		fmt.Fprintf(&b, "Hint: %s\n", output.EscapeCut(r.Hint, MaxShown))
	}
	_, _ = io.WriteString(w, b.String())
}

func (r *Report) printJSON(w io.Writer) {
	if r.Fields == nil {
		r.Fields = []failure.Field{}
	}
	_ = output.JSONLine(w, map[string]*Report{"error": r})
}
