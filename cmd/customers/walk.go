package customers

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// walk reads the customers of a selection once.
type walk struct {
	*selection

	pagers     []*client.Pager // one for each search until there are customers
	pager      *client.Pager   // in use
	stateDir   string
	rows       int                     // customers handed out
	cut        bool                    // --limit ended it before the last one
	resorted   bool                    // the server did not sort, and this side did
	incomplete *client.IncompleteError // why customers may be missing, or nil
	progress   walkProgress            // nil shows none
}

// walk returns the walk of a selection. It goes oldest first, the order that can be shown to be complete, where it can be
// turned into the order asked for.
func (s *selection) walk(api *cli.Session) *walk {
	q := s.serverOptions()
	if order := s.order(); order == reversedOrder || order == ownOrder || order == anyOrder && s.all {
		q.SortBy, q.SortDir = "", ""
	}
	w := &walk{selection: s, stateDir: api.Settings.StateDir}
	for _, search := range s.searches() {
		q.Search = search
		pager := api.Customers.Pager(q)
		pager.Verified = s.consistency == verified
		pager.Sequential = s.consistency == scan || !s.whole() // no page beyond the limit is read
		w.pagers = append(w.pagers, pager)
	}
	w.pager = w.pagers[0]
	return w
}

// customers returns the customers in the order asked for. A walk that may be incomplete ends without an error: see incomplete.
func (w *walk) customers(ctx context.Context) iter.Seq2[client.Customer, error] {
	rows, order := w.read(ctx), w.order()
	switch {
	case order == ownOrder:
		rows = w.sorted(rows)
	case order == reversedOrder:
		rows = w.backwards(rows)
	case order == serverOrder && w.whole():
		rows = w.checked(rows)
	}
	return func(yield func(client.Customer, error) bool) {
		for c, err := range rows {
			if order == ownOrder && w.limit > 0 && w.rows == w.limit {
				w.cut = true
				return
			}
			if err == nil {
				w.rows++
			}
			if !yield(c, err) || err != nil {
				return
			}
			if w.limit > 0 && w.rows == w.limit && order != ownOrder { // do not read the next page
				r := w.pager.Report()
				w.cut = r.Total != int64(r.Rows)
				return
			}
		}
	}
}

// read returns the customers of the selection as they come.
func (w *walk) read(ctx context.Context) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		if w.progress != nil {
			defer func() {
				w.progress.show(w.pager.Report().Rows, w.listed())
				w.progress.close()
			}()
		}
		for _, w.pager = range w.pagers {
			if found, more := w.readPages(ctx, yield); found || !more {
				return
			}
		}
	}
}

// readPages yields the customers of the selection that a search brings. more is false when nothing else can be read.
func (w *walk) readPages(ctx context.Context, yield func(client.Customer, error) bool) (found, more bool) {
	read := 0
	for c, err := range w.pager.All(ctx) {
		if errors.As(err, &w.incomplete) {
			return found, false
		}
		if read++; err == nil && w.progress != nil && read%client.MaxPerPage == 0 {
			w.progress.show(read, w.listed())
		}
		if err == nil && !w.keeps(c) {
			continue
		}
		if !yield(c, err) || err != nil {
			return found, false
		}
		found = true
	}
	return found, true
}

// complete reports whether these are all the customers of the selection.
func (w *walk) complete() bool { return !w.cut && w.incomplete == nil }

func (w *walk) cutShort() bool { return w.cut }

// listed is how many customers the server lists; it does not apply the conditions.
func (w *walk) listed() int64 { return max(w.pager.Report().Total, int64(w.pager.Report().Rows)) }

func (w *walk) total() int64 {
	if w.filtered() || w.email != "" {
		return int64(w.rows) // how many match is not known
	}
	return w.listed()
}

// err returns the failure of a walk whose customers are valid: they may not be all, or not in the order asked for.
func (w *walk) err() error {
	switch {
	case w.incomplete != nil:
		return w.incomplete
	case w.order() == serverOrder && !w.resorted && !w.pager.Report().Sorted:
		return w.notSorted()
	}
	return nil
}

// note reports that the list was read more often than asked for.
func (w *walk) note(status output.Status) {
	expected := 1
	if w.pager.Verified {
		expected = 2
	}
	if walks := w.pager.Report().Walks; walks > expected {
		status.Note("The list changed while it was read, so it was read %d times.", walks)
	}
}

// members returns the envelope of a walk as one page, with the server's total unless it is less than the rows, or counts only what
// its search matches.
func (w *walk) members() []output.Member {
	r := w.pager.Report()
	total, pages := max(r.Total, int64(w.rows)), int64(0)
	if w.email != "" || w.filtered() {
		total = int64(w.rows)
	}
	if w.rows > 0 {
		pages = (total + int64(w.rows) - 1) / int64(w.rows)
	}
	return withComplete(r.Envelope, w.complete(),
		output.Member{Name: "page", Value: 1}, output.Member{Name: "per_page", Value: w.rows},
		output.Member{Name: "total", Value: total}, output.Member{Name: "total_pages", Value: pages})
}

// footer describes how much of the list the walk has found.
func (w *walk) footer() string {
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
		return fmt.Sprintf("%s of %s %s%s", output.Number(rows), cli.Plural(w.listed(), "customer"), match, end)
	case rows == 0:
		return "No customers" + w.String() + "."
	case w.cut && total >= rows:
		return fmt.Sprintf("%s of %s%s", output.Number(rows), cli.Plural(total, "customer"), w.String()) + end
	case w.incomplete == nil && !w.cut:
		end = " (complete)."
	}
	return cli.Plural(rows, "customer") + w.String() + end
}
