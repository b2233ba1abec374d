package customers

import (
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// walkProgress shows how far a walk has come.
type walkProgress interface {
	show(read int, total int64) // of a total that may be wrong
	close()
}

// progress shows it as --progress says.
type progress struct {
	app     *cli.App
	began   time.Time
	display output.Progress
}

func newProgress(app *cli.App, mode string) *progress {
	return &progress{app: app, began: app.Now(), display: app.Progress(mode)}
}

func (p *progress) show(read int, total int64) {
	s := output.Step{Verb: "Reading", Done: read, Total: int(max(total, int64(read))), Left: -1}
	if took := p.app.Now().Sub(p.began); took > 0 && read > 0 {
		s.Rate = float64(read) / took.Seconds()
		s.Left = time.Duration(float64(s.Total-read) / s.Rate * float64(time.Second))
	}
	p.display.Show(s)
}

func (p *progress) close() { p.display.Close() }

// reading shows it on a terminal, in a line that is gone when the walk ends: for what prints nothing before.
type reading struct{ status output.Status }

func newReading(status output.Status) reading {
	status.Working("Reading customers")
	return reading{status}
}

func (r reading) show(read int, total int64) {
	r.status.Working(fmt.Sprintf("Reading customers: %s of %s", output.Number(read), output.Number(max(total, int64(read)))))
}

func (r reading) close() { r.status.Working("") }
