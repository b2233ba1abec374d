package customers

import (
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// noticeable is the number of customers from which on the progress is shown.
const noticeable = 1000

// progress shows on stderr how far a walk has come.
type progress struct {
	app     *cli.App
	mode    string // of the display, one of output.ProgressModes
	from    int    // it appears once so many customers are read
	began   time.Time
	display output.Progress // nil before
}

func newProgress(app *cli.App, mode string, from int) *progress {
	return &progress{app: app, mode: mode, from: from, began: app.Now()}
}

// show shows that so many customers are read, of a total that may be wrong.
func (p *progress) show(read int, total int64) {
	if read < p.from {
		return
	}
	if p.display == nil {
		p.display = p.app.Progress(p.mode)
	}
	s := output.Step{Verb: "Reading", Done: read, Total: int(max(total, int64(read))), Left: -1}
	if took := p.app.Now().Sub(p.began); took > 0 && read > 0 {
		s.Rate = float64(read) / took.Seconds()
		s.Left = time.Duration(float64(s.Total-read) / s.Rate * float64(time.Second))
	}
	p.display.Show(s)
}

func (p *progress) close() {
	if p.display != nil {
		p.display.Close()
	}
}
