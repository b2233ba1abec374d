package reconcile

import (
	"cmp"
	"context"
	"fmt"
	"time"

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
	older, err := r.predates(ctx, &w, &c)
	if err != nil {
		return Result{State: record.Unknown, Customer: named, Reason: err.Error()}, err
	}
	f, err := detailFields(d)
	if err != nil {
		return Result{State: record.Unknown, Customer: named, Reason: err.Error()}, nil //nolint:nilerr // the reason says it
	}
	switch compared := f.compare(&w.Sent); {
	case older == yes && sent != "":
		return Result{State: record.Exists, Customer: named}, nil
	case older == yes || older == doubtful:
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

// acceptAnswered learns from an answer that was looked at.
func (l *Learned) acceptAnswered(c Create) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !c.CreatedAt.IsZero() {
		l.accept(c)
	}
}

// ReadUntil reads a customer again and again while reads lag behind; nil when it does not appear until then.
func ReadUntil(ctx context.Context, api API, id string, until time.Time) (*client.CustomerDetail, error) {
	for pause := time.Second; ; pause = min(2*pause, AbsenceInterval) {
		d, err := api.Get(ctx, id)
		switch {
		case err == nil:
			return d, nil
		case !client.IsNotFound(err):
			return nil, err
		case !time.Now().Before(until):
			return nil, nil //nolint:nilnil // it does not appear
		}
		if err := Sleep(ctx, min(pause, time.Until(until))); err != nil {
			return nil, err
		}
	}
}

// answer is one to the question whether a customer is older than a send.
type answer int

const (
	no answer = iota // or the clock proves nothing, and nothing else speaks against the customer
	yes
	doubtful // by the clock it is, which cannot be relied on
)

// predates reports whether a customer that an answer named is older than the send.
func (r *Reconciler) predates(ctx context.Context, w *Write, c *Create) (answer, error) {
	timed, err := r.timing(ctx, w, c.CreatedAt, dateTolerance)
	if err != nil {
		return no, err
	}
	switch timed {
	case onTime, late:
		return no, nil
	case untimed:
		if c.age() <= dateTolerance {
			return no, nil
		}
	}
	if w.Absent || !c.Date.IsZero() && c.age() <= ClockTolerance {
		return no, nil // the clock was set back
	}
	if !r.Eager {
		if err := Sleep(ctx, AbsenceInterval); err != nil {
			return no, err
		}
	}
	if r.Learned.isOlder(c) {
		return yes, nil
	}
	return doubtful, nil
}
