package cmd

import (
	"fmt"

	"github.com/hydracore/hydractl/pkg/client"
)

func (o *customersListOptions) footer(p *client.CustomerPage, last bool) string {
	if len(p.Customers) == 0 && p.Total <= 0 {
		return "No customers" + o.matching() + "."
	}
	if p.Total < 0 {
		return fmt.Sprintf("%d customers%s (page %d). Next: --page %d, or --all", len(p.Customers), o.matching(), o.page, o.page+1)
	}
	pages := (p.Total + int64(o.perPage) - 1) / int64(o.perPage)
	text := fmt.Sprintf("%d of %s%s (page %d of %d).", len(p.Customers), plural(p.Total, "customer"), o.matching(), o.page, pages)
	if last {
		return text
	}
	return text + fmt.Sprintf(" Next: --page %d, or --all", o.page+1)
}

func (o *customersListOptions) walkFooter(r client.WalkReport, rows int, cut bool) string {
	switch {
	case rows == 0:
		return "No customers" + o.matching() + "."
	case cut && r.Total >= 0:
		return fmt.Sprintf("%d of %s%s (--limit).", rows, plural(r.Total, "customer"), o.matching())
	case cut:
		return fmt.Sprintf("%s%s (--limit).", plural(int64(rows), "customer"), o.matching())
	case r.Complete:
		return fmt.Sprintf("%s%s, all of them.", plural(int64(rows), "customer"), o.matching())
	}
	return fmt.Sprintf("%s%s, perhaps not all.", plural(int64(rows), "customer"), o.matching())
}

func (o *customersListOptions) matching() string {
	switch {
	case o.email != "":
		return " with the email " + o.email
	case o.search != "":
		return fmt.Sprintf(" matching %q", o.search)
	}
	return ""
}
