package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/template/parse"
	"time"
	"unicode/utf8"
)

// newTemplate parses a template of text/template with the functions of templateFuncs.
func newTemplate(text string, now func() time.Time) (*Filter, error) {
	names := map[string]any{}
	for name, f := range templateFuncs(now, &templateTable{}) {
		names[name] = f
	}
	trees, err := parse.Parse("", text, "", "", names)
	if err != nil {
		return nil, InvalidOption("--template", strings.TrimPrefix(err.Error(), "template: :"), nil, "")
	}
	run := func(ctx context.Context, doc any, escape bool, out *bytes.Buffer) error {
		if escape {
			doc = escapeValues(doc)
		}
		table := &templateTable{}
		e := &evaluation{text: text, trees: trees, funcs: templateFuncs(now, table), ended: func() error { return context.Cause(ctx) }, out: out}
		err := e.run("", templateValue(doc))
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			return &FilterError{"--template", err}
		}
		out.WriteString(table.render())
		if n := out.Len(); n > 0 && out.Bytes()[n-1] != '\n' {
			out.WriteByte('\n')
		}
		return nil
	}
	return &Filter{run}, nil
}

// evaluation is one run of a template over a decoded JSON document. It prints what text/template prints
// (template_reference_test.go), but a value that is missing prints nothing, as a null does. text/template finds methods by
// their names, for which the linker keeps every exported method of every type: 3.1 MB of the program.
//
// Values are nil for what is missing, and the types of templateValue; constants and functions add complex128 and uint8.
type evaluation struct {
	text  string // of the template
	trees map[string]*parse.Tree
	funcs map[string]templateFunc
	ended func() error // whether the evaluation has to end
	out   *bytes.Buffer
	vars  []templateVar // the last declared is the last
	depth int           // of templates in templates
}

type templateVar struct {
	name  string
	value any
}

// maxTemplateDepth is the limit of text/template.
const maxTemplateDepth = 100_000

// errBreak and errContinue leave a body of a range.
var errBreak, errContinue = errors.New("break"), errors.New("continue")

// run evaluates the template of that name, which sees dot and no variable of its caller.
func (e *evaluation) run(name string, dot any) error {
	if err := e.ended(); err != nil {
		return err
	}
	inner := *e
	inner.depth++
	inner.vars = []templateVar{{"$", dot}}
	return inner.walk(dot, e.trees[name].Root)
}

// walk evaluates a node that prints or controls.
func (e *evaluation) walk(dot any, node parse.Node) error {
	switch n := node.(type) {
	case *parse.TextNode:
		e.out.Write(n.Text)
	case *parse.ActionNode:
		v, err := e.pipeline(dot, n.Pipe)
		if err == nil && v != nil && len(n.Pipe.Decl) == 0 {
			_, _ = fmt.Fprint(e.out, v)
		}
		return err
	case *parse.ListNode:
		for _, n := range n.Nodes {
			if err := e.walk(dot, n); err != nil {
				return err
			}
		}
	case *parse.IfNode:
		return e.branch(dot, &n.BranchNode)
	case *parse.WithNode:
		return e.branch(dot, &n.BranchNode)
	case *parse.RangeNode:
		return e.loop(dot, n)
	case *parse.TemplateNode:
		return e.template(dot, n)
	case *parse.BreakNode:
		return errBreak
	case *parse.ContinueNode:
		return errContinue
	}
	return nil
}

// branch evaluates an if or a with.
func (e *evaluation) branch(dot any, n *parse.BranchNode) error {
	defer e.forget(len(e.vars))
	v, err := e.pipeline(dot, n.Pipe)
	switch {
	case err != nil:
		return err
	case truth(v) && n.NodeType == parse.NodeWith:
		return e.walk(v, n.List)
	case truth(v):
		return e.walk(dot, n.List)
	case n.ElseList != nil:
		return e.walk(dot, n.ElseList)
	}
	return nil
}

// forget removes all variables but the first n.
func (e *evaluation) forget(n int) { e.vars = e.vars[:n] }

// loop evaluates a range.
func (e *evaluation) loop(dot any, n *parse.RangeNode) error {
	defer e.forget(len(e.vars))
	v, err := e.pipeline(dot, n.Pipe)
	if err != nil {
		return err
	}
	items, err := templateItems(v, len(n.Pipe.Decl))
	if err != nil {
		return e.errorf(n.Pipe, "%w", err)
	}
	outer, empty := len(e.vars), true
	for key, item := range items {
		empty = false
		e.assign(n.Pipe.Decl, key, item)
		err := e.walk(item, n.List)
		e.forget(outer)
		if err == nil {
			err = e.ended() // an empty body over a great number
		}
		switch {
		case errors.Is(err, errBreak):
			return nil
		case err != nil && !errors.Is(err, errContinue):
			return err
		}
	}
	if empty && n.ElseList != nil {
		return e.walk(dot, n.ElseList)
	}
	return nil
}

// assign sets the variables of a range, none to two, to an item: the last one is the value.
func (e *evaluation) assign(names []*parse.VariableNode, key, item any) {
	if len(names) > 1 {
		e.variable(names[0]).value = key
	}
	if len(names) > 0 {
		e.variable(names[len(names)-1]).value = item
	}
}

// template evaluates a template in a template.
func (e *evaluation) template(dot any, n *parse.TemplateNode) error {
	if e.trees[n.Name] == nil {
		return e.errorf(n, "template %q is not defined", n.Name)
	}
	if e.depth > maxTemplateDepth {
		return e.errorf(n, "exceeded maximum template depth (%d)", maxTemplateDepth)
	}
	var arg any
	if n.Pipe != nil {
		var err error
		if arg, err = e.pipeline(dot, n.Pipe); err != nil {
			return err
		}
	}
	return e.run(n.Name, arg)
}

// pipeline returns the value of the last command. Each one gets that of the command before as its last argument.
func (e *evaluation) pipeline(dot any, pipe *parse.PipeNode) (any, error) {
	var piped []any // the value of the command before, if there is one
	for _, cmd := range pipe.Cmds {
		v, err := e.command(dot, cmd, piped)
		if err != nil {
			return nil, err
		}
		piped = []any{v}
	}
	for _, name := range pipe.Decl {
		if !pipe.IsAssign {
			e.vars = append(e.vars, templateVar{name.Ident[0], piped[0]})
		} else if v := e.variable(name); v != nil {
			v.value = piped[0]
		} else {
			return nil, e.errorf(name, "undefined variable")
		}
	}
	return piped[0], nil
}

// variable returns the last declared variable of that name, nil if there is none.
func (e *evaluation) variable(n *parse.VariableNode) *templateVar {
	for i := len(e.vars) - 1; i >= 0; i-- {
		if e.vars[i].name == n.Ident[0] {
			return &e.vars[i]
		}
	}
	return nil
}

func (e *evaluation) command(dot any, cmd *parse.CommandNode, piped []any) (any, error) {
	first := cmd.Args[0]
	switch n := first.(type) {
	case *parse.IdentifierNode:
		return e.call(dot, cmd, n.Ident, cmd.Args[1:], piped)
	case *parse.NilNode:
		return nil, e.errorf(n, "nil is not a command")
	}
	if len(cmd.Args)+len(piped) > 1 {
		return nil, e.errorf(first, "takes no arguments: it is not a function")
	}
	return e.operand(dot, first)
}

// operand returns the value of an argument.
func (e *evaluation) operand(dot any, node parse.Node) (any, error) {
	switch n := node.(type) {
	case *parse.DotNode:
		return dot, nil
	case *parse.BoolNode:
		return n.True, nil
	case *parse.StringNode:
		return n.Text, nil
	case *parse.NumberNode:
		return e.number(n)
	case *parse.FieldNode:
		return e.fields(n, dot, n.Ident)
	case *parse.VariableNode:
		if v := e.variable(n); v != nil {
			return e.fields(n, v.value, n.Ident[1:])
		}
		return nil, e.errorf(n, "undefined variable")
	case *parse.ChainNode:
		v, err := e.operand(dot, n.Node)
		if err != nil {
			return nil, err
		}
		return e.fields(n, v, n.Field)
	case *parse.PipeNode:
		return e.pipeline(dot, n)
	case *parse.IdentifierNode:
		return e.call(dot, n, n.Ident, nil, nil)
	}
	return nil, nil // the keyword nil
}

// number returns a constant as its spelling says: 1 and '1' are whole numbers, 1.0 is not.
func (e *evaluation) number(n *parse.NumberNode) (any, error) {
	fraction := ".eEpP"
	switch {
	case strings.HasPrefix(n.Text, "0x"), strings.HasPrefix(n.Text, "0X"):
		fraction = "pP"
	case n.Text[0] == '\'':
		fraction = ""
	}
	switch {
	case n.IsComplex:
		return n.Complex128, nil
	case n.IsFloat && strings.ContainsAny(n.Text, fraction):
		return n.Float64, nil
	case n.IsInt:
		return int(n.Int64), nil
	}
	return nil, e.errorf(n, "the number is too large")
}

// fields follows the names from v on. A field of what is missing is missing.
func (e *evaluation) fields(node parse.Node, v any, names []string) (any, error) {
	for _, name := range names {
		object, ok := v.(map[string]any)
		if !ok && v != nil {
			return nil, e.errorf(node, "no field %s in %s", name, valueKind(v))
		}
		v = object[name]
	}
	return v, nil
}

// call calls a function. The logical ones do not evaluate what cannot matter.
func (e *evaluation) call(dot any, node parse.Node, name string, args []parse.Node, piped []any) (any, error) {
	f := e.funcs[name]
	if count := len(args) + len(piped); count < f.least || f.most >= 0 && count > f.most {
		return nil, e.errorf(node, "wrong number of arguments for %s: %d", name, count)
	}
	var values []any
	for _, arg := range args {
		v, err := e.operand(dot, arg)
		if err != nil || name == "and" && !truth(v) || name == "or" && truth(v) {
			return v, err
		}
		values = append(values, v)
	}
	v, err := f.call(append(values, piped...))
	if err != nil {
		return nil, e.errorf(node, "%s: %w", name, err)
	}
	return v, nil
}

// errorf says at which line and column of the template, and in which part of it, the evaluation fails.
func (e *evaluation) errorf(n parse.Node, format string, args ...any) error {
	return fmt.Errorf("%s: at <%s>: %w", textPosition(e.text, int(n.Position())), n, fmt.Errorf(format, args...))
}

// textPosition is an offset into text as line:column; both begin with 1, columns are characters.
func textPosition(text string, offset int) string {
	before := text[:max(0, min(offset, len(text)))]
	line := strings.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("%d:%d", strings.Count(before, "\n")+1, utf8.RuneCountInString(before[line:])+1)
}
