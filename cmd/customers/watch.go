package customers

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// minWatch is the shortest interval of --watch, to protect the server.
const minWatch = time.Second

// watched is one listing.
type watched struct {
	rows       []client.Customer
	whole      bool   // these are all the customers that match
	footer     string // the footer of the listing
	incomplete error  // why the walk may be incomplete, or nil
}

// watchView shows one listing after another.
type watchView interface {
	show(now watched, changes []watchEvent) error
	trouble(err error)
	Close()
}

// runWatch lists repeatedly. The first listing must succeed; temporary errors of later ones are shown.
func (q *listQuery) runWatch(ctx context.Context, app *cli.App, api *cli.Session) error {
	view, err := q.newWatchView(app, api)
	if err != nil {
		return err
	}
	ordered := *q
	ordered.sorts = true // newest first also with --all
	tracker := &watchTracker{now: app.Now}
	look := func() (bool, error) {
		now, err := ordered.snapshot(ctx, api)
		if err != nil {
			return false, err
		}
		return false, view.show(now, tracker.changes(now))
	}
	defer view.Close()
	err = poll(ctx, q.flags.watch, look, func(err error) error {
		if tracker.known == nil {
			return err
		}
		view.trouble(err)
		return nil
	})
	if _, isScreen := view.(*watchScreen); isScreen && cli.IsInterrupt(err) {
		return cli.Silent(failure.ExitInterrupt) // Ctrl-C is the way to end it
	}
	return err
}

// newWatchView returns a screen for tables on a terminal, and events otherwise.
func (q *listQuery) newWatchView(app *cli.App, api *cli.Session) (watchView, error) {
	printer, err := output.New(q.output, customerColumns())
	if err != nil {
		return nil, err
	}
	human := printer.Format().Human
	if human && app.Terminal.Out {
		return newWatchScreen(q.flags.watch, app, q.output)
	}
	if !human && printer.Format().Name != "jsonl" && q.output.Filter == nil {
		return nil, failure.Usagef("--watch prints tables on a terminal and events as jsonl: it does not go with -o %s", printer.Format().Name)
	}
	opts := api.Output
	opts.Format = "jsonl"
	events, err := output.New[watchEvent](opts, nil)
	if err != nil {
		return nil, err
	}
	status := api.Status
	status.W = app.Err // at once, also with JSON errors
	return &watchEvents{app: app, status: status, printer: events}, nil
}

// snapshot lists once.
func (q *listQuery) snapshot(ctx context.Context, api *cli.Session) (watched, error) {
	l, err := q.open(ctx, api)
	if err != nil {
		return watched{}, err
	}
	var now watched
	for c, err := range l.customers(ctx) {
		if err != nil {
			return watched{}, err
		}
		now.rows = append(now.rows, c)
	}
	if err := l.err(); isIncomplete(err) {
		now.incomplete = err
	}
	now.whole, now.footer = l.complete(), l.footer()
	return now, nil
}

// watchEvent is a change between two listings.
type watchEvent struct {
	event    string // added, changed or removed
	at       time.Time
	customer client.Customer
}

// MarshalJSON returns the customer with two members before its own.
func (e watchEvent) MarshalJSON() ([]byte, error) {
	members, err := jsonobject.Members([]byte(e.customer.RawJSON()))
	if err != nil {
		return nil, err
	}
	event, _ := json.Marshal(e.event)
	at, _ := json.Marshal(e.at.UTC().Format(time.RFC3339))
	members = slices.DeleteFunc(members, func(m jsonobject.Member) bool { return m.Name == "event" || m.Name == "time" })
	return jsonobject.Object(slices.Concat([]jsonobject.Member{{Name: "event", Value: event}, {Name: "time", Value: at}}, members))
}

// watchTracker finds the changes between listings.
type watchTracker struct {
	now   func() time.Time
	known map[string]client.Customer // by ID; nil before the first listing
	order []string                   // of known
}

// changes returns the changes in the order of the listing, then the removed customers. A customer that left an incomplete listing
// is not removed: it may have moved to another page.
func (t *watchTracker) changes(now watched) []watchEvent {
	var changes []watchEvent
	first, at := t.known == nil, t.now()
	if first {
		t.known = map[string]client.Customer{}
	}
	listed := map[string]bool{}
	for _, c := range now.rows {
		listed[c.ID] = true
		before, known := t.known[c.ID]
		t.known[c.ID] = c
		switch {
		case !known:
			t.order = append(t.order, c.ID)
			if !first {
				changes = append(changes, watchEvent{"added", at, c})
			}
		case !sameRecord(before, c):
			changes = append(changes, watchEvent{"changed", at, c})
		}
	}
	if now.whole {
		t.order = slices.DeleteFunc(t.order, func(id string) bool {
			if !listed[id] {
				changes = append(changes, watchEvent{"removed", at, t.known[id]})
				delete(t.known, id)
			}
			return !listed[id]
		})
	}
	return changes
}

func sameRecord(a, b client.Customer) bool {
	return a.RawJSON() == b.RawJSON()
}
