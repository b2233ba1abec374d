package bulk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// PlanOptions is what a plan is made of.
type PlanOptions struct {
	API reconcile.API
	// Key is what the server reports of the API key, nil when it reports nothing.
	Key *client.KeyContext
	// Journal is open, so that its past is known.
	Journal *journal.Journal
	// Total, Invalid and Duplicates are the numbers of validation.
	Total, Invalid, Duplicates int
	// Rows are those of [RunOptions]; their values are not looked at.
	Rows iter.Seq2[record.Row, error]
	// Values is Rows with the values of each row.
	Values iter.Seq2[record.Row, error]
	// LookUp searches for the customers of few rows where reading the list would take longer.
	LookUp bool
	// Workers are the user's choice; 0 chooses by rate and latency.
	Workers int
	// ExpectRows, ExpectTenant and MaxCreates are what the user expects; nil and "" expect nothing.
	ExpectRows   *int
	ExpectTenant string
	MaxCreates   *int
	// NoneExist refuses an input of which a customer exists.
	NoneExist bool
}

// Plan is what a run would do. It has read from the server and written nothing.
type Plan struct {
	Record     journal.PlanRecord
	ClockKnown bool
	Limits     Limits
	Tenant     string
	// Customers is how many there are, -1 when the server does not report it.
	Customers int64
	// Create is how many rows are left to be sent, Existing how many of the input are there already, as far as that was
	// looked for: Swept reports whether it was.
	Create, Existing, Invalid, Duplicates int
	// Done counts the rows that earlier runs have brought to a final state, InDoubt those whose outcome is to be found out.
	Done, InDoubt int
	Swept         bool
	// OtherData counts the existing customers that have other data than their row, and Differing are the first of them.
	OtherData int
	Differing []DifferingRow
	// SearchBlind reports whether the server's search does not find a customer that a list shows.
	SearchBlind bool
	// Requests is an estimate, and so is Duration: at the stricter of the key's limits, or at the server's present speed.
	Requests int
	Duration time.Duration
	Workers  int

	existing existingCustomers
}

// NewPlan looks at the server and counts what there is to do. Its errors are *failure.Failure where an import may not begin,
// *StopError for an answer that would stop a run too, and those of the requests and rows.
func NewPlan(ctx context.Context, o PlanOptions) (*Plan, error) {
	p := &Plan{Invalid: o.Invalid, Duplicates: o.Duplicates, Limits: LimitsOf(o.Key)}
	if o.Key != nil {
		p.Tenant = o.Key.TenantID
	}
	if err := p.expect(&o); err != nil {
		return nil, err
	}
	began := time.Now()
	page, err := o.API.List(ctx, client.ListOptions{PerPage: 1})
	if err != nil {
		return nil, planError(err)
	}
	latency := time.Since(began)
	p.Customers, p.ClockKnown = page.Total, !page.Date.IsZero()
	p.Record = journal.PlanRecord{
		Rows: o.Total, Out: map[record.State]int{record.Invalid: o.Invalid, record.DuplicateInFile: o.Duplicates},
	}
	if p.ClockKnown {
		p.Record.SkewMS = time.Until(page.Date).Milliseconds()
	}
	left := o.Total - o.Invalid - o.Duplicates
	if p.SearchBlind, err = searchBlind(ctx, &o, page); err != nil {
		return nil, planError(err)
	}
	if err := p.findExisting(ctx, &o, left); err != nil {
		return nil, planError(err)
	}
	if err := p.count(ctx, &o); err != nil {
		return nil, err
	}
	if n := p.Existing + o.Journal.Counts()[record.Exists]; o.NoneExist && n > 0 {
		return nil, &failure.Failure{
			Exit: failure.ExitDuplicate, Code: string(StopExisting), Message: existingText(n, p.OtherData), Hint: "--on-exists skip leaves them as they are",
		}
	}
	if o.MaxCreates != nil && p.Create > *o.MaxCreates {
		return nil, unexpected("too_many_creates", "%d customers would be created, and --max-creates allows %d", p.Create, *o.MaxCreates)
	}
	p.Workers = o.Workers
	if p.Workers == 0 {
		p.Workers = defaultWorkers(p.Limits, latency)
	}
	p.estimate(latency)
	return p, nil
}

func (p *Plan) expect(o *PlanOptions) error {
	switch {
	case o.ExpectRows != nil && *o.ExpectRows != o.Total:
		return unexpected("row_count", "the input has %d rows, and --expect-rows says %d", o.Total, *o.ExpectRows)
	case o.ExpectTenant != "" && p.Tenant == "":
		return unexpected("wrong_tenant", "the server does not report the tenant, so --expect-tenant cannot be checked")
	case o.ExpectTenant != "" && p.Tenant != o.ExpectTenant:
		return unexpected("wrong_tenant", "the credential belongs to tenant %s, and --expect-tenant says %s", p.Tenant, o.ExpectTenant)
	case o.Key != nil && len(o.Key.Scopes) > 0 && !mayCreate(o.Key.Scopes):
		return &failure.Failure{
			Exit: failure.ExitAuth, Code: "missing_scope", Message: "the API key may not create customers: it lacks the scope customers:write",
		}
	}
	return nil
}

// unexpected is the error of an import that is not what the user expects.
func unexpected(code, format string, args ...any) *failure.Failure {
	return &failure.Failure{Exit: failure.ExitUsage, Code: code, Message: fmt.Sprintf(format, args...)}
}

func mayCreate(scopes []string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool {
		return s == "customers:write" || s == "customers:*" || s == "*:write" || s == "*:*" || s == "*"
	})
}

// count goes through the input, unless nothing is known of any row.
func (p *Plan) count(ctx context.Context, o *PlanOptions) error {
	if len(p.existing) == 0 && o.Journal.Untouched() {
		p.Create = o.Total - o.Invalid - o.Duplicates
		return nil
	}
	for row, err := range o.Rows {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
		if row.State.Terminal() {
			continue
		}
		state, _ := o.Journal.State(row.Index)
		_, there := p.Known(row.Key)
		switch {
		case state.Terminal():
			p.Done++
		case state == record.InDoubt:
			p.InDoubt++
		case there:
			p.Existing++
		default:
			p.Create++
		}
	}
	if p.Existing > 0 && o.Values != nil {
		return p.compare(o)
	}
	return nil
}

// findExisting looks for the customers that are there already, before anything is sent.
func (p *Plan) findExisting(ctx context.Context, o *PlanOptions, left int) (err error) {
	switch {
	case o.Journal.Totals().Sends > 0:
		return nil
	case worthSweeping(p.Customers, left, p.SearchBlind):
		p.existing, err = sweep(ctx, o.API)
	case o.LookUp && p.Customers > 0 && left <= maxLookups && !p.SearchBlind:
		p.existing, err = lookUp(ctx, o)
	default:
		return nil
	}
	p.Swept = err == nil
	return err
}

// compare looks at the values of the rows whose customers exist.
func (p *Plan) compare(o *PlanOptions) error {
	for row, err := range o.Values {
		if err != nil {
			return err
		}
		found, there := p.Known(row.Key)
		if state, _ := o.Journal.State(row.Index); !there || state.Terminal() || row.State.Terminal() {
			continue
		}
		differ := differences(&row.Values, found.fields)
		if len(differ) == 0 {
			continue
		}
		if p.OtherData++; len(p.Differing) < maxDiffering {
			p.Differing = append(p.Differing, DifferingRow{row.Line, row.Key, found.ID.String(), differ})
		}
	}
	return nil
}

// existingText says that customers exist.
func existingText(n, other int) string {
	text := fmt.Sprintf("%d customers of the file exist already", n)
	if n == 1 {
		text = "1 customer of the file exists already"
	}
	if other > 0 {
		text += fmt.Sprintf(", %d with other data", other)
	}
	return text
}

// estimate is honest about what a rate limit means.
func (p *Plan) estimate(latency time.Duration) {
	p.Requests = p.Create + 3*p.InDoubt
	each := max(p.Limits.spacing(), latency/time.Duration(p.Workers))
	p.Duration = time.Duration(p.Requests) * each
}

// defaultWorkers are enough to use the rate at this latency twice over.
func defaultWorkers(l Limits, latency time.Duration) int {
	interval := l.spacing()
	if interval == 0 {
		return MaxWorkers
	}
	return min(max(int(2*latency/interval)+1, 2), MaxWorkers)
}

// planError names an answer that ends an import before it begins.
func planError(err error) error {
	if e, ok := errors.AsType[*client.Error](err); ok {
		switch v := classifyAnswer(e); {
		case v.stop != "":
			return &StopError{Reason: v.stop, Err: err}
		case v.limited:
			return &StopError{Reason: StopRateLimit, Err: err}
		}
	}
	return err
}
