package reconcile

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxRecentPages bounds the walk through new customers (100,000 of them).
const maxRecentPages = 1000

// ErrNoOrder says that new customers cannot be found by their creation times.
var ErrNoOrder = errors.New("the server's creation times cannot be used to find new customers")

// find returns the customers that may be a write's: those with its email or, without one, new ones that have what was sent.
func (r *Reconciler) find(ctx context.Context, w *Write) ([]client.Customer, error) {
	email := w.Sent[record.Email]
	if email == "" {
		return r.recent(ctx, w, func(c *client.Customer) bool {
			listed := listedFields(c)
			return text(c.Email) == "" && listed.compare(&w.Sent).different == "" && !r.claimed(c.ID)
		})
	}
	return r.findEmail(ctx, w, email)
}

// findEmail returns the customers with an email. One with a backslash is looked for among the new customers, as is every one
// when the search is blind.
func (r *Reconciler) findEmail(ctx context.Context, w *Write, email string) ([]client.Customer, error) {
	found, err := r.API.FindByEmail(ctx, email)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if !r.Blind() && (Searchable(email) || w.First.IsZero()) {
		return nil, nil
	}
	return r.recent(ctx, w, func(c *client.Customer) bool { return c.Email != nil && emailaddr.Same(*c.Email, email) })
}

// recent returns the customers that fit, of those that were created since the write.
func (r *Reconciler) recent(ctx context.Context, w *Write, fits func(*client.Customer) bool) ([]client.Customer, error) {
	since, ok := r.Learned.earliest(w)
	if !ok && !w.First.IsZero() {
		return nil, ErrNoOrder
	}
	var found []client.Customer
	seen := map[string]bool{}
	for c, err := range Newest(ctx, r.API) {
		switch {
		case err != nil:
			return nil, err
		case !w.First.IsZero() && c.CreatedAt.Time.Before(since):
			return found, nil
		case !seen[c.ID] && fits(c):
			seen[c.ID] = true
			found = append(found, *c)
		}
	}
	return found, nil
}

// Newest walks the customers from the newest on. New ones that come in meanwhile push others to later pages, never past the
// walk. The error is [ErrNoOrder], or that of a request.
func Newest(ctx context.Context, api API) iter.Seq2[*client.Customer, error] {
	return func(yield func(*client.Customer, error) bool) {
		var newer time.Time
		var pages PageWalk
		o := client.ListOptions{PerPage: client.MaxPerPage, SortBy: "created_at", SortDir: "desc"}
		for o.Page = 1; o.Page <= maxRecentPages; o.Page++ {
			page, err := api.List(ctx, o)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range page.Customers {
				c := &page.Customers[i]
				at := c.CreatedAt.Time
				if at.IsZero() || !newer.IsZero() && at.After(newer.Add(ClockTolerance)) {
					yield(nil, ErrNoOrder)
					return
				}
				if !yield(c, nil) {
					return
				}
				newer = at
			}
			if pages.EndsWith(page) {
				return
			}
		}
		yield(nil, ErrNoOrder)
	}
}

// PageWalk finds the end of a list that is read page by page. A server may have pages of another size than was asked for, so
// that not every page of fewer than that is the last one.
type PageWalk struct{ size, read int }

// EndsWith reports whether a page, the next one of the walk, is the last.
func (w *PageWalk) EndsWith(page *client.CustomerPage) bool {
	n := len(page.Customers)
	w.size, w.read = max(w.size, n), w.read+n
	return n == 0 || n < w.size || n < client.MaxPerPage && page.Total <= int64(w.read)
}

// proof is what is known of the search.
type proof int

const (
	proven   proof = iota // it finds what must be there
	unproven              // nothing is known to be there
	refuted               // it does not find what must be there
)

// checkSearch searches for a customer that must be there: the latest that this run has created, else one of the newest that
// the list shows.
func (r *Reconciler) checkSearch(ctx context.Context) (proof, error) {
	sample := r.Learned.newestSample()
	if sample.ID == "" {
		page, err := r.API.List(ctx, client.ListOptions{PerPage: client.MaxPerPage, SortBy: "created_at", SortDir: "desc"})
		if err != nil {
			return unproven, err
		}
		i := slices.IndexFunc(page.Customers, func(c client.Customer) bool { return Searchable(text(c.Email)) })
		if i < 0 {
			return unproven, nil
		}
		sample = Sample{ID: page.Customers[i].ID, Email: *page.Customers[i].Email}
	}
	switch found, err := SearchFinds(ctx, r.API, sample); {
	case err != nil:
		return unproven, err
	case found:
		return proven, nil
	}
	return refuted, nil
}

// SearchFinds reports whether the search finds a customer that is there.
func SearchFinds(ctx context.Context, api API, there Sample) (bool, error) {
	found, err := SearchPart(ctx, api, there.Email)
	return slices.ContainsFunc(found, func(c client.Customer) bool { return c.ID == there.ID }), err
}

// SearchPart returns what a search for an email finds, which need not be all that is there.
func SearchPart(ctx context.Context, api API, email string) ([]client.Customer, error) {
	found, err := api.FindByEmail(ctx, email)
	if _, incomplete := errors.AsType[*client.IncompleteError](err); incomplete {
		err = nil
	}
	return found, err
}

// withoutTag is an address without what stands between + and @; servers that treat both as one store it. "" when there is
// nothing to leave out.
func withoutTag(email string) string {
	at := strings.LastIndexByte(email, '@')
	if plus := strings.IndexByte(email, '+'); plus > 0 && plus < at {
		return email[:plus] + email[at:]
	}
	return ""
}

// findRewritten looks for a write's customer under the address without its tag. However old one is, it is no proof of absence.
func (r *Reconciler) findRewritten(ctx context.Context, w *Write) (*client.Customer, error) {
	address := withoutTag(w.Sent[record.Email])
	if address == "" {
		return nil, nil //nolint:nilnil // nothing to look for
	}
	found, err := r.findEmail(ctx, w, address)
	if err != nil {
		return nil, err
	}
	for i := range found {
		c := &found[i]
		listed := listedFields(c)
		if !r.claimed(c.ID) && listed.compare(&w.Sent).different == "" {
			return c, nil
		}
	}
	return nil, nil //nolint:nilnil // none
}
