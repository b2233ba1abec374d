package output

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"text/template"
	"text/template/parse"
	"time"
)

// newTemplate parses a template of text/template with the functions of
// templateFuncs.
func newTemplate(text string, now func() time.Time) (*Filter, error) {
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

// printText is the function that every value of a template passes last.
const printText = "_text"

// nullsPrintNothing lets a field that a record lacks print nothing, as null does: text/template would print <no value>.
func nullsPrintNothing(t *template.Template) {
	for _, t := range t.Templates() {
		if t.Tree != nil {
			passText(t.Root)
		}
	}
}

func passText(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				last := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{parse.NewIdentifier(printText).SetPos(n.Pos)}}
				n.Pipe.Cmds = append(n.Pipe.Cmds, last)
			}
		case *parse.IfNode:
			passText(n.List)
			passText(n.ElseList)
		case *parse.RangeNode:
			passText(n.List)
			passText(n.ElseList)
		case *parse.WithNode:
			passText(n.List)
			passText(n.ElseList)
		}
	}
}
