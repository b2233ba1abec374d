package bulk

import (
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestErrorLimit_StopsTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit ErrorLimit
		bad   func(write int) bool
		sends int // 400 when the run is not stopped
		exit  int
	}{
		"ten in a row":             {ErrorLimit{}, func(w int) bool { return w > 5 }, 15, 8},
		"nine in a row":            {ErrorLimit{}, func(w int) bool { return w > 5 && w < 15 }, 400, 8},
		"one in ten":               {ErrorLimit{}, func(w int) bool { return w%10 == 0 }, 200, 8},
		"one in twenty-five":       {ErrorLimit{}, func(w int) bool { return w%25 == 0 }, 400, 8},
		"none allowed":             {ErrorLimit{Set: true}, func(w int) bool { return w == 7 }, 7, 8},
		"the second is too many":   {ErrorLimit{Set: true, Count: 2}, func(w int) bool { return w%10 == 0 }, 20, 8},
		"the last is too many":     {ErrorLimit{Set: true, Count: 1}, func(w int) bool { return w == 400 }, 400, 8},
		"half allowed":             {ErrorLimit{Set: true, Percent: 50}, func(w int) bool { return w%2 == 0 }, 400, 8},
		"less than half allowed":   {ErrorLimit{Set: true, Percent: 49}, func(w int) bool { return w%2 == 0 }, 200, 8},
		"all allowed, all refused": {ErrorLimit{Set: true, Percent: 100}, func(int) bool { return true }, 400, 6},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(400, always))
				g.options.Workers, g.options.MaxErrors = 1, test.limit
				g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
					if test.bad(write) {
						return simulate.WriteFault{Kind: simulate.Fault422}
					}
					return simulate.WriteFault{}
				}
				s := g.mustRun(t)
				g.check(t, s)
				stopped := s.Stop != nil && s.Stop.Reason == StopErrors
				if g.server.Writes != test.sends || stopped != (test.sends < 400) || s.ExitCode() != test.exit {
					t.Errorf("stop %v after %d sends, exit code %d; want %d, %d", s.Stop, g.server.Writes, s.ExitCode(), test.sends, test.exit)
				}
			})
		})
	}
}
