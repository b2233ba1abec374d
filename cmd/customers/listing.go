package customers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// listing is what a command lists: one page, or a walk over many. All but customers is about what they have returned.
type listing interface {
	customers(ctx context.Context) iter.Seq2[client.Customer, error]
	members() []output.Member // of the envelope
	footer() string           // how much of the list this is
	note(status output.Status)
	complete() bool // these are all customers of the selection
	cutShort() bool // there are more customers than those asked for
	total() int64   // customers of the selection, as far as it is known
	err() error     // why the customers, which are valid, may not be all, or not in the order asked for
}

// manyRows is the number of rows from which on holding them in memory is reported.
const manyRows = 10_000

// printListing prints the customers of a listing with its notes, and returns how many.
func printListing(ctx context.Context, status output.Status, printer *output.Printer[client.Customer], w io.Writer, l listing) (int, error) {
	read := 0
	seq := func(yield func(client.Customer, error) bool) {
		for c, err := range l.customers(ctx) {
			if read++; read == manyRows+1 && err == nil && printer.Holds() {
				status.Note("-o %s keeps every row in memory until the last is read; jsonl and csv do not.", printer.Format().Name)
			}
			if !yield(c, err) {
				return
			}
		}
	}
	result, err := printer.List(w, seq, output.Envelope{Key: "customers", Schema: "customers.list", Members: l.members})
	if err != nil {
		return 0, err
	}
	l.note(status)
	if !isDocument(printer.Format()) {
		status.Footer(l.footer(), result.Hidden)
	}
	return result.Rows, l.err()
}

// isDocument reports whether the format has an envelope that says how much of the list it holds.
func isDocument(f output.Format) bool { return f.Name == "json" || f.Name == "yaml" }

// isIncomplete reports whether err ends a listing whose rows are valid.
func isIncomplete(err error) bool {
	_, ok := errors.AsType[*client.IncompleteError](err)
	return ok
}

// listedPage is one page of the customers.
type listedPage struct {
	*client.CustomerPage
	*selection

	asked client.ListOptions
}

func (p *listedPage) customers(context.Context) iter.Seq2[client.Customer, error] {
	return cli.Each(p.Customers)
}

// another reports whether the server has sent another page than the one asked for.
func (p *listedPage) another() bool {
	return p.Page >= 0 && p.Page != int64(p.asked.Page) || p.PerPage >= 0 && p.PerPage != int64(p.asked.PerPage)
}

func (p *listedPage) complete() bool {
	return p.asked.Page == 1 && p.Total == int64(len(p.Customers)) && !p.another()
}

func (p *listedPage) cutShort() bool { return !p.complete() }

func (p *listedPage) total() int64 { return p.Total }

func (p *listedPage) members() []output.Member { return withComplete(p.Envelope, p.complete()) }

func (p *listedPage) note(status output.Status) {
	if p.another() {
		status.Warn("page %d of %d customers was requested, and the server sent page %d of %d", p.asked.Page, p.asked.PerPage, p.Page, p.PerPage)
	}
}

func (p *listedPage) err() error {
	if p.sorts && !p.Sorted(p.asked) {
		return p.notSorted()
	}
	return nil
}

// footer describes how much of the list a page holds. A total that the rows contradict is left out.
func (p *listedPage) footer() string {
	number, size := p.asked.Page, int64(p.asked.PerPage)
	rows, before := int64(len(p.Customers)), int64(number-1)*size
	pages := (p.Total + size - 1) / size
	next := fmt.Sprintf(" Next: --page %d, or --all", number+1)
	switch {
	case rows == 0 && p.Total <= 0:
		return "No customers" + p.String() + "."
	case rows == 0:
		return fmt.Sprintf("No customers on page %d: page %d is the last of %s%s.", number, pages, cli.Plural(p.Total, "customer"), p.String())
	case p.Total < before+rows && rows < size:
		return fmt.Sprintf("%s%s (page %d).", cli.Plural(rows, "customer"), p.String(), number)
	case p.Total < before+rows:
		return fmt.Sprintf("%s%s (page %d).", cli.Plural(rows, "customer"), p.String(), number) + next
	case p.Total == before+rows:
		next = ""
	}
	return fmt.Sprintf("%s of %s%s (page %d of %d).", output.Number(rows), cli.Plural(p.Total, "customer"), p.String(), number, pages) + next
}

// withComplete returns the members of the API's envelope, and complete in place of one of that name.
func withComplete(envelope json.RawMessage, complete bool, replaced ...output.Member) []output.Member {
	all := replaced
	members, _ := jsonobject.Members(envelope) // the client has read it; it is empty before the first page
	for _, m := range members {
		if m.Name != "complete" && !slices.ContainsFunc(replaced, func(own output.Member) bool { return own.Name == m.Name }) {
			all = append(all, output.Member{Name: m.Name, Value: m.Value})
		}
	}
	return append(all, output.Member{Name: "complete", Value: complete})
}

// noteSearch explains a search that finds no customer: it is about emails alone.
func (s *selection) noteSearch(status output.Status) {
	if s.search != "" {
		status.Note("--search looks at emails only. By company: --where %s", files.ShellWord("company~="+s.search))
	}
}
