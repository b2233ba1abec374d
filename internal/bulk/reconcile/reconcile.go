// Package reconcile finds the outcome of a write whose answer was lost.
//
// The API has no idempotency key, so the only evidence is the customers that it shows. A customer that is found counts as
// the write's own only when its creation time and every field speak for it ([Reconciler.Reconcile]); otherwise the outcome
// stays unknown. A customer that is not found counts as absent only after a quiet period, and when the search has shown that
// it works. What the run has learned from answers to other writes is in [Learned].
package reconcile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	// QuietPeriod is how long after the end of an attempt its customer may still appear: longer than the timeouts of the
	// server and of what is in front of it.
	QuietPeriod = 60 * time.Second

	// AbsenceInterval is the time between the two searches that absence takes.
	AbsenceInterval = 5 * time.Second // between the two looks that prove absence
	maxLooks        = 10              // looks without a usable answer
	maxRefuted      = 3               // searches that do not find what must be there
)

// Write is a write whose outcome is not known.
type Write struct {
	Sent record.Values
	// First is the start of the first send whose outcome is not known, Last the end of the last one, by this machine's clock.
	First, Last time.Time
	// Absent says that the email was looked for before the first send, and not found.
	Absent bool
	// Date is that of the answer that named a customer, zero when it is not known; see [Reconciler.Answered].
	Date time.Time
}

// Result is the outcome of a write.
type Result struct {
	// State is Created (the customer is the write's), Exists (it was there before), Unknown, or Pending: the write was not
	// carried out and, the quiet period being over, will not be.
	State record.State
	// Customer is the one that was found, nil for none. Of an Unknown write it is a candidate.
	Customer *client.Customer
	// Reason says why the state is Unknown.
	Reason string
	// Warning says how a Created customer differs from what was sent, "" for not at all.
	Warning string
}

// Reconciler finds the outcome of writes. It needs no journal: a single command uses it with the record of its one
// write.
type Reconciler struct {
	API API
	// Learned is what the run knows of the server.
	Learned *Learned
	// Quiet is the quiet period; QuietPeriod when 0.
	Quiet time.Duration
	// Claimed reports whether a customer belongs to another write; nil when there is none.
	Claimed func(id uuid.UUID) bool
	// SearchBlind looks through the list for what the search does not find. What the list does not show is not absent.
	SearchBlind bool
	// Eager looks several times within the quiet period, for someone who waits for the answer.
	Eager bool

	refuted atomic.Bool // the search was found to be blind
}

// Reconcile looks for the customer of a write until it is found, or until its absence is proven: by two looks, 5 s apart,
// after the quiet period, with a search that finds what must be there. A write without an email is recognized by its fields,
// and is never Pending. The error is that of ctx or of a look.
func (r *Reconciler) Reconcile(ctx context.Context, w Write) (Result, error) {
	a := absence{end: r.end(&w)}
	failed := 0
	for step := 0; ; step++ {
		result, open, err := r.look(ctx, &w)
		over := !time.Now().Before(a.end)
		_, incomplete := errors.AsType[*client.IncompleteError](err)
		switch {
		case incomplete && failed < maxLooks:
			failed++
		case incomplete || errors.Is(err, ErrNoOrder):
			return Result{State: record.Unknown, Reason: err.Error()}, nil
		case err != nil:
			return Result{State: record.Unknown, Reason: err.Error()}, err
		case result.State != record.Pending && (over || !open):
			return result, nil
		case result.State == record.Pending && over:
			result, decided, err := r.prove(ctx, &w, &a)
			if err != nil || decided {
				return result, err
			}
		}
		if err := Sleep(ctx, r.pause(step, a.end)); err != nil {
			return Result{State: record.Unknown, Reason: "the wait for the answer was interrupted"}, err
		}
	}
}

// absence is how far the proof has come that a customer is not there.
type absence struct {
	end     time.Time // of the quiet period
	looks   int       // after it, that found nothing
	refuted int       // searches that did not find what must be there
}

// prove takes another look that found nothing after the quiet period. It reports whether that decides about the write.
func (r *Reconciler) prove(ctx context.Context, w *Write, a *absence) (result Result, decided bool, err error) {
	if a.looks++; a.looks < 2 {
		return result, false, nil
	}
	unknown := func(c *client.Customer, reason string) (Result, bool, error) {
		return Result{State: record.Unknown, Customer: c, Reason: reason}, true, nil
	}
	if w.Sent[record.Email] == "" {
		return unknown(nil, "no new customer with these fields was found, and without an email that proves nothing")
	}
	if r.Learned.rewritesEmails.Load() {
		return unknown(nil, "the server stores other emails than are sent, so the customer may be there under another one")
	}
	switch c, err := r.findRewritten(ctx, w); {
	case err != nil:
		return Result{State: record.Unknown}, false, err
	case c != nil:
		return unknown(c, "a new customer with the address "+*c.Email+" was found, which may be the one that was sent")
	case r.Blind() || !Searchable(w.Sent[record.Email]):
		return unknown(nil, "the customer was not found in the list, and the server's search cannot be used to prove that it is not there")
	}
	switch p, err := r.checkSearch(ctx); {
	case err != nil:
		return Result{State: record.Unknown}, false, err
	case p == proven:
		return Result{State: record.Pending}, true, nil
	case p == refuted:
		if a.refuted++; a.refuted == maxRefuted { // reads may lag behind
			r.refuted.Store(true) // from now on the list is looked through
		}
	case r.Eager || !time.Now().Before(a.end.Add(r.quiet())): // no create was confirmed meanwhile
		return unknown(nil, "the customer was not found, and there is no customer to check the search with")
	}
	return result, false, nil
}

// FindDuplicate looks for the customer on account of which a write was refused. Pending means that there is none. After a
// refusal that speaks of a duplicate an empty answer is not believed the first time: reads may lag behind. Without an
// earlier send whose outcome is not known the customer existed before.
func (r *Reconciler) FindDuplicate(ctx context.Context, w Write, duplicate bool) (Result, error) {
	for looks := 0; ; looks++ {
		found, err := r.find(ctx, &w)
		_, incomplete := errors.AsType[*client.IncompleteError](err)
		switch {
		case err != nil && !incomplete && !errors.Is(err, ErrNoOrder):
			return Result{State: record.Pending}, err
		case len(found) > 0 && w.First.IsZero():
			return Result{State: record.Exists, Customer: &found[0]}, nil
		case len(found) > 0:
			return r.Reconcile(ctx, w)
		case looks == 1 || !duplicate && !incomplete:
			return Result{State: record.Pending}, nil
		}
		if err := Sleep(ctx, AbsenceInterval); err != nil {
			return Result{State: record.Pending}, err
		}
	}
}

// MayBeDuplicate reports whether a refusal may be for an email that another customer has: servers say it in any status and
// language, at the email or about the whole request.
func MayBeDuplicate(err error) bool {
	if e, ok := errors.AsType[*client.Error](err); ok && client.IsInvalid(err) {
		return client.IsDuplicate(err) || len(e.Fields) == 0 ||
			slices.ContainsFunc(e.Fields, func(f client.FieldError) bool { return f.Field == "email" || f.Field == "" })
	}
	return client.IsDuplicate(err)
}

// look looks once. Pending means that nothing was found; open that a later look may decide what was.
func (r *Reconciler) look(ctx context.Context, w *Write) (result Result, open bool, err error) {
	found, err := r.find(ctx, w)
	if err != nil || len(found) == 0 {
		return Result{State: record.Pending}, false, err
	}
	return r.among(ctx, w, found)
}

// pause is the time until the next look.
func (r *Reconciler) pause(step int, quietEnd time.Time) time.Duration {
	left := time.Until(quietEnd)
	if left <= 0 {
		return AbsenceInterval
	}
	if r.Eager {
		return min(left, time.Second<<min(step, 5))
	}
	return left
}

// Blind reports whether the search does not find what is there.
func (r *Reconciler) Blind() bool { return r.SearchBlind || r.refuted.Load() }

// claimed reports whether a customer belongs to another write, as one does whose ID cannot be read.
func (r *Reconciler) claimed(id string) bool {
	known, err := uuid.Parse(id)
	return err != nil || r.Claimed != nil && r.Claimed(known)
}

func (r *Reconciler) quiet() time.Duration { return cmp.Or(r.Quiet, QuietPeriod) }
