package customers

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/browse"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// screenOutput returns how customers are shown on the screen: as a table, whatever is set for stdout.
func screenOutput(app *cli.App, s *config.Settings) output.Options {
	opts := app.CustomerOutput(s)
	if opts.Format != "wide" {
		opts.Format = "table"
	}
	opts.Filter, opts.NoHeaders = nil, false
	return opts
}

// screen is the browser of a session, or its picker.
type screen struct {
	app     *cli.App
	session *cli.Session
	ended   error // of the action during which the context ended: it may say that a customer was created
}

// options returns what every browser and picker has in common.
func (s *screen) options(ctx context.Context) browse.Options {
	opts := screenOutput(s.app, s.session.Settings)
	opts.Color = s.session.Status.Color // the screen is on stderr
	return browse.Options{
		Source: s.session.Customers, Title: "Customers", Where: s.session.ProfileAndHost(), Tenant: func() string { return s.session.Tenant(ctx) }, Color: opts.Color, ASCII: foreignLocale(s.app),
		Divert:   s.app.Divert,
		Describe: func(err error) string { return s.app.ErrorText(ctx, err) },
		Table: func(rows []client.Customer, width int, widths map[string]int) []string {
			opts := opts
			opts.Width, opts.Widths = width, widths
			return linesOf(opts, customerColumns(), func(p *output.Printer[client.Customer], w io.Writer) error {
				_, err := p.List(w, cli.Each(rows), output.Envelope{})
				return err
			})
		},
		Detail: func(c client.CustomerDetail, width int) []string {
			opts := opts
			opts.Width, opts.Columns = width, nil
			return linesOf(opts, detailColumns(), func(p *output.Printer[client.CustomerDetail], w io.Writer) error { return p.Item(w, c, customerDetail) })
		},
	}
}

// linesOf returns the lines that a printer prints. It does not fail: the options are checked, and memory accepts every text.
func linesOf[T any](opts output.Options, columns []output.Column[T], write func(*output.Printer[T], io.Writer) error) []string {
	var text strings.Builder
	printer, err := output.New(opts, columns)
	if err == nil {
		err = write(printer, &text)
	}
	if err != nil {
		return nil
	}
	return splitLines(text.String())
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// run shows the screen until it is left, and returns the customer that was picked, nil for none.
func (s *screen) run(ctx context.Context, options browse.Options) (*client.Customer, error) {
	picked, err := browse.Run(ctx, options, browse.Terminal{In: s.app.In, Out: s.app.Stderr(), Environ: s.app.Environ})
	switch {
	case s.ended != nil:
		return nil, s.ended
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, browse.ErrInterrupted):
		return nil, cli.Silent(failure.ExitInterrupt)
	}
	return picked, err
}

// actions returns what can be done on the screen of "customers browse": the commands of the same names, on the normal terminal.
func (s *screen) actions(ctx context.Context) browse.Actions {
	return browse.Actions{
		Create: func() error {
			q := &createOptions{writeFlags: writeFlags{quiet: defaultSearch}}
			return s.nested(ctx, func(ctx context.Context, app *cli.App) error { return runCreate(ctx, app, q, nil) })
		},
		Clone: func(id string) error {
			q := &cloneOptions{writeFlags: writeFlags{quiet: defaultSearch}}
			return s.nested(ctx, func(ctx context.Context, app *cli.App) error { return runClone(ctx, app, q, []string{id}) })
		},
		Export: func(q client.ListOptions) error {
			return s.nested(ctx, func(ctx context.Context, app *cli.App) error { return exportShown(ctx, app, q) })
		},
	}
}

func (s *screen) nested(ctx context.Context, run func(context.Context, *cli.App) error) error {
	err := s.app.Nested(ctx, run)
	if ctx.Err() != nil {
		s.ended = err
	}
	return err
}

// exportShown asks for a file, and writes all customers of the list to it in its order.
func exportShown(ctx context.Context, app *cli.App, q client.ListOptions) error {
	var export *exportQuery
	_, err := app.Ask(ctx, cli.Question{Text: "File to write (.csv, .jsonl or .json; Enter writes none)", Check: func(answer string) error {
		if export = nil; answer == "" {
			return nil
		}
		if rest, ok := strings.CutPrefix(answer, "~/"); ok && app.Home != "" { // as a shell has it
			answer = filepath.Join(app.Home, rest)
		}
		if files.IsStdout(answer) {
			return errors.New("stdout is not a file")
		}
		o := &exportOptions{summary: "text", progress: "auto", OutFlags: cli.OutFlags{Out: answer}}
		o.selectionFlags = selectionFlags{search: q.Search, sortBy: q.SortBy, sortDir: q.SortDir, consistency: fast}
		if uuid.Validate(q.Search) == nil {
			o.search, o.where = "", []string{"id=" + uuid.MustParse(q.Search).String()}
		}
		var wrong error
		export, wrong = o.query(app)
		return wrong
	}})
	if err != nil || export == nil {
		return err
	}
	return runExport(ctx, app, export, nil)
}

// givenCustomer returns the customer that a command's argument names, or without one what the user picks.
func givenCustomer(ctx context.Context, app *cli.App, api *cli.Session, args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	return pickCustomer(ctx, app, api)
}

// pickCustomer asks the user for a customer: on the screen, or by questions where a screen reader or a simple terminal needs
// that. It returns its ID.
func pickCustomer(ctx context.Context, app *cli.App, api *cli.Session) (string, error) {
	if !hasScreen(app) || app.Variable("ACCESSIBLE") != "" {
		return pickByNumber(ctx, app, api)
	}
	s := &screen{app: app, session: api}
	options := s.options(ctx)
	options.Title, options.Pick, options.Typing = "Pick a customer: type to search, Enter picks it, Esc leaves", true, true
	picked, err := s.run(ctx, options)
	if err != nil {
		return "", err
	}
	if picked == nil {
		return "", cli.Silent(failure.ExitInterrupt)
	}
	return picked.ID, nil
}
