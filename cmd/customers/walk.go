package customers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

// walk reads the customers of a selection once.
type walk struct {
	*selection

	pager      *client.Pager
	stateDir   string
	rows       int                     // customers handed out
	cut        bool                    // --limit ended it before the last one
	resorted   bool                    // the server did not sort, and this side did
	incomplete *client.IncompleteError // why customers may be missing, or nil
	progress   *progress               // nil shows none
}

// walk returns the walk of a selection. It goes oldest first, the order that can be shown to be complete, where it can be
// turned into the order asked for.
func (s *selection) walk(api *cli.Session, q client.ListOptions) *walk {
	if s.all && !s.sorts || s.newestFirst() || s.sortsHere() {
		q.SortBy, q.SortDir = "", ""
	}
	w := &walk{selection: s, pager: api.Customers.Pager(q), stateDir: api.Settings.StateDir}
	w.pager.Verified = s.consistency == verified
	w.pager.Sequential = s.consistency == scan || !s.whole() // no page beyond the limit is read
	return w
}

// customers returns the customers in the order asked for. A walk that may be incomplete ends without an error: see incomplete.
func (w *walk) customers(ctx context.Context) iter.Seq2[client.Customer, error] {
	rows := w.read(ctx)
	switch {
	case w.sortsHere():
		rows = w.sorted(rows)
	case w.newestFirst():
		rows = w.backwards(rows)
	case w.whole() && w.sorts:
		rows = w.checked(rows)
	}
	return func(yield func(client.Customer, error) bool) {
		for c, err := range rows {
			if w.sortsHere() && w.limit > 0 && w.rows == w.limit {
				w.cut = true
				return
			}
			if err == nil {
				w.rows++
			}
			if !yield(c, err) || err != nil {
				return
			}
			if w.limit > 0 && w.rows == w.limit && !w.sortsHere() { // do not read the next page
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
		read := 0
		for c, err := range w.pager.All(ctx) {
			if errors.As(err, &w.incomplete) {
				return
			}
			if read++; err == nil && w.progress != nil && read%client.MaxPerPage == 0 {
				w.progress.show(read, w.listed())
			}
			if err == nil && !w.keeps(c) {
				continue
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
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
	case w.sorts && !w.newestFirst() && !w.sortsHere() && !w.resorted && !w.pager.Report().Sorted:
		return w.notSorted()
	}
	return nil
}

// notSorted is the failure of a list whose rows are not in the order that was asked for.
func (s *selection) notSorted() error {
	return &failure.Failure{
		Exit: failure.ExitPartial, Code: "not_sorted", Outcome: failure.OutcomeNone,
		Message: "the server did not sort by " + s.sortBy + " " + s.sortDir + ": the rows are in an order of its own",
		Hint:    "--all reads every customer and sorts them here",
	}
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

// backwards returns the customers, which come oldest first, newest first. Unlike sorted it needs no memory for each of them.
func (w *walk) backwards(rows iter.Seq2[client.Customer, error]) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		held := newReverseSpool(w.stateDir)
		defer held.close()
		for c, err := range rows {
			if err == nil {
				err = held.add(c)
			}
			if err != nil {
				yield(client.Customer{}, err)
				return
			}
		}
		all := held.all(true)
		if !w.pager.Report().Sorted {
			all = w.sorted(held.all(false))
		}
		all(yield)
	}
}

// checked hands the customers out as they come, unless the first page is not in the order that was asked for.
func (w *walk) checked(rows iter.Seq2[client.Customer, error]) iter.Seq2[client.Customer, error] {
	return func(yield func(client.Customer, error) bool) {
		next, stop := iter.Pull2(rows)
		defer stop()
		first, err, ok := next()
		rest := func(yield func(client.Customer, error) bool) {
			for c, e := first, err; ok; c, e, ok = next() {
				if !yield(c, e) {
					return
				}
			}
		}
		if err == nil && !w.pager.Report().Sorted {
			w.resorted = true
			w.sorted(rest)(yield)
			return
		}
		rest(yield)
	}
}

// sorted reads all customers and hands them out in the order asked for. They are in a file meanwhile, with only the values
// that they are sorted by in memory.
func (w *walk) sorted(rows iter.Seq2[client.Customer, error]) iter.Seq2[client.Customer, error] {
	type place struct {
		key query.Key
		at  int64
		n   int
	}
	return func(yield func(client.Customer, error) bool) {
		spool := files.Spool{Dir: spoolDir(w.stateDir), Memory: spoolBlock}
		defer spool.Close()
		var index []place
		for c, err := range rows {
			raw := c.RawJSON()
			at := spool.Size()
			if err == nil {
				if _, err = io.WriteString(&spool, raw); err != nil {
					err = notStored(err)
				}
			}
			if err != nil {
				yield(client.Customer{}, err)
				return
			}
			index = append(index, place{w.sortField.Key(c), at, len(raw)})
		}
		slices.SortStableFunc(index, func(a, b place) int { return a.key.Compare(b.key, w.sortDir == client.SortDesc) })
		for _, p := range index {
			var c client.Customer
			raw := make([]byte, p.n)
			_, err := spool.ReadAt(raw, p.at)
			if err == nil {
				err = c.UnmarshalJSON(raw)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
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
		return fmt.Sprintf("%d of %s %s%s", rows, cli.Plural(w.listed(), "customer"), match, end)
	case rows == 0:
		return "No customers" + w.String() + "."
	case w.cut && total >= rows:
		return fmt.Sprintf("%d of %s%s", rows, cli.Plural(total, "customer"), w.String()) + end
	case w.incomplete == nil && !w.cut:
		end = " (complete)."
	}
	return cli.Plural(rows, "customer") + w.String() + end
}

// spoolDir is the folder of temporary files below the state folder; "" is the system's.
func spoolDir(stateDir string) string {
	if stateDir == "" {
		return ""
	}
	return filepath.Join(stateDir, "tmp")
}

// progress shows on stderr how far a walk has come.
type progress struct {
	app   *cli.App
	mode  string // of the meter
	from  int    // it appears once so many customers are read
	began time.Time
	meter output.Progress // nil before
}

func newProgress(app *cli.App, mode string, from int) *progress {
	return &progress{app: app, mode: mode, from: from, began: app.Now()}
}

// show shows that so many customers are read, of a total that may be wrong.
func (p *progress) show(read int, total int64) {
	if read < p.from {
		return
	}
	if p.meter == nil {
		p.meter = p.app.Progress(p.mode)
	}
	s := output.Step{Verb: "Reading", Done: read, Total: int(max(total, int64(read))), Left: -1}
	if took := p.app.Now().Sub(p.began); took > 0 && read > 0 {
		s.Rate = float64(read) / took.Seconds()
		s.Left = time.Duration(float64(s.Total-read) / s.Rate * float64(time.Second))
	}
	p.meter.Show(s)
}

func (p *progress) close() {
	if p.meter != nil {
		p.meter.Close()
	}
}
