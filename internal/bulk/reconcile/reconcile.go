package reconcile

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	// QuietPeriod is how long after a send its customer may still appear: longer than the time-outs of the server and
	// of what is in front of it.
	QuietPeriod = 60 * time.Second

	AbsenceInterval = 5 * time.Second // between the two absent answers that absence takes
	ClockTolerance  = 2 * time.Second // that the server's two clocks may differ by: Date and created_at
	maxLooks        = 10              // looks that bring no usable answer
)

// API is what an import needs of HydraCore. Its writes and Probe must not be repeated by themselves (see [NewAPI]); its
// reads may be.
type API interface {
	Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error)
	Clone(ctx context.Context, sourceID string, r client.CloneRequest) (*client.CreatedCustomer, error)
	List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error)
	FindByEmail(ctx context.Context, email string) ([]client.Customer, error)
	Get(ctx context.Context, id string) (*client.CustomerDetail, error)
	// Probe reads as little as can be, to find out whether the server answers.
	Probe(ctx context.Context) error
}

// Write is a write of which nobody knows whether it was carried out.
type Write struct {
	// Sent is what was sent.
	Sent record.Values
	// First and Last are the times of the first and the last send in doubt, by the clock of Reconciler.Now.
	First, Last time.Time
}

// Result is what became of a doubtful write.
type Result struct {
	// State is Created (the customer is ours), Exists (somebody else's has the email), Unknown, or Pending: it was not
	// carried out and, the quiet period being over, will not be.
	State record.State
	// Customer is the one that was found, for Created and Exists.
	Customer *client.Customer
	// Reason says in a phrase why the state is Unknown.
	Reason string
}

// Reconciler settles doubt by looking for the customer. It needs no journal: a single command uses it with the record
// of its one write.
type Reconciler struct {
	API API
	// Quiet is the quiet period; QuietPeriod when 0.
	Quiet time.Duration
	// Now is the server's clock; this machine's when nil. See [ServerClock].
	Now func() time.Time
	// ClockKnown tells that Now really is the server's clock.
	ClockKnown bool
	// Claimed tells that a customer belongs to another write; nil when there is none.
	Claimed func(id uuid.UUID) bool
	// SearchBlind looks through the list for what the search does not find.
	SearchBlind bool
	// Eager looks several times within the quiet period, for someone who waits for the answer.
	Eager bool
}

// ServerClock reads the server's clock once, and gives a function that goes on with it; known is false when the
// server does not tell.
func ServerClock(ctx context.Context, api API) (now func() time.Time, known bool, err error) {
	page, err := api.List(ctx, client.ListOptions{PerPage: 1})
	if err != nil {
		return time.Now, false, err
	}
	skew := ClockSkew(page.Date, time.Now())
	return func() time.Time { return time.Now().Add(skew) }, !page.Date.IsZero(), nil
}

func ClockSkew(server, here time.Time) time.Duration {
	if server.IsZero() {
		return 0
	}
	return server.Sub(here)
}

// Settle looks for the customer until it is found, or until its absence is proven: presence is proof at any time,
// absence only when the quiet period is over and two looks, 5 s apart, find nothing. A write without an email is
// recognised by its fields, and is Unknown unless exactly one new customer has them. The error is that of ctx or of a look.
func (r *Reconciler) Reconcile(ctx context.Context, d Write) (Result, error) {
	quietEnd := d.Last.Add(r.quiet())
	absent, failed := 0, 0
	for step := 0; ; step++ {
		s, err := r.look(ctx, d)
		_, incomplete := errors.AsType[*client.IncompleteError](err)
		switch {
		case incomplete && failed < maxLooks:
			failed++
		case incomplete || errors.Is(err, errNoOrder):
			return Result{State: record.Unknown, Reason: err.Error()}, nil
		case err != nil:
			return Result{State: record.Unknown, Reason: err.Error()}, err
		case s.State != record.Pending:
			return s, nil
		case !r.now().Before(quietEnd):
			absent++
		}
		if absent == 2 {
			return r.absent(d), nil
		}
		if err := Sleep(ctx, r.pause(step, quietEnd)); err != nil {
			return Result{State: record.Unknown, Reason: "the wait for the answer was broken off"}, err
		}
	}
}

// Holder looks who has the email of a write that was refused. Pending means that nobody has. After a refusal that
// speaks of a duplicate an empty answer is not believed the first time: reads may lag behind.
func (r *Reconciler) FindDuplicate(ctx context.Context, d Write, duplicate bool) (Result, error) {
	for looks := 0; ; looks++ {
		found, err := r.find(ctx, d.Sent[record.Email], d.First)
		_, incomplete := errors.AsType[*client.IncompleteError](err)
		switch {
		case err != nil && !incomplete && !errors.Is(err, errNoOrder):
			return Result{State: record.Pending}, err
		case len(found) > 0 && d.First.IsZero():
			return Result{State: record.Exists, Customer: &found[0]}, nil
		case len(found) > 0:
			return r.among(ctx, d, found)
		case looks == 1 || !duplicate && !incomplete:
			return Result{State: record.Pending}, nil
		}
		if err := Sleep(ctx, AbsenceInterval); err != nil {
			return Result{State: record.Pending}, err
		}
	}
}

// absent is what a proven absence means: without an email the write cannot be recognised with certainty, and is not
// repeated.
func (r *Reconciler) absent(d Write) Result {
	if d.Sent[record.Email] == "" {
		return Result{State: record.Unknown, Reason: "no new customer with these fields was found, and without an email that proves nothing"}
	}
	return Result{State: record.Pending}
}

// pause is the time until the next look.
func (r *Reconciler) pause(step int, quietEnd time.Time) time.Duration {
	left := quietEnd.Sub(r.now())
	if left <= 0 {
		return AbsenceInterval
	}
	if r.Eager {
		return min(left, time.Second<<min(step, 5))
	}
	return left
}

// look looks once. Pending means that nothing was found.
func (r *Reconciler) look(ctx context.Context, d Write) (Result, error) {
	if d.Sent[record.Email] == "" {
		return r.lookForFields(ctx, d)
	}
	found, err := r.find(ctx, d.Sent[record.Email], d.First)
	if err != nil || len(found) == 0 {
		return Result{State: record.Pending}, err
	}
	return r.among(ctx, d, found)
}

// among picks this write's customer out of those with its email.
func (r *Reconciler) among(ctx context.Context, d Write, found []client.Customer) (Result, error) {
	best := Result{State: record.Exists, Customer: &found[0]}
	for i := range found {
		state, reason, err := r.attribute(ctx, d, &found[i])
		switch {
		case err != nil:
			return Result{State: record.Pending}, err
		case state == record.Created:
			return Result{State: record.Created, Customer: &found[i]}, nil
		case state == record.Unknown:
			best = Result{State: record.Unknown, Customer: &found[i], Reason: "a customer with this email exists, but " + reason}
		}
	}
	return best, nil
}

// find gives the customers with that very email. A backslash, which SQL's LIKE takes as an escape, is looked for among the
// new customers, as is every email when the search is blind.
func (r *Reconciler) find(ctx context.Context, email string, since time.Time) ([]client.Customer, error) {
	found, err := r.API.FindByEmail(ctx, email)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if !r.SearchBlind && (!strings.Contains(email, `\`) || since.IsZero()) {
		return nil, nil
	}
	return r.recent(ctx, since, func(c *client.Customer) bool {
		return c.Email != nil && emailaddr.Same(*c.Email, email)
	})
}

func (r *Reconciler) claimed(id uuid.UUID) bool { return r.Claimed != nil && r.Claimed(id) }

func (r *Reconciler) quiet() time.Duration {
	if r.Quiet > 0 {
		return r.Quiet
	}
	return QuietPeriod
}

func (r *Reconciler) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}
