package imports

import (
	"context"
	"errors"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// canaryRows is how many rows are created before the others are asked for; 0 when there is no such part of the import.
func (j *job) canaryRows(p *plan) int {
	left := j.sending.canary - p.journal.Counts()[record.Created]
	if j.sending.canary == 0 || left <= 0 || p.Create <= left {
		return 0
	}
	return left
}

// approver returns the function that shows the canary and asks for the others; nil when there is nothing to ask.
func (j *job) approver(p *plan, progress *importProgress) func(context.Context, []bulk.CanaryRow) error {
	first := j.canaryRows(p)
	if first == 0 || j.once.rehearse {
		return nil
	}
	return func(ctx context.Context, canary []bulk.CanaryRow) error {
		var err error
		progress.interrupt(func() {
			j.printCanary(canary)
			if others := p.Create - first; !j.app.Agreed() {
				err = j.askForOthers(ctx, p, others)
			}
		})
		return err
	}
}

// askForOthers asks for the rows behind the canary.
func (j *job) askForOthers(ctx context.Context, p *plan, others int) error {
	text := fmt.Sprintf("The other %s were not sent.", cli.Plural(int64(others), "row"))
	if !j.app.CanAsk() {
		return errors.New(text)
	}
	return j.ask(ctx, p, others, fmt.Sprintf("Create the other %s? There is no undo.", cli.Plural(int64(others), "customer")), text)
}

// printCanary lists the customers that were created first.
func (j *job) printCanary(canary []bulk.CanaryRow) {
	status := j.app.Status()
	status.Note("Created and read back:")
	var lines []string
	for _, row := range canary {
		if c := row.Customer; c != nil {
			about := c.ID
			for _, text := range []*string{c.Email, c.CompanyName} {
				if text != nil {
					about += "  " + *text
				}
			}
			lines = append(lines, fmt.Sprintf("  line %d: %s", row.Line, output.EscapeCut(about, 3*maxShownCell)))
		}
	}
	noteFirst(status, lines, maxCounted)
}
