package bulk

import (
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestStop_AnswerThatConcernsEveryRow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind   simulate.FaultKind
		reason StopReason
		exit   int
		sends  int
	}{
		"401":      {simulate.Fault401, StopAuth, 4, 1},
		"403":      {simulate.Fault403, StopAuth, 4, 1},
		"404":      {simulate.Fault404, StopAddress, 2, 1},
		"307":      {simulate.Fault307, StopRedirect, 2, 1},
		"3 x HTML": {simulate.FaultPage, StopContract, 9, 3},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				g := newRig(someRows(20, always))
				g.options.Workers = 1
				g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{Kind: test.kind} }
				s := g.mustRun(t)
				g.check(t, s)
				if s.Stop == nil || s.Stop.Reason != test.reason || s.ExitCode() != test.exit || g.server.Writes != test.sends {
					t.Errorf("stop %v, exit code %d, %d sends; want %s, %d, %d", s.Stop, s.ExitCode(), g.server.Writes, test.reason, test.exit, test.sends)
				}
				g.server.Fault = nil
				s = g.finish(t, t.Context())
				g.check(t, s)
				if s.Counts[record.Created] != 20 {
					t.Errorf("counts %v after the next run", s.Counts)
				}
			})
		})
	}
}
