package reconcile

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/bulk/simulate"
	"github.com/hydracore/hydractl/pkg/client"
)

// sentValues is the write in doubt of these tests; it is sent at time zero of the bubble.
func sentValues(email string) record.Values {
	return record.Values{record.CompanyName: "Foo, Inc.", record.Email: email, record.CountryCode: "DE", record.Currency: "EUR", record.Timezone: "Europe/Berlin"}
}

func TestDoubtIsSettledByWhatIsFound(t *testing.T) {
	t.Parallel()
	claimedID := uuid.New()
	for name, test := range map[string]struct {
		change  func(c *simulate.Customer) // of the customer that is there; nil for none
		at      time.Duration              // its creation after the send
		noClock bool
		want    record.State
		took    time.Duration
	}{
		"ours":                      {change: func(*simulate.Customer) {}, want: record.Created},
		"ours, a second early":      {change: func(*simulate.Customer) {}, at: -time.Second, want: record.Created},
		"ours, committed late":      {change: func(*simulate.Customer) {}, at: 54 * time.Second, want: record.Created, took: 60 * time.Second},
		"codes in another case":     {change: func(c *simulate.Customer) { c.Values[record.CountryCode], c.Values[record.Currency] = "de", "eur" }, want: record.Created},
		"name trimmed":              {change: func(c *simulate.Customer) { c.Values[record.CompanyName] = "  Foo, Inc. " }, want: record.Created},
		"there before":              {change: func(*simulate.Customer) {}, at: -3 * time.Second, want: record.Exists},
		"there before, no clock":    {change: func(*simulate.Customer) {}, at: -3 * time.Second, noClock: true, want: record.Unknown},
		"another name":              {change: func(c *simulate.Customer) { c.Values[record.CompanyName] = "Bar" }, want: record.Exists},
		"another country":           {change: func(c *simulate.Customer) { c.Values[record.CountryCode] = "FR" }, want: record.Exists},
		"a field lost":              {change: func(c *simulate.Customer) { c.Values[record.Timezone] = "" }, want: record.Exists},
		"another row's":             {change: func(c *simulate.Customer) { c.ID = claimedID }, want: record.Exists},
		"no usable creation time":   {change: func(c *simulate.Customer) { c.At = time.Time{} }, want: record.Unknown},
		"not there":                 {want: record.Pending, took: 65 * time.Second},
		"somebody else's email":     {change: func(c *simulate.Customer) { c.Values[record.Email] = "xa@example.com" }, want: record.Pending, took: 65 * time.Second},
		"an email that contains it": {change: func(c *simulate.Customer) { c.Values[record.Email] = "a@example.com.example.org" }, want: record.Pending, took: 65 * time.Second},
		"the email in another case": {change: func(c *simulate.Customer) { c.Values[record.Email] = "A@EXAMPLE.com" }, want: record.Created},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := simulate.NewServer(nil)
				sent := time.Now()
				if test.change != nil {
					c := simulate.Customer{ID: uuid.New(), Values: sentValues("a@example.com"), At: sent.Add(test.at)}
					test.change(&c)
					s.Pending = append(s.Pending, c)
				}
				r := &Reconciler{API: s, ClockKnown: !test.noClock, Claimed: func(id uuid.UUID) bool { return id == claimedID }}
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: sent, Last: sent})
				if err != nil || got.State != test.want {
					t.Errorf("%v, %v; want %s", got, err, test.want)
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

func TestAWriteWithoutEmailIsRecognisedByItsFieldsOrNotAtAll(t *testing.T) {
	t.Parallel()
	claimedID := uuid.New()
	ours := func(s *simulate.Server) {
		s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues(""), At: time.Now()})
	}
	for name, test := range map[string]struct {
		there func(s *simulate.Server)
		want  record.State
	}{
		"one":  {ours, record.Created},
		"none": {func(*simulate.Server) {}, record.Unknown},
		"two":  {func(s *simulate.Server) { ours(s); ours(s) }, record.Unknown},
		"one of another row": {func(s *simulate.Server) {
			s.Add(simulate.Customer{ID: claimedID, Values: sentValues(""), At: time.Now()})
		}, record.Unknown},
		"one with an email": {func(s *simulate.Server) {
			s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues("a@example.com"), At: time.Now()})
		}, record.Unknown},
		"one from before": {func(s *simulate.Server) {
			s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues(""), At: time.Now().Add(-time.Hour)})
		}, record.Unknown},
		"among 250 others":      {func(s *simulate.Server) { crowd(s, 120); ours(s); crowd(s, 130) }, record.Created},
		"without creation time": {func(s *simulate.Server) { s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues("")}) }, record.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := simulate.NewServer(nil)
				s.Add(simulate.Customer{ID: uuid.New(), Values: record.Values{record.CompanyName: "old"}, At: time.Now().Add(-time.Minute)})
				test.there(s)
				r := &Reconciler{API: s, ClockKnown: true, Claimed: func(id uuid.UUID) bool { return id == claimedID }}
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues(""), First: time.Now(), Last: time.Now()})
				if err != nil || got.State != test.want {
					t.Errorf("%v, %v; want %s", got, err, test.want)
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

func TestABackslashIsLookedForAmongTheNewCustomers(t *testing.T) {
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
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := simulate.NewServer(nil)
				s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues(`a\b@example.com`), At: time.Now()})
				blind := simulate.WithReads{Server: s, OnFind: func(string) ([]client.Customer, error) { return nil, nil }, OnList: test.list}
				r := &Reconciler{API: blind, ClockKnown: true}
				got, err := r.Reconcile(t.Context(), Write{Sent: sentValues(`a\b@example.com`), First: time.Now(), Last: time.Now()})
				if err != nil || got.State != test.want {
					t.Errorf("%v, %v", got, err)
				}
			})
		})
	}
}

func TestAListingThatIsNotCompleteIsNoAbsence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		r := &Reconciler{API: simulate.WithReads{OnFind: func(string) ([]client.Customer, error) {
			looks++
			return nil, &client.IncompleteError{Reasons: []string{"the total fell"}}
		}}}
		got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), Last: time.Now()})
		if err != nil || got.State != record.Unknown || looks != maxLooks+1 {
			t.Errorf("%v, %v after %d looks", got, err, looks)
		}
	})
}

func TestSettlingEndsWithItsContextOrARefusedLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r := &Reconciler{API: simulate.NewServer(nil)}
		got, err := r.Reconcile(ctx, Write{Sent: sentValues("a@example.com"), Last: time.Now()})
		if !errors.Is(err, context.DeadlineExceeded) || got.State != record.Unknown {
			t.Errorf("%v, %v", got, err)
		}
		refused := simulate.Refusal(403, "not_allowed", "no")
		r.API = simulate.WithReads{OnFind: func(string) ([]client.Customer, error) { return nil, refused }}
		if got, err = r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), Last: time.Now()}); !errors.Is(err, refused) || got.State != record.Unknown {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestSomeoneWhoWaitsIsToldSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulate.NewServer(nil)
		began := time.Now()
		s.Pending = []simulate.Customer{{ID: uuid.New(), Values: sentValues("a@example.com"), At: began.Add(6 * time.Second)}}
		r := &Reconciler{API: s, ClockKnown: true, Eager: true}
		got, err := r.Reconcile(t.Context(), Write{Sent: sentValues("a@example.com"), First: began, Last: began})
		if err != nil || got.State != record.Created || time.Since(began) != 7*time.Second {
			t.Errorf("%v, %v after %v", got, err, time.Since(began))
		}
	})
}

func TestTheServersClockGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := simulate.WithReads{Server: simulate.NewServer(nil), OnList: func(p *client.CustomerPage) { p.Date = p.Date.Add(time.Hour) }}
		now, known, err := ServerClock(t.Context(), s)
		time.Sleep(time.Minute)
		if err != nil || !known || !now().Equal(time.Now().Add(time.Hour)) {
			t.Errorf("%v %v %v", now(), known, err)
		}
		s.OnList = func(p *client.CustomerPage) { p.Date = time.Time{} }
		if now, known, err = ServerClock(t.Context(), s); err != nil || known || !now().Equal(time.Now()) {
			t.Errorf("%v %v %v", now(), known, err)
		}
	})
}
