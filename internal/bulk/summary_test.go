package bulk

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestExitCode_GravestReason(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason StopReason
		counts map[record.State]int
		want   int
	}{
		"all created":                      {"", map[record.State]int{record.Created: 4}, 0},
		"all there":                        {"", map[record.State]int{record.Exists: 4}, 0},
		"duplicates":                       {"", map[record.State]int{record.Created: 3, record.DuplicateInFile: 1}, 0},
		"one rejected":                     {"", map[record.State]int{record.Created: 3, record.Rejected: 1}, 8},
		"one invalid":                      {"", map[record.State]int{record.Created: 3, record.Invalid: 1}, 8},
		"all rejected":                     {"", map[record.State]int{record.Rejected: 4}, 6},
		"all rejected or invalid":          {"", map[record.State]int{record.Rejected: 3, record.Invalid: 1}, 6},
		"one unknown":                      {"", map[record.State]int{record.Created: 2, record.Unknown: 1, record.Rejected: 1}, 9},
		"journal before unknown":           {StopJournal, map[record.State]int{record.Unknown: 4}, 11},
		"file before unknown":              {StopFile, map[record.State]int{record.Unknown: 4}, 11},
		"unknown before refused":           {StopAuth, map[record.State]int{record.Pending: 3, record.Unknown: 1}, 9},
		"refused before rejected":          {StopAuth, map[record.State]int{record.Pending: 3, record.Rejected: 1}, 4},
		"rate limit before rejected":       {StopRateLimit, map[record.State]int{record.Pending: 3, record.Rejected: 1}, 7},
		"outage before rejected":           {StopOutage, map[record.State]int{record.Pending: 3, record.Rejected: 1}, 10},
		"bad answers":                      {StopContract, map[record.State]int{record.Pending: 4}, 10},
		"proxy":                            {StopServer, map[record.State]int{record.Pending: 4}, 10},
		"redirect":                         {StopRedirect, map[record.State]int{record.Pending: 4}, 2},
		"unknown before a redirect":        {StopRedirect, map[record.State]int{record.Pending: 3, record.Unknown: 1}, 9},
		"wrong address":                    {StopAddress, map[record.State]int{record.Pending: 4}, 2},
		"clone source gone":                {StopNoSource, map[record.State]int{record.Pending: 4}, 3},
		"too many errors":                  {StopErrors, map[record.State]int{record.Pending: 1, record.Rejected: 3}, 8},
		"canary":                           {StopCanary, map[record.State]int{record.Pending: 4}, 8},
		"interrupted, none the worse":      {StopInterrupted, map[record.State]int{record.Created: 1, record.Pending: 3}, 0},
		"interrupted after a refusal":      {StopInterrupted, map[record.State]int{record.Rejected: 1, record.Pending: 3}, 0},
		"interrupted with an open outcome": {StopInterrupted, map[record.State]int{record.Unknown: 1, record.Pending: 3}, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &Summary{Rows: 4, Counts: test.counts}
			if test.reason != "" {
				s.Stop = &StopError{Reason: test.reason}
			}
			if got := s.ExitCode(); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}

func TestExitCode_MissingCustomers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		s    Summary
		want int
	}{
		"missing":                    {Summary{Counts: map[record.State]int{record.Created: 4}, Missing: 1}, 10},
		"not read back":              {Summary{Counts: map[record.State]int{record.Created: 4}, Unread: errors.New("no")}, 10},
		"missing and rejected":       {Summary{Counts: map[record.State]int{record.Created: 3, record.Rejected: 1}, Missing: 1}, 10},
		"missing and unknown":        {Summary{Counts: map[record.State]int{record.Created: 3, record.Unknown: 1}, Missing: 1}, 9},
		"interrupted while it looks": {Summary{Counts: map[record.State]int{record.Created: 4}, Stop: &StopError{Reason: StopInterrupted}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.s.Rows = 4
			if got := test.s.ExitCode(); got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
		})
	}
}

func TestSummary_UnwrittenRetryIsNotCounted(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		g.options.Workers = 1
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1 {
				g.disk.Fail = func(op, _ string, _ int) error {
					if op == "write" {
						return syscall.ENOSPC
					}
					return nil
				}
				return simulate.WriteFault{Kind: simulate.Fault429, Retry: time.Second}
			}
			return simulate.WriteFault{}
		}
		s, err := g.run(t.Context(), nil)
		if err == nil || s == nil {
			t.Fatalf("%v, %v: want a full disk", s, err)
		}
		if s.Sends != 1 || s.Retries != 0 {
			t.Errorf("%d sends, %d of them repeated, %d arrived", s.Sends, s.Retries, g.server.Writes)
		}
	})
}
