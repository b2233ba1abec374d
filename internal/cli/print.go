package cli

import (
	"io"
	"iter"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// Output returns how data is printed with these settings.
func (a *App) Output(s *config.Settings) output.Options {
	o := a.outputFlags(s)
	o.Now, o.Width, o.Color = a.Now, a.Width(), a.colored(s.Color, a.Terminal.Out)
	return o
}

// outputFlags returns what flags and settings say about the output, which can be checked before anything else is done.
func (a *App) outputFlags(s *config.Settings) output.Options {
	o := output.Options{
		Format:     s.Output,
		Preferred:  !a.flags.changed("output"),
		Columns:    a.flags.columns,
		NoHeaders:  a.flags.noHeaders,
		NoTruncate: a.flags.noTruncate,
		Filter:     a.Filter(),
	}
	if set, err := s.Find("time"); err == nil && set.Origin.Kind != config.FromDefault {
		o.Time = s.Time
	}
	return o
}

// OutputWithoutConfig returns how a command prints that does not depend on the configuration file: by flags and
// environment alone.
func (a *App) OutputWithoutConfig() output.Options {
	o := output.Options{Format: a.Given()["output"], Columns: a.flags.columns, NoHeaders: a.flags.noHeaders, Filter: a.Filter()}
	if o.Format == "" {
		o.Format, o.Preferred = a.Variable("HYDRACTL_OUTPUT"), true
	}
	return o
}

// CustomerOutput returns how customers are printed: the columns of the environment and the file are meant for them,
// where the format has columns at all.
func (a *App) CustomerOutput(s *config.Settings) output.Options {
	o := a.Output(s)
	for _, f := range output.Formats() {
		if f.Name == s.Output && f.Columns && o.Filter == nil && s.Columns != "" && len(o.Columns) == 0 {
			o.Columns = []string{s.Columns}
		}
	}
	return o
}

// Print writes a text that is data to stdout.
func (a *App) Print(text string) error {
	if _, err := io.WriteString(a.Out, text); err != nil {
		return &output.WriteError{Err: err}
	}
	return nil
}

// newPrinter returns the printer of records that do not come from the server.
func newPrinter[T any](app *App, columns []output.Column[T]) (*output.Printer[T], error) {
	s, err := app.Settings()
	if err != nil {
		return nil, err
	}
	return output.New(app.Output(s), columns)
}

// PrintItem prints a record that does not come from the server; detail returns its detail view, and may be nil.
func PrintItem[T any](app *App, columns []output.Column[T], item T, detail func(T) []output.Section) error {
	printer, err := newPrinter(app, columns)
	if err != nil {
		return err
	}
	return printer.Item(app.Out, item, detail)
}

// PrintList prints a list that does not come from the server; env is what surrounds it in json.
func PrintList[T any](app *App, columns []output.Column[T], env output.Envelope, items []T) error {
	printer, err := newPrinter(app, columns)
	if err != nil {
		return err
	}
	result, err := printer.List(app.Out, Each(items), env)
	if err != nil || printer.Format().Streams {
		return err
	}
	if len(result.Hidden) > 0 {
		app.Status().Footer(Plural(int64(len(items)), "row")+".", result.Hidden)
	}
	return nil
}

// Each returns items as a sequence.
func Each[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
