package imports

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// options are the flags of `customers import`.
type options struct {
	read       readFlags
	rules      input.Rules
	cloneFrom  string
	cloneRules bool
	sending    sendingOptions
	once       onceOptions

	// The journal keeps what is imported (content) and how it is sent (sending), but not what holds for one run (once).
	contentFlags, sendingFlags, onceFlags *pflag.FlagSet
}

// sendingOptions say how rows are sent.
type sendingOptions struct {
	expectTenant string
	canary       int
	onExists     string
	workers      int
	quiet        time.Duration
	maxOutage    time.Duration
	maxErrors    string
}

// The values of --on-exists.
const (
	onExistsSkip   = "skip"
	onExistsReport = "report"
	onExistsError  = "error"
)

// onceOptions hold for one run.
type onceOptions struct {
	dryRun     bool
	rehearse   bool
	verify     bool
	expectRows int
	maxCreates int
	journal    string
	resumeFrom string
	isNew      bool
	reports    reportOptions
	progress   string
	template   bool
	maxInput   string
}

// reportOptions are the files that an import writes about its rows.
type reportOptions struct {
	results string
	rejects string
	force   bool
}

func newOptions() *options {
	o := &options{
		contentFlags: pflag.NewFlagSet("content", pflag.ContinueOnError),
		sendingFlags: pflag.NewFlagSet("sending", pflag.ContinueOnError),
		onceFlags:    pflag.NewFlagSet("once", pflag.ContinueOnError),
	}
	o.addContent(o.contentFlags)
	o.sending.add(o.sendingFlags)
	o.once.add(o.onceFlags)
	return o
}

func (o *options) addTo(f *pflag.FlagSet) {
	f.AddFlagSet(o.contentFlags)
	f.AddFlagSet(o.sendingFlags)
	f.AddFlagSet(o.onceFlags)
}

func (o *options) addContent(f *pflag.FlagSet) {
	o.read.add(f)
	f.BoolVar(&o.rules.AllowNoEmail, "allow-no-email", false, "accept rows without an email: after a lost answer they stay unknown")
	f.BoolVar(&o.rules.Strict, "strict", false, "refuse rows with an unknown country, currency, locale or time zone, and rows of another shape than the header")
	f.BoolVar(&o.rules.FixCodes, "fix-codes", false, "convert what means one code only: Germany to DE, euro to EUR, de_DE to de-DE, Berlin to Europe/Berlin")
	f.BoolVar(&o.rules.SkipInvalid, "skip-invalid", false, "leave out invalid rows instead of refusing the file")
	f.BoolVar(&o.rules.CaseSensitiveEmails, "case-sensitive-emails", false, "treat A@x.com and a@x.com as two addresses")
	f.StringVar(&o.rules.Duplicates, "duplicates", input.DuplicatesError, "one email with different data: error, or first to keep the first")
	f.StringVar(&o.cloneFrom, "clone-from", "", "create clones of this customer, by ID or email")
	f.BoolVar(&o.cloneRules, "clone-rules", true, "with --clone-from: copy the rules too")
}

func (p *sendingOptions) add(f *pflag.FlagSet) {
	f.StringVar(&p.expectTenant, "expect-tenant", "", "refuse any other tenant than this ID")
	f.IntVar(&p.canary, "canary", 0, "create this many first, read them back, and ask again (with --yes: continue)")
	f.StringVar(&p.onExists, "on-exists", onExistsSkip, "customers that exist: skip, report (list those with other data), or error")
	f.IntVar(&p.workers, "workers", 0, "concurrent creates, 1 to 16 (default: by rate and latency)")
	f.DurationVar(&p.quiet, "quiet-period", reconcile.QuietPeriod, "how long after a lost answer its customer may still appear")
	f.DurationVar(&p.maxOutage, "max-outage", 30*time.Minute, "stop when the server fails for longer")
	f.StringVar(&p.maxErrors, "max-errors", "", "stop at N refused rows, or above P% (default: 10 equal ones in a row, or 5%)")
}

func (r *onceOptions) add(f *pflag.FlagSet) {
	f.BoolVar(&r.dryRun, "dry-run", false, "check the file, show the plan, and create nothing")
	f.BoolVar(&r.rehearse, "rehearse", false, "run the import in a throw-away sandbox with the tenant's emails, and create nothing")
	f.IntVar(&r.expectRows, "expect-rows", 0, "refuse a file with another number of rows")
	f.IntVar(&r.maxCreates, "max-creates", 0, "refuse to create more customers than this")
	f.StringVar(&r.journal, "journal", "", "folder of the journal (default: in the state folder, by content)")
	f.StringVar(&r.resumeFrom, "resume-from", "", "continue the import of an earlier version of the file, by its ID")
	f.BoolVar(&r.isNew, "new", false, "start a separate import, even if this file has others")
	f.StringVar(&r.maxInput, "max-input", "2GiB", "the largest input from stdin or a pipe, which is copied first, such as 500MiB")
	f.BoolVar(&r.template, "template", false, "print an example file and exit")
	r.addShared(f)
}

// addShared adds the flags that `imports resume` has too.
func (r *onceOptions) addShared(f *pflag.FlagSet) {
	f.BoolVar(&r.verify, "verify", false, "read the created customers back at the end, also of a finished import")
	f.StringVar(&r.reports.results, "results", "", "write the result of every row to this file (CSV, or JSON lines for .jsonl)")
	f.StringVar(&r.reports.rejects, "rejects", "", "write the refused rows with the reasons to this file")
	f.BoolVar(&r.reports.force, "force", false, "overwrite the files of --results and --rejects, also when this import did not write them")
	f.StringVar(&r.progress, "progress", "auto", "progress on stderr: auto, json or none")
}

// given returns the value of a flag of one run, also 0; nil when it was left out.
func (o *options) given(flag string, value int) *int {
	if !o.onceFlags.Changed(flag) {
		return nil
	}
	return &value
}

// check refuses flags that cannot be obeyed, before anything is read.
func (o *options) check() error {
	r, p := &o.once, &o.sending
	var wrong cli.Problems
	wrong.If(p.workers < 0 || p.workers > bulk.MaxWorkers,
		failure.Invalidf("--workers", "must be between 1 and %d, or 0 to choose by rate and latency (got %d)", bulk.MaxWorkers, p.workers))
	wrong.If(p.quiet < time.Second || p.quiet > time.Hour, failure.Invalidf("--quiet-period", "must be between 1s and 1h (got %s)", p.quiet))
	wrong.If(p.maxOutage < time.Second || p.maxOutage > 24*time.Hour, failure.Invalidf("--max-outage", "must be between 1s and 24h (got %s)", p.maxOutage))
	wrong.If(r.expectRows < 0, failure.Invalidf("--expect-rows", "must be 0 or more (got %d)", r.expectRows))
	wrong.If(r.maxCreates < 0, failure.Invalidf("--max-creates", "must be 0 or more (got %d)", r.maxCreates))
	wrong.If(p.canary < 0, failure.Invalidf("--canary", "must be 0 or more (got %d)", p.canary))
	_, badSize := o.readSize()
	_, badLimit := p.errorLimit()
	read, badRead := o.read.options()
	if badRead == nil {
		badRead = read.Check()
	}
	return wrong.Err(badSize, badLimit, badRead, o.checkTogether())
}

// checkTogether refuses flags that do not go together.
func (o *options) checkTogether() error {
	r := &o.once
	var wrong cli.Problems
	wrong.If(r.dryRun && r.rehearse, failure.Usagef("--dry-run and --rehearse exclude each other"))
	wrong.If(r.rehearse && (r.reports.results != "" || r.resumeFrom != ""),
		failure.Usagef("--rehearse cannot be used with --results or --resume-from: its customers do not exist"))
	wrong.If(r.isNew && (r.resumeFrom != "" || r.journal != ""), failure.Usagef("--new cannot be used with --resume-from or --journal"))
	wrong.If(r.verify && (r.dryRun || r.rehearse), failure.Usagef("--verify cannot be used with --dry-run or --rehearse: they create nothing"))
	wrong.If(!o.cloneRules && o.cloneFrom == "", failure.Usagef("--clone-rules needs --clone-from"))
	return wrong.Err()
}

// readSize reads --max-input, 0 for an import that is resumed.
func (o *options) readSize() (int64, error) {
	if o.once.maxInput == "" {
		return 0, nil
	}
	digits := strings.TrimRight(o.once.maxInput, "KMGTiB ")
	n, err := strconv.ParseInt(digits, 10, 64)
	shift, known := map[string]int{"": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}[strings.TrimSpace(o.once.maxInput[len(digits):])]
	if err != nil || !known || n < 1 || n > math.MaxInt64>>(shift+1) {
		return 0, failure.Invalidf("--max-input", "must be a size such as 500MiB or 2GiB (got %q)", o.once.maxInput)
	}
	return n << shift, nil
}

// errorLimit reads --max-errors: a number of rows, or a share as in 5%.
func (p *sendingOptions) errorLimit() (bulk.ErrorLimit, error) {
	text, share := strings.CutSuffix(p.maxErrors, "%")
	switch {
	case p.maxErrors == "":
		return bulk.ErrorLimit{}, nil
	case share:
		percent, err := strconv.ParseFloat(text, 64)
		if err == nil && percent > 0 && percent <= 100 {
			return bulk.ErrorLimit{Set: true, Percent: percent}, nil
		}
	default:
		count, err := strconv.Atoi(text)
		if err == nil && count >= 0 {
			return bulk.ErrorLimit{Set: true, Count: count}, nil
		}
	}
	return bulk.ErrorLimit{}, failure.Invalidf("--max-errors", "must be a number of rows, or a share above 0%% up to 100%% (got %q)", p.maxErrors)
}
