package reconcile

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// Answered reconciles a write whose 2xx answer named a customer that is not believed to be the write's without a look: it
// has another email, or may be older than the send. Nothing may be sent again. The result is Created, Exists when the customer
// was there before the send, or Unknown; each names the customer.
func (r *Reconciler) Answered(ctx context.Context, w Write, id string) (Result, error) {
	named := &client.Customer{ID: id}
	d, err := ReadUntil(ctx, r.API, id, r.end(&w))
	if err != nil {
		return Result{State: record.Unknown, Customer: named, Reason: err.Error()}, err
	}
	if d == nil {
		return Result{State: record.Unknown, Customer: named, Reason: "the answer named customer " + id + ", which cannot be read"}, nil
	}
	named = &client.Customer{
		ID: id, Email: d.Email, CompanyName: d.CompanyName, CountryCode: d.CountryCode, Currency: d.Currency, Timezone: d.Timezone, CreatedAt: d.CreatedAt,
	}
	sent, got := w.Sent[record.Email], text(d.Email)
	other := sent != "" && got != "" && !emailaddr.Same(sent, got)
	if other {
		r.Learned.rewritesEmails.Store(true)
	}
	switch {
	case r.claimed(id) && other && !emailaddr.Same(cmp.Or(withoutTag(sent), sent), cmp.Or(withoutTag(got), got)):
		return r.anotherRows(ctx, w, named)
	case r.claimed(id):
		return Result{State: record.Exists, Customer: named, Reason: "the answer named customer " + id + ", which another row has created"}, nil
	}
	c := Create{ID: id, Sent: w.Sent, Started: w.First, Ended: w.Last, CreatedAt: d.CreatedAt.Time, Date: w.Date}
	older, certain, err := r.predates(ctx, &w, &c)
	if err != nil {
		return Result{State: record.Unknown, Customer: named, Reason: err.Error()}, err
	}
	f, err := detailFields(d)
	if err != nil {
		return Result{State: record.Unknown, Customer: named, Reason: err.Error()}, nil //nolint:nilerr // the reason says it
	}
	switch compared := f.compare(&w.Sent); {
	case older && certain && sent != "":
		return Result{State: record.Exists, Customer: named}, nil
	case older:
		return Result{State: record.Unknown, Customer: named, Reason: "the answer named customer " + id + ", which seems to be older than the send"}, nil
	case compared.different != "":
		return Result{State: record.Unknown, Customer: named, Reason: fmt.Sprintf("the answer named customer %s, whose %s is not what was sent", id, compared.different)}, nil
	}
	if other {
		c.Sent[record.Email] = "" // the customer shows nothing of a search for what was sent
	}
	r.Learned.acceptAnswered(c)
	result := Result{State: record.Created, Customer: named}
	if other {
		result.Warning = fmt.Sprintf("the server stored the email %q as %q", sent, got)
	}
	return result, nil
}

// anotherRows searches for the customer of a write whose answer named that of another row. Nothing is sent again, whatever is found.
func (r *Reconciler) anotherRows(ctx context.Context, w Write, named *client.Customer) (Result, error) {
	found, err := r.Reconcile(ctx, w)
	if err != nil || found.State == record.Created {
		return found, err
	}
	return Result{State: record.Unknown, Customer: named, Reason: "the answer named customer " + named.ID + ", which belongs to another row"}, nil
}

// predates reports whether a customer that an answer named is older than the send, and whether the clocks that say so can be
// relied on.
func (r *Reconciler) predates(ctx context.Context, w *Write, c *Create) (older, certain bool, err error) {
	timed, err := r.timing(ctx, w, c.CreatedAt, dateTolerance)
	switch {
	case err != nil || timed == onTime || timed == late || timed == untimed && c.age() <= dateTolerance:
		return false, false, err
	case w.Absent || !c.Date.IsZero() && c.age() <= ClockTolerance:
		return false, false, nil // the clock was set back
	}
	if !r.Eager {
		if err := Sleep(ctx, AbsenceInterval); err != nil {
			return false, false, err
		}
	}
	return true, r.Learned.isOlder(c), nil
}
