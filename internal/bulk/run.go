// Package bulk creates customers from files: exactly once, and resumable at any instant.
package bulk

import (
	"cmp"
	"context"
	"iter"
	"sync"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

const (
	// MaxWorkers is the largest number of writes at once.
	MaxWorkers = 16

	aheadPerWorker = 16 // rows that can be in the journal before a worker is free for them
)

// RunOptions is what a run needs.
type RunOptions struct {
	Target
	Input

	Journal *journal.Journal
	Plan    journal.PlanRecord
	// Workers is the number of writes at once, 1..16.
	Workers int
	// Quiet is the quiet period; reconcile.QuietPeriod when 0.
	Quiet time.Duration
	// MaxOutage stops the run when the server fails for longer; 30 minutes when 0.
	MaxOutage time.Duration
	// MaxErrors stops the run when too many rows are refused.
	MaxErrors ErrorLimit
	// Canary is how many rows are sent and read back before the others; 0 for none.
	Canary int
	// Warn reports a row at once whose answer was about another email, and what the answer said. It may be called by several
	// goroutines. Nil for no report.
	Warn func(row record.Row, text string)
	// Differs reports a row whose customer was met during the run, with other data. Nil for no report.
	Differs func(DifferingRow)
	// StopOnExisting stops the run at a customer that exists.
	StopOnExisting bool
	// Approve is asked once the canary is read back, with its customers; an error stops the run. It ends with the context. Nil for
	// going on.
	Approve func(ctx context.Context, canary []CanaryRow) error
}

// Target is the server that the rows are sent to.
type Target struct {
	API     reconcile.API
	Limiter *RateLimiter
	// Ready renews a credential that is about to expire, before a request is sent with it; nil when there is nothing to renew.
	// Its error matters only when ctx has ended: the request meets any other.
	Ready func(context.Context) error
	// Refresh renews the credential after a 401; nil when it cannot be renewed.
	Refresh func(context.Context) error
	// RequestTimeout limits one attempt of a request; 30 s when 0.
	RequestTimeout time.Duration
	// ClockKnown reports whether the plan's SkewMS was measured.
	ClockKnown bool
	// SearchBlind is [Plan].SearchBlind.
	SearchBlind bool
	// CloneSource is the ID of the customer to clone; "" creates.
	CloneSource string
	// NoRules leaves the source's rules out of the clones.
	NoRules bool
}

// Input is the checked input.
type Input struct {
	// Rows reads the input from its start each time it is called.
	Rows iter.Seq2[record.Row, error]
	// Existing returns the customer that existed before the first run, by the row's key; a key without one was absent then. Nil
	// when that is not known.
	Existing func(key string) (found Existing, ok bool)
	// Changed reports whether the input is no longer what was validated. Nil for never.
	Changed func() bool
}

// post sends the POST of a row.
func (t *Target) post(ctx context.Context, v *record.Values) (*client.CreatedCustomer, error) {
	if t.CloneSource == "" {
		return t.API.Create(ctx, v.Request())
	}
	clone := client.CloneRequest{CompanyName: v[record.CompanyName], Email: v.Request().Email}
	if t.NoRules {
		clone.CloneRules = new(false)
	}
	return t.API.Clone(ctx, t.CloneSource, clone)
}

// Runner brings an import as far as it comes. It joins three parts: the dispatcher reads the input and hands out rows, the
// sender journals and sends them, and the reconciler finds out about the rows whose outcome is unconfirmed.
type Runner struct {
	options    RunOptions
	journal    *journal.Journal
	stopper    *stopper
	server     *server
	dispatcher *dispatcher
	sender     *sender
	reconciler *reconciler
	started    time.Time
	rate       rate
}

// NewRunner prepares a run.
func NewRunner(o RunOptions) *Runner {
	o.Workers = min(max(o.Workers, 1), MaxWorkers)
	o.Quiet = cmp.Or(o.Quiet, reconcile.QuietPeriod)
	o.MaxOutage = cmp.Or(o.MaxOutage, 30*time.Minute)
	o.RequestTimeout = cmp.Or(o.RequestTimeout, 30*time.Second)
	j := o.Journal
	r := &Runner{options: o, journal: j, stopper: &stopper{}}
	r.server = &server{
		API: o.API, limiter: o.Limiter, stopper: r.stopper, breaker: newBreaker(o.MaxOutage), renewal: renewal{ready: o.Ready, renew: o.Refresh},
	}
	rec := &recorder{RunOptions: &r.options, stopper: r.stopper, errors: errorCount{limit: o.MaxErrors}}
	learned := &reconcile.Learned{}
	if o.ClockKnown {
		learned.SetOffset(o.Plan.Skew())
	}
	search := &reconcile.Reconciler{API: r.server, Learned: learned, Quiet: o.Quiet, Claimed: j.Claimed, SearchBlind: o.SearchBlind}
	r.dispatcher = &dispatcher{
		RunOptions: &r.options, stopper: r.stopper, recorder: rec, learned: learned, sample: j.Sample(), copied: j.Copied(),
	}
	r.sender = &sender{
		RunOptions: &r.options, server: r.server, stopper: r.stopper, recorder: rec, search: search,
		inFlight: newInFlight(o.Workers), posting: make(chan struct{}, o.Workers),
	}
	r.reconciler = &reconciler{search: search, sender: r.sender, recorder: rec, places: make(chan struct{}, maxWaiting)}
	return r
}

// Run sends every row that has no final state and returns when all have one, or the run has to stop. When ctx ends,
// nothing new is started and what is in flight is finished. A finished journal sends nothing. The error is that of
// the journal's last line; everything else is in the summary.
func (r *Runner) Run(parent context.Context) (*Summary, error) {
	r.started = time.Now()
	if r.journal.Finished() {
		return r.summary(nil), nil
	}
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	r.stopper.cancel = cancel
	if err := r.journal.Begin(r.options.Plan); err != nil {
		return nil, err
	}
	if err := r.options.Limiter.Attach(r.journal); err != nil {
		return nil, err
	}
	go r.watch(ctx)
	r.passes(ctx)
	stop := r.stopper.reason(ctx)
	cancel(nil)
	r.server.probes.Wait()
	s := r.summary(stop)
	if stop != nil && stop.Reason == StopErrors && s.final() {
		s.Stop = nil // the last refusal was the last row
	}
	err := r.journal.End(s.note())
	if err != nil && s.Stop != nil && s.Stop.Reason == StopJournal {
		err = nil // it is reported already
	}
	return s, err
}

// watch stops the run when the journal fails, also while nothing is recorded.
func (r *Runner) watch(ctx context.Context) {
	if await(ctx, r.journal.Failed()) == nil {
		r.stopper.stop(StopJournal, r.journal.Err())
	}
}

// passes reads the input once for the rows with an email, side by side, and once for those without, one after another.
func (r *Runner) passes(ctx context.Context) {
	if r.options.Canary > 0 {
		r.sendCanary(ctx)
	}
	if r.pass(ctx, pass{}) {
		r.pass(ctx, pass{serial: true, anonymous: true})
	}
}

// pass brings rows to their states. It reports whether it left rows to the pass of the anonymous ones.
func (r *Runner) pass(ctx context.Context, p pass) (anonymous bool) {
	workers, ahead := r.options.Workers, aheadPerWorker*r.options.Workers
	if p.serial {
		workers, ahead = 1, 0
	}
	queue := make(chan *job, ahead)
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for j := range queue {
				if p.serial {
					r.reconciler.finish(ctx, j)
				} else {
					r.handle(ctx, j)
				}
			}
		})
	}
	anonymous = r.dispatcher.dispatch(ctx, p, func(j *job) {
		if !p.serial {
			r.sender.journalAhead(ctx, j)
		}
		queue <- j // the workers take every row, if only to withdraw its send
	})
	close(queue)
	working.Wait()
	r.reconciler.running.Wait()
	return anonymous && ctx.Err() == nil
}

// handle sends a row. One that has to wait, since its outcome is unconfirmed or since the server is in trouble, does so in a
// goroutine of its own: the worker goes on to the rows behind it, whose sends would otherwise stay open in the journal.
func (r *Runner) handle(ctx context.Context, j *job) {
	state, again := record.InDoubt, j.Sends == 0
	for again && (j.ticket != nil || !r.server.held()) {
		state, again = r.sender.try(ctx, j)
	}
	if again || state == record.InDoubt {
		r.reconciler.start(ctx, j)
	}
}
