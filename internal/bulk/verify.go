package bulk

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// minVerifyPages are read of the newest customers before those that are left are asked for one by one.
const minVerifyPages = 3

// Verification is what a look at the created customers of an import has found.
type Verification struct {
	// Created is how many rows are created by the journal; NoID of them without an id, by the user's word.
	Created, NoID int
	// Missing are the ids of customers that are not there; Unlisted those that are there, but in no list.
	Missing, Unlisted []string
}

// verifier looks for customers.
type verifier struct {
	api         reconcile.API
	left        map[uuid.UUID]bool
	first, last time.Time // of the sends, by the server's clock
}

// Verify reads back what a journal says was created: from the pages of the newest customers as long as that is cheaper, else
// each by its id. What is absent, or in no list, is looked for once more when the quiet period (QuietPeriod when 0) after the
// last send is over. Errors are those of the requests, and *journal.Error.
func Verify(ctx context.Context, api reconcile.API, j *journal.Journal, quiet time.Duration) (*Verification, error) {
	v := &verifier{api: api, left: map[uuid.UUID]bool{}}
	if err := v.read(j); err != nil {
		return nil, err
	}
	quiet = cmp.Or(quiet, reconcile.QuietPeriod)
	found := &Verification{Created: j.Counts()[record.Created]}
	found.NoID = found.Created - len(v.left)
	for {
		wait := v.last.Add(quiet).Sub(j.ServerTime(time.Now()))
		unlisted, err := v.look(ctx)
		if err != nil {
			return nil, err
		}
		if wait <= 0 || len(v.left)+len(unlisted) == 0 {
			found.Missing, found.Unlisted = sortedIDs(v.left), sortedIDs(unlisted)
			return found, nil
		}
		maps.Copy(v.left, unlisted)
		if err := reconcile.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func sortedIDs(ids map[uuid.UUID]bool) []string {
	var words []string
	for id := range ids {
		words = append(words, id.String())
	}
	slices.Sort(words)
	return words
}

// read takes the ids and the times of the sends out of the journal.
func (v *verifier) read(j *journal.Journal) error {
	return j.Lines(func(e *journal.Entry) {
		switch {
		case e.Kind == journal.KindSend:
			at := j.ServerTime(e.At)
			if v.first.IsZero() || at.Before(v.first) {
				v.first = at
			}
			if at.After(v.last) {
				v.last = at
			}
		case e.Kind == journal.KindOutcome && e.Outcome.State == record.Created && e.Outcome.ID != uuid.Nil:
			v.left[e.Outcome.ID] = true
		}
	})
}

// look keeps those that are not there, and returns those that are there and in no list.
func (v *verifier) look(ctx context.Context) (unlisted map[uuid.UUID]bool, err error) {
	whole, err := v.walk(ctx)
	if err != nil {
		return nil, err
	}
	unlisted = map[uuid.UUID]bool{}
	for id := range v.left {
		_, err := v.api.Get(ctx, id.String())
		switch {
		case err == nil:
			delete(v.left, id)
			if whole {
				unlisted[id] = true
			}
		case !client.IsNotFound(err):
			return nil, err
		}
	}
	return unlisted, nil
}

// walk goes through the newest customers while a page may hold more of those that are left than a request for one. It reports
// whether it came to customers that are older than the import, in an order that can be believed.
func (v *verifier) walk(ctx context.Context) (whole bool, err error) {
	if len(v.left) == 0 {
		return false, nil
	}
	seen := 0
	for c, err := range reconcile.Newest(ctx, v.api) {
		switch {
		case errors.Is(err, reconcile.ErrNoOrder):
			return false, nil
		case err != nil:
			return false, err
		}
		if id, err := uuid.Parse(c.ID); err == nil {
			delete(v.left, id)
		}
		whole = whole || c.CreatedAt.Time.Before(v.first.Add(-reconcile.ClockTolerance))
		if seen++; seen%client.MaxPerPage == 0 && (whole || len(v.left) == 0 || seen >= client.MaxPerPage*max(minVerifyPages, len(v.left))) {
			return whole, nil
		}
	}
	return true, nil
}
