package cli

import "github.com/hydracore/hydractl/internal/output"

// Meter shows on stderr how far a command has come, in one of [output.MeterModes]: auto is a bar on a terminal, and what is
// typed meanwhile is not shown. Close it before the command asks anything.
func (a *App) Meter(mode string) output.Meter {
	if mode != "auto" || !a.Terminal.Err {
		return output.NewMeter(a.Err, mode, nil, a.Now)
	}
	bar := output.NewMeter(a.Err, mode, a.Terminal.Width, a.Now)
	if !a.Terminal.In || a.Terminal.Mute == nil {
		return bar
	}
	return &mutedMeter{bar, a.Terminal.Mute()}
}

// mutedMeter shows what is typed again when it ends.
type mutedMeter struct {
	output.Meter

	restore func()
}

func (m *mutedMeter) Close() {
	m.Meter.Close()
	m.restore()
}
