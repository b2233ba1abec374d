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

// meterEvery is how often the progress of a run is looked at.
const meterEvery = 200 * time.Millisecond

// meterIdle is how long no row is done until that is said.
const meterIdle = 10 * time.Second

// repeat calls show every meterEvery, beside what goes on; stop returns when the last call is over.
func repeat(show func()) (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(meterEvery)
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

// startCheckMeter shows on a terminal how much of a file is checked, until stop is called.
func startCheckMeter(app *cli.App, mode string, source *input.Source) (stop func()) {
	if mode != "auto" || app.Quiet() || !app.Terminal.Err {
		return func() {}
	}
	var meter output.Progress
	began, verb := time.Now(), "Checking "+(&input.Error{File: source.Name}).Place()+", bytes"
	end := repeat(func() {
		if time.Since(began) < checkQuick {
			return
		}
		if meter == nil {
			meter = app.Progress(mode)
		}
		meter.Show(output.Step{Verb: verb, Done: int(source.Passed()), Total: int(source.Size), Left: -1})
	})
	return func() {
		if end(); meter != nil {
			meter.Close()
		}
	}
}

// importMeter shows on stderr how far a run has come, beside it.
type importMeter struct {
	mu       sync.Mutex // of meter
	meter    output.Progress
	newMeter func() output.Progress
	now      func() time.Time

	runner *bulk.Runner
	quiet  time.Duration // how long a row without an answer is looked for

	done  int       // rows at the last update
	moved time.Time // when a row was last done
	sent  time.Time // since when no row is left to send
}

func newImportMeter(app *cli.App, mode string, quiet time.Duration) *importMeter {
	if mode == "auto" && (app.Quiet() || app.JSONErrors() && !app.Terminal.Err) {
		mode = "none"
	}
	newMeter := func() output.Progress { return app.Progress(mode) }
	return &importMeter{meter: newMeter(), newMeter: newMeter, now: app.Now, quiet: quiet}
}

// start shows the run until stop is called, which returns when its end is on the screen.
func (m *importMeter) start(runner *bulk.Runner) (stop func()) {
	m.runner = runner
	end := repeat(m.show)
	return func() {
		end()
		m.show()
		m.meter.Close()
	}
}

func (m *importMeter) show() {
	step := m.step()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.meter.Show(step)
}

// interrupt ends the meter for what is printed or asked meanwhile, and starts another one.
func (m *importMeter) interrupt(show func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.meter.Close()
	show()
	m.meter = m.newMeter()
}

func (m *importMeter) step() output.Step {
	at := m.runner.Snapshot()
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
	now := m.now()
	if s.Done != m.done || m.moved.IsZero() {
		m.done, m.moved = s.Done, now
	}
	s.Note = m.trouble(at, counts, now)
	s.Waiting = m.waiting(counts, now)
	return s
}

// trouble says why no rows are done, or few, "" when all is well.
func (m *importMeter) trouble(at bulk.Snapshot, counts map[record.State]int, now time.Time) string {
	idle := now.Sub(m.moved).Round(time.Second)
	switch {
	case !at.OutageSince.IsZero():
		return "no answer for " + now.Sub(at.OutageSince).Round(time.Second).String() + ", sending is paused"
	case !at.Paused.IsZero():
		return "paused by the server for " + at.Paused.Sub(now).Round(time.Second).String()
	case counts[record.Pending] == 0 && counts[record.InDoubt] > 0: // see waiting
	case idle > meterIdle+at.Interval:
		return "no row done for " + idle.String()
	case at.Slowed:
		return "at most " + perMinute(at.Interval) + " since the server's 429"
	}
	return ""
}

// meterWaits is how long no row is done at the end of an import until that is said: answers may be on their way.
const meterWaits = 2 * time.Second

// waiting says how long the rows without an answer are waited for at most, when nothing else is left to do.
func (m *importMeter) waiting(counts map[record.State]int, now time.Time) string {
	if counts[record.Pending] > 0 || counts[record.InDoubt] == 0 {
		m.sent = time.Time{}
		return ""
	}
	if m.sent.IsZero() {
		m.sent = now
	}
	rows := cli.Plural(int64(counts[record.InDoubt]), "row")
	switch left := (m.quiet - now.Sub(m.sent)).Round(time.Second); {
	case now.Sub(m.moved) < meterWaits || now.Sub(m.sent) < meterWaits:
		return ""
	case left > 0:
		return "Waiting up to " + left.String() + " to confirm " + rows
	default:
		return "Waiting to confirm " + rows
	}
}

func perMinute(interval time.Duration) string {
	return cli.Plural(int64(max(time.Minute/interval, 1)), "request") + " a minute"
}
