package output

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"text/template"
	"time"
)

// newTemplate parses a template of text/template with the functions of
// templateFuncs.
func newTemplate(text string, now time.Time) (*Filter, error) {
	t, err := template.New("").Funcs(templateFuncs(now)).Funcs((&templateTable{}).funcs()).Parse(text)
	if err != nil {
		return nil, &OptionError{Flag: "--template", Value: text, Problem: templateProblem(err)}
	}
	nullsPrintNothing(t)
	run := func(ctx context.Context, doc any, escape bool, out *bytes.Buffer) error {
		if escape {
			doc = escapeValues(doc)
		}
		own, err := t.Clone() // its table is that of this run
		if err != nil {
			return err
		}
		rows := &templateTable{}
		err = runTemplate(ctx, own.Funcs(rows.funcs()), templateValue(doc), rows, out)
		if err != nil && ctx.Err() == nil {
			return &FilterError{"--template", errors.New(templateProblem(err))}
		}
		return err
	}
	return &Filter{run}, nil
}

// templateProblem is the library's message as line:column and problem.
func templateProblem(err error) string {
	problem := strings.TrimPrefix(err.Error(), "template: :")
	return strings.Replace(problem, `executing "" at`, "at", 1)
}

// runTemplate executes t until ctx ends, which a range over a great number
// would not do by itself. The last line gets its end.
func runTemplate(ctx context.Context, t *template.Template, doc any, rows *templateTable, out *bytes.Buffer) error {
	var text bytes.Buffer
	done := make(chan error, 1)
	go func() {
		done <- t.Execute(writerFunc(func(p []byte) (int, error) {
			if ctx.Err() != nil {
				return 0, ctx.Err()
			}
			return text.Write(p)
		}), doc)
	}()
	select {
	case err := <-done:
		if err != nil && ctx.Err() == nil {
			return err
		}
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	out.Write(text.Bytes())
	out.WriteString(rows.render())
	if n := out.Len(); n > 0 && out.Bytes()[n-1] != '\n' {
		out.WriteByte('\n')
	}
	return nil
}

// writerFunc is a writer of one function.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
