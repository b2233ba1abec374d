package customers

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

// selectionFlags are the flags that choose customers and their order.
type selectionFlags struct {
	search                     string
	where                      []string
	createdSince, createdUntil string
	sortBy, sortDir            string
	consistency                string
}

// selection says which customers a command reads, in which order and how.
type selection struct {
	search          string
	email           string // exactly this one; "" for any
	conditions      []query.Condition[client.Customer]
	sortBy, sortDir string // the server's order, which is the default, or one of this side
	sortField       query.Field[client.Customer]
	sorts           bool // the order was asked for
	consistency     string
	all             bool // every customer is read, not only the first that match
	limit           int
	perPage         int // 0 for as many as the server allows
}

// addFilter puts the flags that choose customers on a command.
func (o *selectionFlags) addFilter(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.search, "search", "", "only these, searched by email as the server understands it")
	f.StringArrayVar(&o.where, "where", nil, "only customers that meet this condition, such as 'subs=0' or company~acme (repeatable: all must be met; see help where)")
	f.StringVar(&o.createdSince, "created-since", "", "only customers created since then: an age (7d), a date or a time")
	f.StringVar(&o.createdUntil, "created-until", "", "only customers created until then; a date counts as a whole (UTC)")
	_ = c.RegisterFlagCompletionFunc("where", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return query.Names(customerFields()), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

// addOrder puts the flags of the order on a command.
func (o *selectionFlags) addOrder(app *cli.App, c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.sortBy, "sort-by", "", "field to sort by; all but created_at, email and company_name are sorted here, once all customers are read")
	f.StringVar(&o.sortDir, "sort-dir", "", "asc or desc (default: asc for text, desc for dates and numbers)")
	_ = c.RegisterFlagCompletionFunc("sort-by", cli.Fixed(query.Names(customerFields())...))
	app.Choice(c, "sort-dir", client.SortAsc, client.SortDesc)
}

// addConsistency puts --consistency on a command that reads every page.
func (o *selectionFlags) addConsistency(app *cli.App, c *cobra.Command) {
	c.Flags().StringVar(&o.consistency, "consistency", fast,
		"how to read while customers change: "+cli.JoinOr(consistencies())+" (until two readings saw no change)")
	app.Choice(c, "consistency", consistencies()...)
}

// The values of --consistency.
const (
	fast     = "fast"
	scan     = "scan"
	verified = "verified"
)

func consistencies() []string { return []string{fast, scan, verified} }

// selection returns what the flags mean, of every customer, and what is wrong with them.
func (o *selectionFlags) selection(now time.Time) (selection, error) {
	s := selection{search: o.search, sorts: o.sortBy != "" || o.sortDir != "", consistency: o.consistency, all: true}
	field, unknown := query.Find("--sort-by", cmp.Or(o.sortBy, client.SortByCreatedAt), customerFields())
	s.sortField, s.sortBy, s.sortDir = field, field.Name, o.sortDir
	if s.sortDir == "" {
		s.sortDir = client.SortDesc
		if field.Text != nil {
			s.sortDir = client.SortAsc
		}
	}
	var badConditions error
	s.conditions, badConditions = o.conditions(now)
	return s, errors.Join(cli.CheckText("--search", o.search), unknown, badConditions)
}

// conditions returns those of --where, --created-since and --created-until.
func (o *selectionFlags) conditions(now time.Time) (all []query.Condition[client.Customer], err error) {
	add := func(flag, text string) error {
		c, err := query.Parse(flag, text, customerFields(), now)
		all = append(all, c)
		return err
	}
	var wrong []error
	for _, text := range o.where {
		if err := add("--where", text); err != nil {
			wrong = append(wrong, onlyInDetail(err, text))
		}
	}
	for _, bound := range []struct{ flag, value, op string }{
		{"--created-since", o.createdSince, ">="}, {"--created-until", o.createdUntil, "<="},
	} {
		if bound.value == "" {
			continue
		}
		if _, _, err := query.ParseTime(bound.value, now); err != nil {
			wrong = append(wrong, failure.Invalidf(bound.flag, "must be an age such as 7d, a date such as 2026-11-01, or a time such as 2026-11-01T09:30:00Z (got %q)", bound.value))
			continue
		}
		wrong = append(wrong, add(bound.flag, "created_at"+bound.op+bound.value))
	}
	return all, errors.Join(wrong...)
}

// filtered reports whether customers are chosen here.
func (s *selection) filtered() bool { return len(s.conditions) > 0 }

// keeps reports whether a customer that the server sent is one of the selection.
func (s *selection) keeps(c client.Customer) bool {
	if s.email != "" && (c.Email == nil || !emailaddr.Same(*c.Email, s.email)) {
		return false
	}
	for i := range s.conditions {
		if !s.conditions[i].Holds(c) {
			return false
		}
	}
	return true
}

// order is how the customers of a selection are brought into their order.
type order int

const (
	anyOrder      order = iota // none was asked for
	serverOrder                // the server sorts; what it sends is checked
	reversedOrder              // newest first: read oldest first, then reversed
	ownOrder                   // the server has no such order: all are read and sorted here
)

func (s *selection) order() order {
	switch {
	case !s.sorts:
		return anyOrder
	case !slices.Contains(serverSorts(), s.sortBy):
		return ownOrder
	case s.all && s.limit == 0 && s.sortBy == client.SortByCreatedAt && s.sortDir == client.SortDesc:
		return reversedOrder
	}
	return serverOrder
}

// serverSorts returns the fields that the server can sort by.
func serverSorts() []string {
	return []string{client.SortByCreatedAt, client.SortByEmail, client.SortByCompanyName}
}

// fields returns the columns of a table that show what the customers are chosen and sorted by.
func (s *selection) fields() []string {
	var names []string
	if s.sorts {
		names = append(names, s.sortField.Name)
	}
	for _, c := range s.conditions {
		names = append(names, c.Field.Name)
	}
	for i, name := range names {
		if name == "instance_count" || name == "running_instance_count" {
			names[i] = "instances" // shows both
		}
	}
	return names
}

// whole reports whether every customer is read, so that --consistency counts.
func (s *selection) whole() bool { return s.all && s.limit == 0 || s.order() == ownOrder }

// searches returns what the server is asked for, one after the other, until it brings customers.
func (s *selection) searches() []string {
	if s.email != "" {
		return emailaddr.Searches(s.email)
	}
	return []string{s.search}
}

// serverOptions returns the part of the selection that the server does.
func (s *selection) serverOptions() client.ListOptions {
	return client.ListOptions{Search: s.search, SortBy: s.sortBy, SortDir: s.sortDir, PerPage: s.perPage}
}

// String describes the selection after a word such as customers: ` matching "x" with instance_count>0`, or "" for all.
func (s *selection) String() string {
	var b strings.Builder
	switch {
	case s.email != "":
		b.WriteString(" with the email " + s.email)
	case s.search != "":
		fmt.Fprintf(&b, " matching %q", s.search)
	}
	for i, c := range s.conditions {
		b.WriteString([]string{" where ", " and "}[min(i, 1)] + c.Text)
	}
	return b.String()
}

// onlyInDetail explains an unknown field that only the full record of a customer has.
func onlyInDetail(err error, text string) error {
	if _, ok := query.Parse("--where", text, detailFields(), time.Time{}); ok != nil {
		return err
	}
	f := failure.Invalidf("--where", "lists have no such field, only the full record of a customer (got %q)", text)
	f.Hint = "the fields are " + cli.JoinComma(query.Names(customerFields()))
	return f
}
