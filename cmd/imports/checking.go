package imports

import (
	"time"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// checkMeter shows on a terminal how much of a file is checked, when that takes longer than checkQuick.
type checkMeter struct {
	env         *cli.App
	source      *input.Source
	quit, ended chan struct{}
}

const checkQuick = 500 * time.Millisecond

// watchCheck gives a function that ends the meter and returns when it is off the screen.
func watchCheck(env *cli.App, mode string, source *input.Source) (stop func()) {
	if mode != "auto" || env.Quiet() || !env.Terminal.Err {
		return func() {}
	}
	m := &checkMeter{env, source, make(chan struct{}), make(chan struct{})}
	go m.run()
	return func() { close(m.quit); <-m.ended }
}

func (m *checkMeter) run() {
	defer close(m.ended)
	quick := time.NewTimer(checkQuick)
	defer quick.Stop()
	select {
	case <-quick.C:
	case <-m.quit:
		return
	}
	meter := output.NewMeter(m.env.Err, "auto", max(m.env.Terminal.Width(), 20), m.env.Now)
	defer meter.Close()
	tick := time.NewTicker(meterEvery)
	defer tick.Stop()
	for {
		meter.Show(output.Step{
			Done: int(m.source.Passed()), Total: int(m.source.Size), Left: -1,
			Note: "checking " + (&input.InputError{File: m.source.Name}).Place(),
		})
		select {
		case <-tick.C:
		case <-m.quit:
			return
		}
	}
}
