package customers

import (
	"fmt"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// footer describes how much of the list a page holds. A total that the rows contradict is left out.
func (o *customersListOptions) footer(p *client.CustomerPage) string {
	rows, before := int64(len(p.Customers)), int64(o.page-1)*int64(o.perPage)
	pages := (p.Total + int64(o.perPage) - 1) / int64(o.perPage)
	next := fmt.Sprintf(" Next: --page %d, or --all", o.page+1)
	switch {
	case rows == 0 && p.Total <= 0:
		return "No customers" + o.String() + "."
	case rows == 0:
		return fmt.Sprintf("No customers on page %d: the %s%s end with page %d.", o.page, cli.Plural(p.Total, "customer"), o.String(), pages)
	case p.Total < before+rows && rows < int64(o.perPage):
		return fmt.Sprintf("%s%s (page %d).", cli.Plural(rows, "customer"), o.String(), o.page)
	case p.Total < before+rows:
		return fmt.Sprintf("%s%s (page %d).", cli.Plural(rows, "customer"), o.String(), o.page) + next
	case p.Total == before+rows:
		return fmt.Sprintf("%d of %s%s (page %d of %d).", rows, cli.Plural(p.Total, "customer"), o.String(), o.page, pages)
	}
	return fmt.Sprintf("%d of %s%s (page %d of %d).", rows, cli.Plural(p.Total, "customer"), o.String(), o.page, pages) + next
}

// walkFooter describes how much of the list a walk has found.
func walkFooter(w *walk) string {
	total := w.pager.Report().Total
	rows, end := int64(w.rows), "."
	switch {
	case w.incomplete != nil:
		end = " (may be incomplete)."
	case w.cut:
		end = " (--limit)."
	}
	switch {
	case w.filtered() && w.cut:
		return cli.Plural(rows, "matching customer") + end
	case w.filtered():
		match := "match"
		if rows == 1 {
			match = "matches"
		}
		return fmt.Sprintf("%d of %s %s%s", rows, cli.Plural(w.total(), "customer"), match, end)
	case rows == 0:
		return "No customers" + w.String() + "."
	case w.cut && total >= rows:
		return fmt.Sprintf("%d of %s%s", rows, cli.Plural(total, "customer"), w.String()) + end
	case w.incomplete == nil && !w.cut:
		end = " (complete)."
	}
	return cli.Plural(rows, "customer") + w.String() + end
}

// noteSearch explains a search that finds no customer: it is about emails alone.
func (s *selection) noteSearch(status output.Status) {
	if s.search != "" {
		status.Note("--search looks at emails only. By company: --where %s", files.ShellWord("company~="+s.search))
	}
}
