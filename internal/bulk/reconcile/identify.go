package reconcile

import (
	"context"
	"fmt"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// identity is whether a customer that was found is a write's own.
type identity int

const (
	own       identity = iota
	notOwn             // it is another one, or cannot be told from another one
	undecided          // a later look may decide it
)

// identify compares a customer that was found with a write whose answer was lost. It is the write's own only if it was
// created between the first send and the last time at which the server can have carried one out, every field that was sent
// is equal, and every other field is null or has the server's default. reason says why it is not.
func (r *Reconciler) identify(ctx context.Context, w *Write, c *client.Customer) (id identity, reason string, err error) {
	if r.claimed(c.ID) {
		return notOwn, "it belongs to another row", nil
	}
	listed := listedFields(c)
	if name := listed.compare(&w.Sent).different; name != "" {
		return notOwn, "its " + name + " is not what was sent", nil
	}
	timed, err := r.timing(ctx, w, c.CreatedAt.Time, ClockTolerance)
	if err != nil {
		return undecided, "", err
	}
	switch timed {
	case untimed:
		return undecided, "its creation time cannot be compared with the send", nil
	case early:
		return notOwn, "it seems to be older than the send", nil
	case late:
		return notOwn, "it seems to have been created by something else later", nil
	}
	detail, err := r.API.Get(ctx, c.ID)
	if client.IsNotFound(err) {
		return undecided, "it cannot be read", nil // reads lag behind each other
	}
	if err != nil {
		return undecided, "", err
	}
	return r.identifyDetail(ctx, &w.Sent, detail)
}

func (r *Reconciler) identifyDetail(ctx context.Context, sent *record.Values, d *client.CustomerDetail) (identity, string, error) {
	got, err := detailFields(d)
	if err != nil {
		return undecided, "", err
	}
	switch c := got.compare(sent); {
	case c.different != "":
		return notOwn, "its " + c.different + " is not what was sent", nil
	case c.unreported != "":
		return notOwn, "the server does not report its " + c.unreported, nil
	case sent[record.Email] == "" && !enough(sent):
		return notOwn, "without an email it takes the company name and one more field to recognize it", nil
	}
	for _, i := range distinguishing() {
		if sent[i] != "" || text(got[i]) == "" {
			continue
		}
		name := record.Label(i)
		switch value, known, err := r.serverDefault(ctx, i); {
		case err != nil:
			return undecided, "", err
		case !known:
			return undecided, fmt.Sprintf("it has a %s that was not sent, and no other customer of this run shows whether that is the server's default", name), nil
		case !SameText(value, *got[i]):
			return notOwn, fmt.Sprintf("it has a %s that was not sent", name), nil
		}
	}
	return own, "", nil
}

// serverDefault returns the value that the server gives to a field that is not sent, as a confirmed create shows it.
func (r *Reconciler) serverDefault(ctx context.Context, field int) (value string, known bool, err error) {
	id := r.Learned.sampleWithout(field)
	if id == "" {
		return "", false, nil
	}
	d, err := r.API.Get(ctx, id)
	if client.IsNotFound(err) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	got, err := detailFields(d)
	return text(got[field]), err == nil, err
}

// timing compares a creation time with the sends of a write, see [Learned.timing]; it learns the clock if that may help.
func (r *Reconciler) timing(ctx context.Context, w *Write, createdAt time.Time, tolerance time.Duration) (timing, error) {
	t := r.Learned.timing(w, createdAt, r.end(w), tolerance)
	if t == onTime {
		return t, nil
	}
	err := r.Learned.clockOfEarlier(ctx, r.API)
	return r.Learned.timing(w, createdAt, r.end(w), tolerance), err
}

// end is when the server can last have carried out a send of a write.
func (r *Reconciler) end(w *Write) time.Time { return w.Last.Add(r.quiet()) }

// among picks a write's customer out of those that were found. Pending means that none is a candidate.
func (r *Reconciler) among(ctx context.Context, w *Write, found []client.Customer) (result Result, open bool, err error) {
	result.State = record.Pending
	for i := range found {
		id, reason, err := r.identify(ctx, w, &found[i])
		switch {
		case err != nil:
			return Result{State: record.Pending}, false, err
		case id == own && result.State == record.Created:
			return Result{State: record.Unknown, Customer: &found[i], Reason: "several new customers have what was sent"}, false, nil
		case id == own:
			result, open = Result{State: record.Created, Customer: &found[i]}, false
		case result.State == record.Created:
			open = open || id == undecided
		case result.State == record.Pending || id == undecided && !open:
			result = Result{State: record.Unknown, Customer: &found[i], Reason: w.candidate() + reason}
			open = id == undecided
		}
	}
	if open && result.State == record.Created && w.Sent[record.Email] == "" {
		return Result{State: record.Unknown, Customer: result.Customer, Reason: "several new customers may be the one that was sent"}, true, nil
	}
	return result, open && result.State == record.Unknown, nil
}

// candidate begins the reason for which a customer is not the write's own.
func (w *Write) candidate() string {
	if w.Sent[record.Email] == "" {
		return "a new customer was found, but "
	}
	return "a customer with this email was found, but "
}
