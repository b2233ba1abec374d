package imports

import (
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// progressEvery is how often the progress of a run is looked at.
const progressEvery = 200 * time.Millisecond

// progressIdle is how long no row is done until that is said.
const progressIdle = 10 * time.Second

// repeat calls show every progressEvery, beside what goes on; stop returns when the last call is over.
func repeat(show func()) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				show()
			case <-quit:
				return
			}
		}
	}()
	return func() { close(quit); <-ended }
}

// checkQuick is how long a file is checked until that is shown.
const checkQuick = 500 * time.Millisecond

// startCheckProgress shows on a terminal how much of a file is checked, until stop is called.
func startCheckProgress(app *cli.App, mode string, source *input.Source) (stop func()) {
	if mode != "auto" || app.Quiet() || !app.Terminal.Err {
		return func() {}
	}
	var display output.Progress
	began, verb := time.Now(), "Checking "+(&input.Error{File: source.Name}).Place()+", bytes"
	end := repeat(func() {
		if time.Since(began) < checkQuick {
			return
		}
		if display == nil {
			display = app.Progress(mode)
		}
		display.Show(output.Step{Verb: verb, Done: int(source.Passed()), Total: int(source.Size), Left: -1})
	})
	return func() {
		if end(); display != nil {
			display.Close()
		}
	}
}

// importProgress shows on stderr how far a run has come, beside it.
type importProgress struct {
	mu         sync.Mutex // of display
	display    output.Progress
	newDisplay func() output.Progress
	now        func() time.Time

	runner *bulk.Runner
	quiet  time.Duration // how long a row without an answer is looked for

	done  int       // rows at the last update
	moved time.Time // when a row was last done
	sent  time.Time // since when no row is left to send
}

func newImportProgress(app *cli.App, mode string, quiet time.Duration) *importProgress {
	if mode == "auto" && (app.Quiet() || app.JSONErrors() && !app.Terminal.Err) {
		mode = "none"
	}
	newDisplay := func() output.Progress { return app.Progress(mode) }
	return &importProgress{display: newDisplay(), newDisplay: newDisplay, now: app.Now, quiet: quiet}
}

// start shows the run until stop is called, which returns when its end is on the screen.
func (p *importProgress) start(runner *bulk.Runner) (stop func()) {
	p.runner = runner
	end := repeat(p.show)
	return func() {
		end()
		p.show()
		p.display.Close()
	}
}

func (p *importProgress) show() {
	step := p.step()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.display.Show(step)
}

// interrupt ends the display for what is printed or asked meanwhile, and starts another one.
func (p *importProgress) interrupt(show func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.display.Close()
	show()
	p.display = p.newDisplay()
}

func (p *importProgress) step() output.Step {
	at := p.runner.Snapshot()
	counts := at.Counts
	s := output.Step{Verb: "Importing", Total: at.Rows, Rate: at.Rate, Left: at.Left}
	for _, state := range rowStates() {
		n := counts[state]
		if state.Terminal() {
			s.Done += n
		}
		if state != record.Pending {
			count := output.Count{Name: string(state), N: n, Kept: state == record.Created || state == record.Rejected}
			if state == record.InDoubt {
				count.Label = "unconfirmed"
			}
			s.Counts = append(s.Counts, count)
		}
	}
	now := p.now()
	if s.Done != p.done || p.moved.IsZero() {
		p.done, p.moved = s.Done, now
	}
	s.Note = p.trouble(at, counts, now)
	s.Waiting = p.waiting(counts, now)
	return s
}

// trouble says why no rows are done, or few, "" when all is well.
func (p *importProgress) trouble(at bulk.Snapshot, counts map[record.State]int, now time.Time) string {
	idle := now.Sub(p.moved).Round(time.Second)
	switch {
	case !at.OutageSince.IsZero():
		return "no answer for " + output.Duration(now.Sub(at.OutageSince).Round(time.Second)) + ", sending is paused"
	case !at.Paused.IsZero():
		return "paused by the server for " + output.Duration(at.Paused.Sub(now).Round(time.Second))
	case counts[record.Pending] == 0 && counts[record.InDoubt] > 0: // see waiting
	case idle > progressIdle+at.Interval:
		return "no row done for " + output.Duration(idle)
	case at.Slowed:
		return "at most " + perMinute(at.Interval) + " since the server's 429"
	}
	return ""
}

// progressWaits is how long no row is done at the end of an import until that is said: answers may be on their way.
const progressWaits = 2 * time.Second

// waiting says how long the rows without an answer are waited for at most, when nothing else is left to do.
func (p *importProgress) waiting(counts map[record.State]int, now time.Time) string {
	if counts[record.Pending] > 0 || counts[record.InDoubt] == 0 {
		p.sent = time.Time{}
		return ""
	}
	if p.sent.IsZero() {
		p.sent = now
	}
	rows := cli.Plural(int64(counts[record.InDoubt]), "row")
	switch left := (p.quiet - now.Sub(p.sent)).Round(time.Second); {
	case now.Sub(p.moved) < progressWaits || now.Sub(p.sent) < progressWaits:
		return ""
	case left > 0:
		return "Waiting up to " + output.Duration(left) + " to confirm " + rows
	default:
		return "Waiting to confirm " + rows
	}
}

func perMinute(interval time.Duration) string {
	return cli.Plural(int64(max(time.Minute/interval, 1)), "request") + " a minute"
}
