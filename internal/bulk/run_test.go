package bulk

import (
	"testing"
	"testing/synctest"
)

func TestEveryRowIsCreatedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newRig(someRows(500, func(i int) bool { return i%10 != 0 }))
		g.options.Workers = 16
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[Created] != 500 || s.ExitCode() != 0 {
			t.Errorf("counts %v, exit code %d", s.Counts, s.ExitCode())
		}
		g.checkFinished(t, t.Context())
	})
}
