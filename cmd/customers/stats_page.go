package customers

import (
	"errors"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// writePage writes the page of --html as a whole, or not at all.
func (o *customersStatsOptions) writePage(status output.Status, c *statistics, incomplete *client.IncompleteError) error {
	page := output.Page{
		Title:  cli.Plural(c.customers, "customer"),
		Note:   "As of " + c.now.UTC().Format(time.RFC1123) + ".",
		Charts: o.charts(c),
	}
	if o.search != "" {
		page.Title += " matching " + o.search
	}
	if incomplete != nil {
		page.Warning = "These may not be all customers. " + incomplete.Error() + "."
	}
	err := files.WriteWhole(files.Disk(), o.html, o.force, page.Write)
	if failed, ok := errors.AsType[*files.Error](err); ok {
		return unwritten("--html", failed)
	}
	if err != nil {
		return err
	}
	status.Note("Wrote %s.", o.html)
	return nil
}
