package journal

import (
	"testing"

	"github.com/hydracore/hydractl/internal/files"
)

// An import is finished, stopped or continued, or else unfinished: what else the journal notes is no state.
func TestReadSummary_State(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		events []string
		want   string
	}{
		"never run":                 {nil, "unfinished"},
		"finished":                  {[]string{EventFinished}, "finished"},
		"stopped":                   {[]string{EventStopped}, "stopped"},
		"continued":                 {[]string{EventStopped, EventContinued}, "continued"},
		"killed after it took over": {[]string{EventCarried}, "unfinished"},
		"killed after a decision":   {[]string{EventFinished, EventDecided}, "unfinished"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			j, err := Open(files.Disk(), dir, Header{})
			if err != nil {
				t.Fatal(err)
			}
			for _, event := range test.events {
				if err := j.End(Note{Event: event}); err != nil {
					t.Fatal(err)
				}
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			if got := ReadSummary(dir).State; got != test.want {
				t.Errorf("state %q, want %q", got, test.want)
			}
		})
	}
}
