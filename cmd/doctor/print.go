package doctor

import (
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// doctorPrinter is made before the checks, so that a bad output flag is reported at once.
func doctorPrinter(app *cli.App, s *config.Settings) (*output.Printer[Check], output.Options, error) {
	opts := app.Output(s)
	if given := app.Given()["output"]; given != "" {
		opts.Format = given // also where the settings could not be read
	}
	printer, err := output.New(opts, checkColumns())
	return printer, opts, err
}

func checkColumns() []output.Column[Check] {
	type column = output.Column[Check]
	return []column{
		{Name: "status", Color: checkColor, Value: func(c Check) any { return c.Status }},
		{Name: "name", Title: "CHECK", Value: func(c Check) any { return c.Name }},
		{Name: "message", Fit: output.FitEnd, Value: func(c Check) any { return c.Message }},
		{Name: "hint", Sets: output.Wide | output.CSV, Fit: output.FitEnd, Value: func(c Check) any { return c.Hint }},
		{Name: "id", Sets: output.Named, Value: func(c Check) any { return c.Name }},
	}
}

func checkColor(c Check) output.Color {
	switch c.Status {
	case CheckOK:
		return output.Green
	case CheckWarn:
		return output.Yellow
	}
	return output.Red
}

// print shows the checks: to people one below another with what fixes them, to programs as one document.
func (d *diagnostics) print(printer *output.Printer[Check], opts output.Options) error {
	if !printer.Format().Human || len(opts.Columns) > 0 {
		_, err := printer.List(d.app.Out, cli.Each(d.checks), output.Envelope{Key: "checks", Schema: "doctor", Members: func() []output.Member {
			return []output.Member{{Name: "failed", Value: d.count(CheckFail)}, {Name: "warnings", Value: d.count(CheckWarn)}}
		}})
		return err
	}
	lines := make([]output.Check, len(d.checks))
	for i, c := range d.checks {
		lines[i] = output.Check{Status: c.Status, Color: checkColor(c), Name: c.Name, Message: c.Message, Hint: c.Hint}
	}
	return output.Checklist(d.app.Out, lines, opts.Width, opts.Color)
}
