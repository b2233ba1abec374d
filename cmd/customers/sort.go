package customers

import (
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

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

// spoolDir is the folder of temporary files below the state folder; "" is the system's.
func spoolDir(stateDir string) string {
	if stateDir == "" {
		return ""
	}
	return filepath.Join(stateDir, "tmp")
}

// notStored is the failure to store customers until all are read.
func notStored(err error) error {
	return fmt.Errorf("store the customers until all are read: %w (oldest first, -o jsonl needs no space)", err)
}

// notSorted is the failure of a list whose rows are not in the order that was asked for.
func (s *selection) notSorted() error {
	return &failure.Failure{
		Exit: failure.ExitPartial, Code: "not_sorted", Outcome: failure.OutcomeNone,
		Message: "the server did not sort by " + s.sortBy + " " + s.sortDir + ": the rows are in an order of its own",
		Hint:    "--all reads every customer and sorts them here",
	}
}
