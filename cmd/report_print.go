package cmd

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/output"
)

// maxShown is how much of a foreign text an error shows, in characters.
const maxShown = 500

// shortened is a text of at most maxShown characters, the last one "…" where some are missing.
func shortened(s string) string {
	if len(s) <= maxShown {
		return s
	}
	if r := []rune(s); len(r) > maxShown {
		return string(r[:maxShown-1]) + "…"
	}
	return s
}

// shorten bounds what may come from a server or a file.
func (r *report) shorten() {
	r.Message, r.Hint, r.RequestID = shortened(r.Message), shortened(r.Hint), shortened(r.RequestID)
	for i, f := range r.Fields {
		r.Fields[i].Field, r.Fields[i].Message = shortened(f.Field), shortened(f.Message)
	}
}

// print writes the report to stderr, as one JSON object where the user reads JSON.
func (r *report) print(env *Env) {
	r.shorten()
	if env.jsonErrors() {
		for line := range strings.Lines(env.notes.take()) {
			r.Notes = append(r.Notes, strings.TrimSpace(line))
		}
		r.printJSON(env.Err)
		return
	}
	if r.group != nil {
		r.group.SetOut(env.Err)
		_ = r.group.Help()
		return
	}
	r.printText(env.Err)
}

func (r *report) printText(w io.Writer) {
	var b strings.Builder
	if r.Code != codeDeclined {
		b.WriteString("Error: ")
	}
	fmt.Fprintf(&b, "%s\n", output.EscapeCut(r.Message, maxShown))
	for _, f := range r.Fields {
		place := cmp.Or(f.place, f.Field)
		if strings.Contains(r.Message, f.Message) && strings.Contains(r.Message, place) {
			continue // said in the first line already
		}
		fmt.Fprintf(&b, "  %s: %s\n", output.Escape(place), output.EscapeCut(f.Message, maxShown))
	}
	if r.Hint != "" {
		fmt.Fprintf(&b, "Hint: %s\n", output.EscapeCut(r.Hint, maxShown))
	}
	_, _ = io.WriteString(w, b.String())
}

func (r *report) printJSON(w io.Writer) {
	if r.Fields == nil {
		r.Fields = []reportField{}
	}
	_ = output.JSONLine(w, map[string]*report{"error": r})
}

// jsonErrors tells whether errors are wanted as JSON. It reads the command line by itself, since the line may be what
// is wrong.
func (e *Env) jsonErrors() bool {
	format, errorFormat := e.flags.given["output"], e.flags.errorFormat
	if format == "" {
		format, _ = e.LookupEnv("HYDRACTL_OUTPUT")
	}
	if e.settled != nil {
		format = e.settled.Output
	}
	if errorFormat != "" {
		return errorFormat == "json"
	}
	return format == "json" || format == "jsonl" || format == "yaml"
}

// rescueFlags reads --output and --error-format out of a command line that could not be parsed.
func (e *Env) rescueFlags(args []string) {
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	set.ParseErrorsAllowlist.UnknownFlags = true
	set.SetOutput(io.Discard)
	format := set.StringP("output", "o", "", "")
	errorFormat := set.String("error-format", "", "")
	_ = set.Parse(args)
	if *format != "" {
		e.flags.given["output"] = *format
	}
	if *errorFormat != "" {
		e.flags.errorFormat = *errorFormat
	}
}
