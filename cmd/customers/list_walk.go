package customers

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// walk prints the rows of every page. An incomplete walk prints what was found, and fails.
func (o *customersListOptions) walk(ctx context.Context, env *cli.App, api *cli.Session, printer *output.Printer[client.Customer]) error {
	pager := o.pager(api)
	var incomplete *client.IncompleteError
	rows, cut := 0, false
	seq := func(yield func(client.Customer, error) bool) {
		for c, err := range o.customers(ctx, api, pager) {
			if errors.As(err, &incomplete) {
				return
			}
			if err == nil && o.emailGiven && (c.Email == nil || !emailaddr.Same(*c.Email, o.email)) {
				continue
			}
			if rows++; rows == manyRows+1 && isHeld(printer.Format()) {
				api.Status.Note("-o %s holds every row in memory until the last is read; jsonl and csv do not.", printer.Format().Name)
			}
			if !yield(c, err) || err != nil {
				return
			}
			if o.limit > 0 && rows == o.limit { // do not read the next page
				cut = pager.Report().Total != int64(rows)
				return
			}
		}
	}
	members := output.Envelope{Key: "customers", Members: func() []output.Member {
		r := pager.Report()
		if o.emailGiven {
			r.Total = int64(rows) // the server counts what its search matches
		}
		return mergedMembers(r, rows, !cut && incomplete == nil)
	}}
	result, err := printer.List(env.Out, seq, members)
	if err != nil {
		return err
	}
	noteWalks(api.Status, pager)
	if !isDocument(printer.Format()) {
		api.Status.Footer(o.walkFooter(pager.Report(), rows, cut), result.Hidden)
	}
	switch {
	case incomplete != nil:
		return incomplete
	case o.sortGiven && !o.newestFirst() && !o.sortedHere && !pager.Report().Sorted:
		return o.notSorted()
	}
	return nil
}

// manyRows is the number of rows from which on holding them in memory is reported.
const manyRows = 10_000

// noteWalks reports that a list was read more often than asked for.
func noteWalks(status output.Status, pager *client.Pager) {
	expected := 1
	if pager.Verified {
		expected = 2
	}
	if walks := pager.Report().Walks; walks > expected {
		status.Note("The list changed while it was read, so it was read %d times.", walks)
	}
}

// isHeld reports whether a format keeps its rows in memory until the last one is known.
func isHeld(f output.Format) bool { return f.Human || f.Name == "yaml" }

// isIncomplete reports whether err ends a listing whose rows are valid.
func isIncomplete(err error) bool {
	_, ok := errors.AsType[*client.IncompleteError](err)
	return ok
}

// envelope returns the members of the API's envelope plus complete.
func envelope(page json.RawMessage, complete bool) output.Envelope {
	return output.Envelope{Key: "customers", Members: func() []output.Member {
		members, _ := jsonobject.Members(page) // the client has read it
		return withComplete(members, complete)
	}}
}

// mergedMembers returns the envelope of a walk as one page, with the server's total unless it is less than the rows.
func mergedMembers(r client.WalkReport, rows int, complete bool) []output.Member {
	total, pages := max(r.Total, int64(rows)), int64(0)
	if rows > 0 {
		pages = (total + int64(rows) - 1) / int64(rows)
	}
	merged := map[string]any{"page": 1, "per_page": rows, "total": total, "total_pages": pages}
	out := []output.Member{
		{Name: "page", Value: 1},
		{Name: "per_page", Value: rows},
		{Name: "total", Value: total},
		{Name: "total_pages", Value: pages},
	}
	members, _ := jsonobject.Members(r.Envelope) // the client has read it; it is empty before the first page
	for _, m := range members {
		if _, known := merged[m.Name]; !known && m.Name != "complete" {
			out = append(out, output.Member{Name: m.Name, Value: m.Value})
		}
	}
	return append(out, output.Member{Name: "complete", Value: complete})
}

func withComplete(members []jsonobject.Member, complete bool) []output.Member {
	var out []output.Member
	for _, m := range members {
		if m.Name != "complete" {
			out = append(out, output.Member{Name: m.Name, Value: m.Value})
		}
	}
	return append(out, output.Member{Name: "complete", Value: complete})
}
