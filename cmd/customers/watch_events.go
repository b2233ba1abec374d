package customers

import (
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// watchEvents prints the changes, one object on a line each.
type watchEvents struct {
	env     *cli.App
	status  output.Status
	printer *output.Printer[watchEvent]
	begun   bool
	failing bool
}

// newWatchView is a screen where tables go to a terminal, and events anywhere else.
func (o *customersListOptions) newWatchView(env *cli.App, api *cli.Session) (watchView, error) {
	opts := api.CustomerOutput()
	printer, err := output.New(opts, customerColumns())
	if err != nil {
		return nil, err
	}
	human := printer.Format().Human
	if human && env.Terminal.Out {
		return newWatchScreen(o, env, opts)
	}
	if !human && printer.Format().Name != "jsonl" && opts.Filter == nil {
		return nil, failure.Usagef("--watch prints tables on a terminal and events as jsonl: it does not go with -o %s", printer.Format().Name)
	}
	opts = api.Output
	opts.Format = "jsonl"
	events, err := output.New[watchEvent](opts, nil)
	if err != nil {
		return nil, err
	}
	status := api.Status
	status.W = env.Err // also where a failure will be JSON: what happens now is said now
	return &watchEvents{env: env, status: status, printer: events}, nil
}

func (v *watchEvents) show(now watched, changes []watchEvent) error {
	if !v.begun {
		v.status.Note("Watching: %s", now.footer)
	} else if v.failing {
		v.status.Note("The server answers again.")
	}
	v.begun, v.failing = true, false
	if now.doubt != nil {
		v.trouble(now.doubt)
	}
	for _, change := range changes {
		if err := v.printer.Item(v.env.Out, change, nil); err != nil {
			return err
		}
	}
	return nil
}

// trouble is said once, until the server answers again.
func (v *watchEvents) trouble(err error) {
	if !v.failing {
		v.status.Warn("%v", err)
	}
	v.failing = true
}

func (*watchEvents) Close() {}
