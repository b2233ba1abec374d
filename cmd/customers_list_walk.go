package cmd

import (
	"context"
	"errors"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// walk prints the rows of every page. An incomplete walk prints what was found and fails all the same.
func (o *customersListOptions) walk(ctx context.Context, env *Env, api *api, printer *output.Printer[client.Customer]) error {
	pager := api.Customers.Pager(o.query())
	var incomplete *client.IncompleteError
	rows, cut := 0, false
	seq := func(yield func(client.Customer, error) bool) {
		for c, err := range pager.All(ctx) {
			if errors.As(err, &incomplete) {
				return
			}
			if err == nil && o.emailGiven && (c.Email == nil || !client.SameEmail(*c.Email, o.email)) {
				continue
			}
			if rows++; !yield(c, err) || err != nil {
				return
			}
			if o.limit > 0 && rows == o.limit { // the next page is not read for nothing
				cut = pager.Report().Total != int64(rows)
				return
			}
		}
	}
	members := output.Envelope{Key: "customers", Members: func() []output.Member {
		return o.mergedMembers(pager.Report(), rows, !cut && incomplete == nil)
	}}
	result, err := printer.List(env.Out, seq, members)
	if err != nil {
		return err
	}
	if !isDocument(printer.Format()) {
		api.status.Footer(o.walkFooter(pager.Report(), rows, cut), result.Hidden)
	}
	if incomplete != nil {
		return incomplete
	}
	return nil
}

// envelope is the API's own members plus complete.
func envelope(members []client.Member, complete bool) output.Envelope {
	return output.Envelope{Key: "customers", Members: func() []output.Member { return withComplete(members, complete) }}
}

// mergedMembers makes one page of a whole walk. With --email the server's total is that of its loose search.
func (o *customersListOptions) mergedMembers(r client.WalkReport, rows int, complete bool) []output.Member {
	total := max(r.Total, int64(rows))
	if o.emailGiven {
		total = int64(rows)
	}
	pages := int64(0)
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
	for _, m := range r.Members {
		if _, known := merged[m.Name]; !known && m.Name != "complete" {
			out = append(out, output.Member{Name: m.Name, Value: m.Value})
		}
	}
	return append(out, output.Member{Name: "complete", Value: complete})
}

func withComplete(members []client.Member, complete bool) []output.Member {
	var out []output.Member
	for _, m := range members {
		if m.Name != "complete" {
			out = append(out, output.Member{Name: m.Name, Value: m.Value})
		}
	}
	return append(out, output.Member{Name: "complete", Value: complete})
}
