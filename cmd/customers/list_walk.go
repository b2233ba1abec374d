package customers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// printWalk prints the rows of every page. An incomplete walk prints what was found, and fails.
func (o *customersListOptions) printWalk(ctx context.Context, api *cli.Session, printer *output.Printer[client.Customer], w io.Writer) (int, error) {
	walk := o.walk(api, o.pageQuery())
	seq := func(yield func(client.Customer, error) bool) {
		for c, err := range walk.customers(ctx) {
			if walk.rows == manyRows+1 && err == nil && printer.Holds() {
				api.Status.Note("-o %s keeps every row in memory until the last is read; jsonl and csv do not.", printer.Format().Name)
			}
			if !yield(c, err) {
				return
			}
		}
	}
	result, err := printer.List(w, seq, output.Envelope{Key: "customers", Schema: "customers.list", Members: walk.members})
	if err != nil {
		return 0, err
	}
	walk.note(api.Status)
	if !isDocument(printer.Format()) {
		api.Status.Footer(walkFooter(walk), result.Hidden)
	}
	if walk.rows == 0 {
		o.noteSearch(api.Status)
	}
	if err := walk.err(); err != nil {
		return walk.rows, err
	}
	if o.failIfTruncated && walk.cut {
		total := walk.total()
		if walk.filtered() || walk.emailGiven {
			total = int64(walk.rows) // how many match is not known
		}
		return walk.rows, truncated(walk.rows, total)
	}
	return walk.rows, nil
}

// toFile writes the list to a file, as a whole or not at all.
func (o *customersListOptions) toFile(ctx context.Context, api *cli.Session, printer *output.Printer[client.Customer]) error {
	rows := 0
	err := writeFile("--out", o.out, o.force, func(w io.Writer) (err error) {
		rows, err = o.list(ctx, api, printer, w)
		return err
	})
	if isIncomplete(err) {
		return withheld(o.out, err, "run it again: customers were created or deleted meanwhile; customers export has --allow-incomplete")
	}
	if err == nil {
		api.Status.Note("%s: %s.", o.out, cli.Plural(int64(rows), "customer"))
	}
	return err
}

// manyRows is the number of rows from which on holding them in memory is reported.
const manyRows = 10_000

// isIncomplete reports whether err ends a listing whose rows are valid.
func isIncomplete(err error) bool {
	_, ok := errors.AsType[*client.IncompleteError](err)
	return ok
}

// envelope returns the members of the API's envelope plus complete.
func envelope(page json.RawMessage, complete bool) output.Envelope {
	return output.Envelope{Key: "customers", Schema: "customers.list", Members: func() []output.Member {
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
	merged := []output.Member{
		{Name: "page", Value: 1},
		{Name: "per_page", Value: rows},
		{Name: "total", Value: total},
		{Name: "total_pages", Value: pages},
	}
	members, _ := jsonobject.Members(r.Envelope) // the client has read it; it is empty before the first page
	members = slices.DeleteFunc(members, func(m jsonobject.Member) bool {
		return slices.ContainsFunc(merged, func(own output.Member) bool { return own.Name == m.Name })
	})
	return append(merged, withComplete(members, complete)...)
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
