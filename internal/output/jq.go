package output

import (
	"bytes"
	"context"
	"errors"

	"github.com/itchyny/gojq"
)

// newJQ compiles a jq expression. It sees the document and nothing else: no
// environment, no modules, no further input.
func newJQ(expression string) (*Filter, error) {
	query, err := gojq.Parse(expression)
	if err != nil {
		return nil, jqSyntax(expression, err)
	}
	code, err := gojq.Compile(query, gojq.WithEnvironLoader(func() []string { return nil }))
	if err != nil {
		return nil, jqSyntax(expression, err)
	}
	run := func(ctx context.Context, doc any, escape bool, out *bytes.Buffer) error {
		err := runJQ(ctx, code, doc, escape, out)
		if err != nil && ctx.Err() == nil {
			return &FilterError{"--jq", err}
		}
		return err
	}
	return &Filter{run}, nil
}

// jqSyntax says where the expression goes wrong, as far as the library reports it.
func jqSyntax(expression string, err error) error {
	problem := err.Error()
	if e, ok := errors.AsType[*gojq.ParseError](err); ok {
		problem = textPosition(expression, e.Offset-len(e.Token)) + ": " + problem
	}
	return InvalidOption("--jq", problem, nil, "")
}

// runJQ writes one result to a line: a string as it is, or escaped, anything else as JSON, which escapes by itself.
func runJQ(ctx context.Context, code *gojq.Code, doc any, escape bool, out *bytes.Buffer) error {
	results := code.RunWithContext(ctx, doc)
	for {
		v, ok := results.Next()
		if !ok {
			return nil
		}
		switch v := v.(type) {
		case error:
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if halt, ok := errors.AsType[*gojq.HaltError](v); ok && halt.Value() == nil {
				return nil
			}
			return v
		case string:
			if escape {
				v = Escape(v)
			}
			out.WriteString(v)
		default:
			text, err := gojq.Marshal(v)
			if err != nil {
				return err
			}
			out.Write(appendCompact(nil, text))
		}
		out.WriteByte('\n')
	}
}
