package reconcile

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

// sentValues is the write whose outcome is not known in these tests; it is sent at time zero of the bubble.
func sentValues(email string) record.Values {
	return record.Values{record.CompanyName: "Foo, Inc.", record.Email: email, record.CountryCode: "DE", record.Currency: "EUR", record.Timezone: "Europe/Berlin"}
}

// bubble runs a test in virtual time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}

// setUp returns a server with an old customer, whose search can be checked, and a reconciler that knows the server's clock.
func setUp() (*simulate.Server, *Reconciler) {
	s := simulate.NewServer(nil)
	s.Add(simulate.Customer{ID: uuid.New(), Values: record.Values{record.CompanyName: "Old", record.Email: "old@example.com"}, At: time.Now().Add(-time.Hour)})
	l := &Learned{}
	l.SetOffset(0)
	return s, &Reconciler{API: s, Learned: l}
}

// confirmed lets the server confirm a create, as a run does that goes well.
func confirmed(t *testing.T, s *simulate.Server, l *Learned, v record.Values) {
	t.Helper()
	started := time.Now()
	c, err := s.Commit(v, 0)
	if err != nil || !l.Confirm(Create{ID: c.ID.String(), Sent: v, Started: started, Ended: time.Now(), CreatedAt: c.At.Add(c.Skew)}) {
		t.Errorf("%v: the create of %v is not confirmed", err, v)
	}
}

func TestReconcile_WithEmail(t *testing.T) {
	t.Parallel()
	claimedID := uuid.New()
	for name, test := range map[string]struct {
		change  func(c *simulate.Customer) // of the customer that is there; nil for none
		at      time.Duration              // its creation after the send
		noClock bool
		want    record.State
		took    time.Duration
	}{
		"own":                       {change: func(*simulate.Customer) {}, want: record.Created},
		"a second early":            {change: func(*simulate.Customer) {}, at: -time.Second, want: record.Created},
		"committed late":            {change: func(*simulate.Customer) {}, at: 54 * time.Second, want: record.Created, took: 60 * time.Second},
		"codes in another case":     {change: func(c *simulate.Customer) { c.Values[record.CountryCode], c.Values[record.Currency] = "de", "eur" }, want: record.Created},
		"name trimmed":              {change: func(c *simulate.Customer) { c.Values[record.CompanyName] = "  Foo, Inc. " }, want: record.Created},
		"the email in another case": {change: func(c *simulate.Customer) { c.Values[record.Email] = "A@EXAMPLE.com" }, want: record.Created},
		"there before":              {change: func(*simulate.Customer) {}, at: -2 * time.Minute, want: record.Unknown},
		"just before":               {change: func(*simulate.Customer) {}, at: -3 * time.Second, want: record.Unknown, took: 60 * time.Second},
		"no clock":                  {change: func(*simulate.Customer) {}, noClock: true, want: record.Unknown, took: 60 * time.Second},
		"the clock was set":         {change: func(c *simulate.Customer) { c.Skew = -time.Hour }, want: record.Unknown},
		"the clock was set forward": {change: func(c *simulate.Customer) { c.Skew = time.Hour }, want: record.Unknown},
		"another name":              {change: func(c *simulate.Customer) { c.Values[record.CompanyName] = "Bar" }, want: record.Unknown},
		"another country":           {change: func(c *simulate.Customer) { c.Values[record.CountryCode] = "FR" }, want: record.Unknown},
		"a field lost":              {change: func(c *simulate.Customer) { c.Values[record.Timezone] = "" }, want: record.Unknown},
		"a field more":              {change: func(c *simulate.Customer) { c.Values[record.Locale] = "de-DE" }, want: record.Unknown, took: 60 * time.Second},
		"another row's":             {change: func(c *simulate.Customer) { c.ID = claimedID }, want: record.Unknown},
		"no creation time":          {change: func(c *simulate.Customer) { c.At = time.Time{} }, want: record.Unknown, took: 60 * time.Second},
		"not there":                 {want: record.Pending, took: 65 * time.Second},
		"an email that ends alike":  {change: func(c *simulate.Customer) { c.Values[record.Email] = "xa@example.com" }, want: record.Pending, took: 65 * time.Second},
		"an email that contains it": {change: func(c *simulate.Customer) { c.Values[record.Email] = "a@example.com.example.org" }, want: record.Pending, took: 65 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				sent := time.Now()
				if test.change != nil {
					c := simulate.Customer{ID: uuid.New(), Values: sentValues("a@example.com"), At: sent.Add(test.at)}
					test.change(&c)
					s.Pending = append(s.Pending, c)
				}
				if test.noClock {
					r.Learned = &Learned{}
				}
				r.Claimed = func(id uuid.UUID) bool { return id == claimedID }
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: sent, Last: sent})
				if err != nil || got.State != test.want || (got.Reason == "") != (test.want != record.Unknown) {
					t.Errorf("%+v, %v; want %s", got, err, test.want)
				}
				if took := time.Since(sent); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
				if (got.Customer == nil) != (test.want == record.Pending) {
					t.Errorf("customer %v", got.Customer)
				}
			})
		})
	}
}

// A run that sends nothing new learns the clock of creation times from a customer of the run before it.
func TestReconcile_ClockOfEarlierRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		skew    time.Duration // of creation times, against the Date of answers
		at      time.Duration // the creation after the send
		missing bool          // the customer of the earlier run cannot be read
		want    record.State
	}{
		"as the Date":       {want: record.Created},
		"behind":            {skew: -40 * time.Second, want: record.Created},
		"far behind":        {skew: -time.Hour, want: record.Created},
		"far ahead":         {skew: time.Hour, want: record.Created},
		"there before":      {skew: -40 * time.Second, at: -10 * time.Second, want: record.Unknown},
		"far ahead, before": {skew: time.Hour, at: -10 * time.Second, want: record.Unknown},
		"cannot be read":    {skew: -40 * time.Second, missing: true, want: record.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				earlier := simulate.Customer{ID: uuid.New(), Values: sentValues("z@example.com"), At: time.Now(), Skew: test.skew}
				if !test.missing {
					s.Add(earlier)
				}
				r.Learned.SetEarlier(Create{ID: earlier.ID.String(), Sent: earlier.Values, Started: time.Now(), Ended: time.Now()})
				sent := time.Now().Add(time.Second)
				s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues("a@example.com"), At: sent.Add(test.at), Skew: test.skew})
				time.Sleep(time.Hour)
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: sent, Last: sent})
				if err != nil || got.State != test.want {
					t.Errorf("%+v, %v; want %s", got, err, test.want)
				}
			})
		})
	}
}

func TestReconcile_WithoutEmail(t *testing.T) {
	t.Parallel()
	claimedID := uuid.New()
	add := func(s *simulate.Server, v record.Values) {
		s.Add(simulate.Customer{ID: uuid.New(), Values: v, At: time.Now()})
	}
	own := func(s *simulate.Server) { add(s, sentValues("")) }
	nameOnly := record.Values{record.CompanyName: "Foo, Inc."}
	industryOnly := record.Values{record.Industry: "Retail"}
	for name, test := range map[string]struct {
		sent  record.Values
		there func(s *simulate.Server)
		want  record.State
	}{
		"one":  {sentValues(""), own, record.Created},
		"none": {sentValues(""), func(*simulate.Server) {}, record.Unknown},
		"two":  {sentValues(""), func(s *simulate.Server) { own(s); own(s) }, record.Unknown},
		"one of another row": {sentValues(""), func(s *simulate.Server) {
			s.Add(simulate.Customer{ID: claimedID, Values: sentValues(""), At: time.Now()})
		}, record.Unknown},
		"one with an email": {sentValues(""), func(s *simulate.Server) { add(s, sentValues("a@example.com")) }, record.Unknown},
		"one from before": {sentValues(""), func(s *simulate.Server) {
			s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues(""), At: time.Now().Add(-time.Hour)})
		}, record.Unknown},
		"one with a field more": {sentValues(""), func(s *simulate.Server) {
			v := sentValues("")
			v[record.Locale] = "de-DE"
			add(s, v)
		}, record.Unknown},
		"among 250 others":       {sentValues(""), func(s *simulate.Server) { crowd(s, 120); own(s); crowd(s, 130) }, record.Created},
		"without creation time":  {sentValues(""), func(s *simulate.Server) { s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues("")}) }, record.Unknown},
		"only a name was sent":   {nameOnly, func(s *simulate.Server) { add(s, nameOnly) }, record.Unknown},
		"only an industry was":   {industryOnly, func(s *simulate.Server) { add(s, industryOnly) }, record.Unknown},
		"codes without a name":   {record.Values{record.CountryCode: "DE", record.Currency: "EUR"}, func(s *simulate.Server) { add(s, record.Values{record.CountryCode: "DE", record.Currency: "EUR"}) }, record.Unknown},
		"a name and one more":    {record.Values{record.CompanyName: "X", record.Locale: "de-DE"}, func(s *simulate.Server) { add(s, record.Values{record.CompanyName: "X", record.Locale: "de-DE"}) }, record.Created},
		"similar, another field": {sentValues(""), func(s *simulate.Server) { v := sentValues(""); v[record.Currency] = "USD"; add(s, v) }, record.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				test.there(s)
				r.Claimed = func(id uuid.UUID) bool { return id == claimedID }
				got, err := r.Reconcile(t.Context(), Write{Sent: test.sent, First: time.Now(), Last: time.Now()})
				if err != nil || got.State != test.want {
					t.Errorf("%+v, %v; want %s", got, err, test.want)
				}
				if name == "none" && !strings.Contains(got.Reason, "without an email") {
					t.Errorf("the reason is %q", got.Reason)
				}
			})
		})
	}
}

func crowd(s *simulate.Server, n int) {
	for range n {
		s.Add(simulate.Customer{ID: uuid.New(), Values: record.Values{record.CompanyName: "another"}, At: time.Now()})
	}
}

// unreported is a server whose lists leave the time zone out; detail is what it reports of it otherwise.
type unreported struct {
	*simulate.Server
	detail string // members of the customer in JSON, each with a comma before it
}

func (u unreported) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	found, err := u.Server.FindByEmail(ctx, email)
	for i := range found {
		found[i].Timezone = nil
	}
	return found, err
}

func (u unreported) Get(_ context.Context, id string) (*client.CustomerDetail, error) {
	d := &client.CustomerDetail{}
	return d, d.UnmarshalJSON([]byte(`{"id":"` + id + `","company_name":"Foo, Inc.","country_code":"DE","currency":"EUR"` + u.detail + `}`))
}

// A list may leave a field out, and the customer alone too.
func TestReconcile_UnreportedField(t *testing.T) {
	t.Parallel()
	for detail, want := range map[string]record.State{
		`,"timezone":"Europe/Berlin"`: record.Created,
		`,"timezone":"Asia/Tokyo"`:    record.Unknown,
		`,"timezone":null`:            record.Unknown,
		``:                            record.Unknown,
	} {
		t.Run(detail, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues("a@example.com"), At: time.Now()})
				r.API = unreported{s, detail}
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: time.Now(), Last: time.Now()})
				if err != nil || got.State != want || want == record.Unknown && !strings.Contains(got.Reason, "timezone") {
					t.Errorf("%+v, %v; want %s", got, err, want)
				}
			})
		})
	}
}

// A field that was not sent is the server's default, as other creates show, or the customer is not the write's.
func TestReconcile_Defaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sample string // the currency that a confirmed create was given without sending one, "" for no confirmed create
		after  time.Duration
		want   record.State
		took   time.Duration
	}{
		"the default":           {sample: "EUR", want: record.Created},
		"another default":       {sample: "USD", want: record.Unknown},
		"no create is known":    {want: record.Unknown, took: time.Minute},
		"a create is confirmed": {sample: "EUR", after: 30 * time.Second, want: record.Created, took: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				sent := sentValues("a@example.com")
				sent[record.Currency] = ""
				began := time.Now()
				s.Defaults[record.Currency] = "EUR"
				if _, err := s.Commit(sent, 0); err != nil {
					t.Fatal(err)
				}
				s.Defaults[record.Currency] = test.sample
				confirm := func() { confirmed(t, s, r.Learned, record.Values{record.Email: "b@example.com"}) }
				switch {
				case test.after > 0:
					time.AfterFunc(test.after, confirm)
				case test.sample != "":
					confirm()
				}
				got, err := r.Reconcile(t.Context(), Write{Sent: sent, First: began, Last: began})
				if err != nil || got.State != test.want || time.Since(began) != test.took {
					t.Errorf("%+v, %v after %v; want %s", got, err, time.Since(began), test.want)
				}
			})
		})
	}
}

// The quiet period begins when the attempt has ended, however long that took.
func TestReconcile_LateCommitAfterLongAttempt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, r := setUp()
		sent := time.Now()
		s.Pending = append(s.Pending, simulate.Customer{ID: uuid.New(), Values: sentValues("a@example.com"), At: sent.Add(140 * time.Second)})
		time.Sleep(90 * time.Second)
		got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: sent, Last: time.Now()})
		if err != nil || got.State != record.Created {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// What is not found is not there only when the search finds what must be there.
func TestReconcile_AbsenceNeedsSearch(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set  func(t *testing.T, s *simulate.Server, r *Reconciler)
		want record.State
	}{
		"it finds an older customer": {func(*testing.T, *simulate.Server, *Reconciler) {}, record.Pending},
		"it finds what the run created": {func(t *testing.T, s *simulate.Server, r *Reconciler) {
			t.Helper()
			confirmed(t, s, r.Learned, record.Values{record.Email: "b@example.com"})
		}, record.Pending},
		"it lags":     {func(_ *testing.T, s *simulate.Server, r *Reconciler) { s.SearchLag = 4 * time.Second }, record.Pending},
		"it is blind": {func(_ *testing.T, s *simulate.Server, r *Reconciler) { s.SearchBlind = true }, record.Unknown},
		"it is blind, and the list has no order": {func(_ *testing.T, s *simulate.Server, r *Reconciler) {
			s.SearchBlind = true
			s.OnList = func(p *client.CustomerPage) {
				for i := range p.Customers {
					p.Customers[i].CreatedAt.Time = time.Time{}
				}
			}
		}, record.Unknown},
		"there is nothing to find": {func(_ *testing.T, s *simulate.Server, r *Reconciler) {
			s.Customers[0].Values[record.Email] = ""
		}, record.Unknown},
		"a create is confirmed later": {func(t *testing.T, s *simulate.Server, r *Reconciler) {
			t.Helper()
			s.Customers[0].Values[record.Email] = ""
			time.AfterFunc(90*time.Second, func() { confirmed(t, s, r.Learned, record.Values{record.Email: "b@example.com"}) })
		}, record.Pending},
		"the server changes emails": {func(_ *testing.T, s *simulate.Server, r *Reconciler) { r.Learned.rewritesEmails.Store(true) }, record.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				test.set(t, s, r)
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: time.Now(), Last: time.Now()})
				if err != nil || got.State != test.want {
					t.Errorf("%+v, %v; want %s", got, err, test.want)
				}
			})
		})
	}
}

// A server may store an address without its tag. Sending again would create a second customer.
func TestReconcile_AddressWithoutTag(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		at   time.Duration
		v    record.Values
		want record.State
	}{
		"just created":  {0, sentValues("a@example.com"), record.Unknown},
		"older":         {-time.Hour, sentValues("a@example.com"), record.Unknown},
		"another field": {0, record.Values{record.CompanyName: "Bar", record.Email: "a@example.com"}, record.Pending},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				s.Add(simulate.Customer{ID: uuid.New(), Values: test.v, At: time.Now().Add(test.at)})
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a+tag@example.com"), First: time.Now(), Last: time.Now()})
				if err != nil || got.State != test.want || (got.Customer == nil) != (test.want == record.Pending) {
					t.Errorf("%+v, %v; want %s", got, err, test.want)
				}
			})
		})
	}
}

func TestReconcile_BackslashInEmail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list func(*client.CustomerPage)
		want record.State
	}{
		"newest first": {nil, record.Created},
		"in any order": {func(p *client.CustomerPage) {
			old := p.Customers[0]
			old.CreatedAt.Time = old.CreatedAt.Time.Add(-time.Second)
			p.Customers[0].CreatedAt.Time = old.CreatedAt.Time.Add(time.Hour)
			p.Customers = append([]client.Customer{old}, p.Customers...)
		}, record.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues(`a\b@example.com`), At: time.Now()})
				s.SearchBlind, s.OnList = true, test.list
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues(`a\b@example.com`), First: time.Now(), Last: time.Now()})
				if err != nil || got.State != test.want {
					t.Errorf("%+v, %v", got, err)
				}
			})
		})
	}
}

func TestReconcile_IncompleteListing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		looks := 0
		s, r := setUp()
		s.OnFind = func(string) ([]client.Customer, error) {
			looks++
			return nil, &client.IncompleteError{Reasons: []string{"the total fell"}}
		}
		got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), Last: time.Now()})
		if err != nil || got.State != record.Unknown || looks != maxLooks+1 {
			t.Errorf("%v, %v after %d looks", got, err, looks)
		}
	})
}

func TestReconcile_Ends(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		s, r := setUp()
		got, err := r.Reconcile(ctx, Write{Sent: sentValues("a@example.com"), Last: time.Now()})
		if !errors.Is(err, context.DeadlineExceeded) || got.State != record.Unknown {
			t.Errorf("%v, %v", got, err)
		}
		refused := simulate.Refusal(403, "not_allowed", "no")
		s.OnFind = func(string) ([]client.Customer, error) { return nil, refused }
		if got, err = r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), Last: time.Now()}); !errors.Is(err, refused) || got.State != record.Unknown {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestReconcile_Eager(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, r := setUp()
		began := time.Now()
		s.Pending = []simulate.Customer{{ID: uuid.New(), Values: sentValues("a@example.com"), At: began.Add(6 * time.Second)}}
		r.Eager = true
		got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: began, Last: began})
		if err != nil || got.State != record.Created || time.Since(began) != 7*time.Second {
			t.Errorf("%v, %v after %v", got, err, time.Since(began))
		}
	})
}

func TestFindDuplicate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		theirs  bool // another operator's customer is there, with another name
		own     bool // the customer is there with what was sent
		earlier bool // an earlier send has an unknown outcome
		lag     time.Duration
		want    record.State
	}{
		"another's":              {theirs: true, want: record.Exists},
		"equal data":             {own: true, want: record.Exists},
		"another's, sent before": {theirs: true, earlier: true, want: record.Unknown},
		"own, sent before":       {own: true, earlier: true, want: record.Created},
		"own, reads lag":         {own: true, earlier: true, lag: 3 * time.Second, want: record.Created},
		"another's, reads lag":   {theirs: true, lag: 3 * time.Second, want: record.Exists},
		"not found":              {want: record.Pending},
		"not found, sent before": {earlier: true, want: record.Pending},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				s.Lag = test.lag
				v := sentValues("a@example.com")
				if test.theirs {
					v[record.CompanyName] = "Bar"
				}
				if test.theirs || test.own {
					s.Others(v)
				}
				w := Write{Sent: sentValues("a@example.com")}
				if test.earlier {
					w.First, w.Last = time.Now(), time.Now()
				}
				got, err := r.FindDuplicate(t.Context(), w, true)
				if err != nil || got.State != test.want || (got.Customer == nil) != (test.want == record.Pending) {
					t.Errorf("%+v, %v; want %s", got, err, test.want)
				}
			})
		})
	}
}
