package customers

import (
	"github.com/hydracore/hydractl/internal/cli"
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
