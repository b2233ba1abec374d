package cli

import (
	"time"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/pkg/client"
)

// trace tells what the client does: repeats and warnings always, requests with --verbose, headers and timings too
// with --debug or --debug-file.
func (a *App) trace(s *config.Settings) (client.Trace, error) {
	logs, err := a.requestLogs(s)
	if err != nil {
		return client.Trace{}, err
	}
	status := a.Status()
	trace := client.Trace{
		Wait: func(pause time.Duration, number int, cause error) {
			for _, l := range logs {
				l.wait(pause, number, cause)
			}
			if client.IsRateLimited(cause) {
				status.Note("Rate limited: waiting %s before attempt %d.", pause.Round(time.Second), number)
				return
			}
			status.Note("%s; trying again in %s (attempt %d).", Describe(cause), pause.Round(100*time.Millisecond), number)
		},
		Warning: func(text string) {
			for _, l := range logs {
				l.warning(text)
			}
			status.Warn("%s", shortened(text))
		},
	}
	if len(logs) > 0 { // watching each attempt costs an import time
		trace.Attempt = func(a client.Attempt) {
			for _, l := range logs {
				l.attempt(a)
			}
		}
	}
	return trace, nil
}
