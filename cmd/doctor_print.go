package cmd

import (
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// doctorPrinter is made before anything takes time, so that a bad output flag is told at once.
func doctorPrinter(env *Env, s *config.Settings) (*output.Printer[check], output.Options, error) {
	opts := env.outputOptions(s)
	if given := env.flags.given["output"]; given != "" {
		opts.Format = given // also where the settings could not be read
	}
	printer, err := output.New(opts, checkColumns())
	return printer, opts, err
}

func checkColumns() []output.Column[check] {
	type column = output.Column[check]
	return []column{
		{Name: "status", Sets: output.Default | output.CSV, Color: checkColor, Value: func(c check) any { return c.Status }},
		{Name: "name", Title: "CHECK", Sets: output.Default | output.CSV, Value: func(c check) any { return c.Name }},
		{Name: "message", Sets: output.Default | output.CSV, Fit: output.FitEnd, Value: func(c check) any { return c.Message }},
		{Name: "hint", Sets: output.Wide | output.CSV, Fit: output.FitEnd, Value: func(c check) any { return c.Hint }},
		{Name: "id", Value: func(c check) any { return c.Name }},
	}
}

func checkColor(c check) output.Color {
	switch c.Status {
	case checkOK:
		return output.Green
	case checkWarn:
		return output.Yellow
	}
	return output.Red
}

// print shows the checks: to people one under another with what mends them, to programs as one document.
func (x *examination) print(printer *output.Printer[check], opts output.Options) error {
	if !printer.Format().Human || len(opts.Columns) > 0 {
		_, err := printer.List(x.env.Out, each(x.checks), output.Envelope{Key: "checks", Members: func() []output.Member {
			return []output.Member{{Name: "failed", Value: x.count(checkFail)}, {Name: "warnings", Value: x.count(checkWarn)}}
		}})
		return err
	}
	lines := make([]output.Check, len(x.checks))
	for i, c := range x.checks {
		lines[i] = output.Check{Status: c.Status, Color: checkColor(c), Name: c.Name, Message: c.Message, Hint: c.Hint}
	}
	return output.Checklist(x.env.Out, lines, opts.Width, opts.Color)
}
