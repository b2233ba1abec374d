package bulk

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	// MaxWorkers bounds the writes under way at one time.
	MaxWorkers = 16

	aheadPerWorker = 16  // rows that may be in the journal before a worker is free for them
	maxDoubts      = 256 // rows that are being settled at one time
	maxSends       = 5   // sends of a row whose outcome was in doubt
	oddAnswers     = 3   // answers in a row that are none of HydraCore's
)

// RunOptions is all that a run needs.
type RunOptions struct {
	API     reconcile.API
	Journal *journal.Journal
	Pacer   *Pacer
	Plan    journal.PlanRecord
	// ClockKnown tells that Plan.SkewMS was measured.
	ClockKnown bool
	// Rows reads the input from its start, each time it is called for.
	Rows iter.Seq2[record.Row, error]
	// Skip tells the state of a row that validation took out: Invalid or DuplicateInFile. Nil when there is none.
	Skip func(row int) (record.State, bool)
	// Existing gives the id of a customer that was there before the first run, by the row's key. Nil when not known.
	Existing func(key string) (id string, ok bool)
	// SearchBlind is [Plan].SearchBlind.
	SearchBlind bool
	// Changed tells that the input is not any more what was validated. Nil for never.
	Changed func() bool
	// CloneSource is the id of the customer to clone; "" creates.
	CloneSource string
	// NoRules leaves the source's rules out of the clones.
	NoRules bool
	// Workers is the number of writes under way at one time, 1..16.
	Workers int
	// Quiet is the quiet period; QuietPeriod when 0.
	Quiet time.Duration
	// MaxOutage ends the run when the server is in trouble for longer; 30 minutes when 0.
	MaxOutage time.Duration
	// MaxErrors ends the run when too many rows are refused.
	MaxErrors ErrorLimit
	// Canary is how many rows are sent and read back before the others; 0 for none.
	Canary int
	// Warn is told at once of a row whose answer was about another email, and what it said. It may be called by several
	// goroutines. Nil for nobody.
	Warn func(row record.Row, text string)
	// Refresh renews the credential after a 401; nil when it cannot be renewed.
	Refresh func(context.Context) error
}

// Summary is what a run came to.
type Summary struct {
	Rows int
	// Counts are the rows by state and add up to Rows; a row still in doubt when the run stopped counts as Unknown.
	Counts map[record.State]int
	// InDoubt is how many of the unknown rows the next run will settle.
	InDoubt int
	// Requests were made by this run, reads included. Posts are all sends of all runs, Retries those beyond a row's
	// first.
	Requests, Posts, Retries int
	Started, Finished        time.Time
	// Stop is nil when every row has its final state.
	Stop *StopError
	// Missing is how many created customers were not there when they were read back, and Unread why that could not be done;
	// a run sets neither, see [Verify].
	Missing int
	Unread  error
}

// Runner brings an import to its end, as far as it comes.
type Runner struct {
	o          RunOptions
	journal    *journal.Journal
	reconciler *reconcile.Reconciler
	breaker    *breaker
	errors     *errorCount
	renewal    renewal
	ahead      *gate         // rows between their journal line and their outcome
	workers    chan struct{} // held by a POST under way
	doubts     chan struct{} // held by a row that is being settled
	settling   sync.WaitGroup
	probing    sync.WaitGroup
	started    time.Time
	cancel     context.CancelCauseFunc
	canary     map[int]uuid.UUID // the customers by row, while only the first rows are sent; nil afterwards

	queue  chan struct{}     // held by the one who looks at queued
	queued map[*job]struct{} // booked, and without a worker yet

	mu      sync.Mutex
	stopped *StopError
	odd     int // answers in a row that are none of HydraCore's
}

// NewRunner prepares a run.
func NewRunner(o RunOptions) *Runner {
	o.Workers = min(max(o.Workers, 1), MaxWorkers)
	if o.Quiet == 0 {
		o.Quiet = reconcile.QuietPeriod
	}
	if o.MaxOutage == 0 {
		o.MaxOutage = 30 * time.Minute
	}
	return &Runner{
		o: o, journal: o.Journal, errors: newErrorCount(o.MaxErrors), renewal: renewal{renew: o.Refresh},
		breaker: &breaker{maxOutage: o.MaxOutage, changed: make(chan struct{})}, ahead: newGate(o.Workers),
		workers: make(chan struct{}, o.Workers), doubts: make(chan struct{}, maxDoubts), queued: map[*job]struct{}{}, queue: make(chan struct{}, 1),
	}
}

// Run sends every row that has no final state and returns when all have one, or the run has to stop. When ctx ends,
// nothing new is started and what is under way is finished. A finished journal sends nothing. The error is that of
// the journal's last line; everything else is in the summary.
func (r *Runner) Run(parent context.Context) (*Summary, error) {
	r.started = time.Now()
	if r.journal.Finished() {
		return r.summary(nil), nil
	}
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	r.cancel = cancel
	r.prepare(ctx)
	if err := r.begin(); err != nil {
		return nil, err
	}
	r.passes(ctx)
	stop := r.reason(ctx)
	cancel(nil)
	r.probing.Wait()
	s := r.summary(stop)
	if stop != nil && stop.Reason == StopErrors && s.final() {
		s.Stop = nil // the last refusal was the last row
	}
	err := r.journal.End(r.closing(s))
	if err != nil && s.Stop != nil && s.Stop.Reason == StopJournal {
		err = nil // it is said already
	}
	return s, err
}

// prepare makes what needs the run's context.
func (r *Runner) prepare(ctx context.Context) {
	r.breaker.probe = func() { r.probing.Go(func() { r.probe(ctx) }) }
	r.breaker.over = func(since time.Time) {
		err := errors.New("the server has been in trouble since " + since.UTC().Format(time.RFC3339))
		r.probing.Go(func() { r.stop(StopOutage, err) })
	}
	r.reconciler = &reconcile.Reconciler{
		API: guarded{r, r.o.API}, Quiet: r.o.Quiet, ClockKnown: r.o.ClockKnown, Claimed: r.journal.Claimed,
		Now: func() time.Time { return r.journal.ServerTime(time.Now()) }, SearchBlind: r.o.SearchBlind,
	}
}

func (r *Runner) begin() error {
	r.o.Plan.Started = r.started
	if err := r.journal.Begin(r.o.Plan); err != nil {
		return err
	}
	return r.o.Pacer.Attach(r.journal)
}

// passes reads the input once for the rows with an email, side by side, and once for those without, one after another.
func (r *Runner) passes(ctx context.Context) {
	if r.o.Canary > 0 {
		r.sendCanary(ctx)
	}
	anonymous := r.pass(ctx, pass{})
	if anonymous {
		r.pass(ctx, pass{serial: true, anonymous: true})
	}
}

// probe asks once whether the breaker may let a write try, and waits for the answer no longer than the outage may last.
func (r *Runner) probe(ctx context.Context) {
	_, delay, left, _ := r.breaker.outage()
	if reconcile.Sleep(ctx, delay) != nil {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, max(left-delay, minProbe))
	defer cancel()
	err := r.o.API.Probe(bounded)
	if ctx.Err() == nil {
		r.breaker.probed(err == nil || !troubled(err))
	}
}

func (r *Runner) summary(stop *StopError) *Summary {
	s := &Summary{
		Rows: r.journal.Rows(), Counts: r.journal.Counts(), Requests: r.o.Pacer.Requests(),
		Started: r.started, Finished: time.Now(), Stop: stop,
	}
	s.Posts, s.Retries = r.journal.Sends()
	if s.InDoubt = s.Counts[record.InDoubt]; s.InDoubt > 0 {
		s.Counts[record.Unknown] += s.InDoubt
		delete(s.Counts, record.InDoubt)
	}
	if r.o.Skip == nil {
		return s
	}
	for row := range s.Rows {
		if state, _ := r.journal.State(row); state != record.Pending {
			continue
		}
		if state, out := r.o.Skip(row); out {
			s.Counts[record.Pending]--
			s.Counts[state]++
		}
	}
	if s.Counts[record.Pending] == 0 {
		delete(s.Counts, record.Pending)
	}
	return s
}

// final tells that every row has its final state.
func (s *Summary) final() bool { return s.Counts[record.Pending]+s.InDoubt == 0 }

// closing is the note that a run leaves in the journal.
func (r *Runner) closing(s *Summary) journal.Note {
	n := journal.Note{Event: "finished", At: time.Now(), Counts: s.Counts}
	switch {
	case s.Stop != nil:
		n.Event, n.Reason = "stopped", string(s.Stop.Reason)
	case !s.final():
		n.Event, n.Reason = "stopped", "incomplete"
	}
	return n
}
