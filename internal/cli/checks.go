package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// RunE makes cobra's RunE of a command's own function.
func (a *App) RunE(run func(ctx context.Context, app *App, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		if err := a.checkFlags(c); err != nil { // before a command writes anything
			return err
		}
		for _, warning := range config.UnknownVariables(a.Environ) {
			a.Status().Warn("%s", warning)
		}
		return run(c.Context(), a, args)
	}
}

// Checked makes a command run with what parse makes of its flags. All that is wrong with them is reported before run connects.
func Checked[Q any](a *App, c *cobra.Command, parse func() (Q, error), run func(ctx context.Context, app *App, query Q, args []string) error) {
	var query Q
	a.Check(c, func() (err error) {
		query, err = parse()
		return err
	})
	c.RunE = a.RunE(func(ctx context.Context, app *App, args []string) error { return run(ctx, app, query, args) })
}

// Check adds a check of the flags of a command, before it runs. All that is wrong with a command line is reported together.
func (a *App) Check(c *cobra.Command, f func() error) { a.checks[c] = append(a.checks[c], f) }

// Choice makes a flag take one of these values or its default: for its completion, and to refuse any other.
func (a *App) Choice(c *cobra.Command, name string, values ...string) {
	_ = c.RegisterFlagCompletionFunc(name, Fixed(values...))
	f := c.Flags().Lookup(name)
	a.Check(c, func() error {
		if got := f.Value.String(); got != f.DefValue && !slices.Contains(values, got) {
			return failure.Invalidf("--"+name, "must be %s (got %q)", JoinOr(values), got)
		}
		return nil
	})
}

// checkFlags returns what is wrong with the values of flags that can be read.
func (a *App) checkFlags(c *cobra.Command) error {
	var wrong []error
	if format := a.flags.errorFormat; format != "" && format != "text" && format != "json" {
		wrong = append(wrong, failure.Invalidf("--error-format", "must be text or json (got %q)", format))
	}
	_, err := a.filter()
	wrong = append(wrong, err)
	for _, check := range a.checks[c] {
		wrong = append(wrong, check())
	}
	return errors.Join(wrong...)
}

// Problems are what is wrong with flags, to be reported together.
type Problems []error

// If adds err where something is wrong.
func (p *Problems) If(wrong bool, err error) {
	if wrong {
		*p = append(*p, err)
	}
}

// Err returns the problems and more errors, which may be nil, as one error; nil for none.
func (p *Problems) Err(more ...error) error { return errors.Join(append(*p, more...)...) }

// WithColumns registers the columns of a command's records: for the completion of --columns, and to refuse an output that they
// cannot have before the command connects.
func WithColumns[T any](a *App, c *cobra.Command, cols []output.Column[T]) *cobra.Command {
	a.Check(c, func() error {
		s, err := a.Settings()
		if err != nil {
			return CheckOutput(a, output.Options{}, err, cols)
		}
		return CheckOutput(a, a.outputFlags(s), nil, cols)
	})
	return NameColumns(c, cols)
}

// NameColumns registers the columns of a command's records for the completion of --columns.
func NameColumns[T any](c *cobra.Command, cols []output.Column[T]) *cobra.Command {
	c.Annotations = map[string]string{"columns": strings.Join(output.ColumnNames(cols), " ")}
	return c
}

// CheckOutput refuses an output that records of these columns cannot have. Where err says why the options are not known,
// --columns is checked all the same.
func CheckOutput[T any](a *App, o output.Options, err error, cols []output.Column[T]) error {
	if err != nil {
		o = output.Options{Columns: a.flags.columns}
	}
	_, bad := output.New(o, cols)
	return errors.Join(err, bad)
}

// CheckText refuses a text that no server can store: NUL ends in a 500, and invalid UTF-8 would be changed on the way.
func CheckText(place, value string) error {
	if strings.ContainsRune(value, 0) {
		return failure.Invalidf(place, "contains a NUL character")
	}
	if strings.ToValidUTF8(value, "") != value {
		return failure.Invalidf(place, "is not valid UTF-8")
	}
	return nil
}
