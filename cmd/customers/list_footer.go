package customers

import (
	"fmt"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/pkg/client"
)

// footer describes how much of the list a page holds. A total that the rows contradict is left out.
func (o *customersListOptions) footer(p *client.CustomerPage) string {
	rows, before := int64(len(p.Customers)), int64(o.page-1)*int64(o.perPage)
	pages := (p.Total + int64(o.perPage) - 1) / int64(o.perPage)
	next := fmt.Sprintf(" Next: --page %d, or --all", o.page+1)
	switch {
	case rows == 0 && p.Total <= 0:
		return "No customers" + o.matching() + "."
	case rows == 0:
		return fmt.Sprintf("No customers on page %d: the %s%s end with page %d.", o.page, cli.Plural(p.Total, "customer"), o.matching(), pages)
	case p.Total < before+rows && rows < int64(o.perPage):
		return fmt.Sprintf("%s%s (page %d).", cli.Plural(rows, "customer"), o.matching(), o.page)
	case p.Total < before+rows:
		return fmt.Sprintf("%s%s (page %d).", cli.Plural(rows, "customer"), o.matching(), o.page) + next
	case p.Total == before+rows:
		return fmt.Sprintf("%d of %s%s (page %d of %d).", rows, cli.Plural(p.Total, "customer"), o.matching(), o.page, pages)
	}
	return fmt.Sprintf("%d of %s%s (page %d of %d).", rows, cli.Plural(p.Total, "customer"), o.matching(), o.page, pages) + next
}

func (o *customersListOptions) walkFooter(r client.WalkReport, rows int, cut bool) string {
	switch {
	case rows == 0:
		return "No customers" + o.matching() + "."
	case cut && r.Total >= int64(rows):
		return fmt.Sprintf("%d of %s%s (--limit).", rows, cli.Plural(r.Total, "customer"), o.matching())
	case cut:
		return fmt.Sprintf("%s%s (--limit).", cli.Plural(int64(rows), "customer"), o.matching())
	case r.Complete || !cut && o.limit == rows:
		return fmt.Sprintf("%s%s (complete).", cli.Plural(int64(rows), "customer"), o.matching())
	}
	return fmt.Sprintf("%s%s (may be incomplete).", cli.Plural(int64(rows), "customer"), o.matching())
}

func (o *customersListOptions) matching() string {
	switch {
	case o.emailGiven:
		return " with the email " + o.email
	case o.search != "":
		return fmt.Sprintf(" matching %q", o.search)
	}
	return ""
}
