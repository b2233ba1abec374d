package customers

import (
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// watchEvents prints each change as one JSON object per line.
type watchEvents struct {
	app     *cli.App
	status  output.Status
	printer *output.Printer[watchEvent]
	begun   bool
	failing bool
}

// newWatchView returns a screen for tables on a terminal, and events otherwise.
func (q *listQuery) newWatchView(app *cli.App, api *cli.Session) (watchView, error) {
	printer, err := output.New(q.output, customerColumns())
	if err != nil {
		return nil, err
	}
	human := printer.Format().Human
	if human && app.Terminal.Out {
		return newWatchScreen(q.watch, app, q.output)
	}
	if !human && printer.Format().Name != "jsonl" && q.output.Filter == nil {
		return nil, failure.Usagef("--watch prints tables on a terminal and events as jsonl: it does not go with -o %s", printer.Format().Name)
	}
	opts := api.Output
	opts.Format = "jsonl"
	events, err := output.New[watchEvent](opts, nil)
	if err != nil {
		return nil, err
	}
	status := api.Status
	status.W = app.Err // at once, also with JSON errors
	return &watchEvents{app: app, status: status, printer: events}, nil
}

func (v *watchEvents) show(now watched, changes []watchEvent) error {
	if !v.begun {
		v.status.Note("Watching: %s", now.footer)
	} else if v.failing {
		v.status.Note("The server answers again.")
	}
	v.begun, v.failing = true, false
	if now.incomplete != nil {
		v.trouble(now.incomplete)
	}
	for _, change := range changes {
		if err := v.printer.Item(v.app.Out, change, nil); err != nil {
			return err
		}
	}
	return nil
}

// trouble reports an error once, until the server answers again.
func (v *watchEvents) trouble(err error) {
	if !v.failing {
		v.status.Warn("%v", err)
	}
	v.failing = true
}

func (*watchEvents) Close() {}
