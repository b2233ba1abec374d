package bulk

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/pkg/client"
)

// sentValues is the write in doubt of these tests; it is sent at time zero of the bubble.
func sentValues(email string) Values {
	return Values{CompanyName: "Foo, Inc.", Email: email, CountryCode: "DE", Currency: "EUR", Timezone: "Europe/Berlin"}
}

func TestDoubtIsSettledByWhatIsFound(t *testing.T) {
	t.Parallel()
	claimedID := uuid.New()
	for name, test := range map[string]struct {
		change  func(c *customer) // of the customer that is there; nil for none
		at      time.Duration     // its creation after the send
		noClock bool
		want    State
		took    time.Duration
	}{
		"ours":                      {change: func(*customer) {}, want: Created},
		"ours, a second early":      {change: func(*customer) {}, at: -time.Second, want: Created},
		"ours, committed late":      {change: func(*customer) {}, at: 54 * time.Second, want: Created, took: 60 * time.Second},
		"codes in another case":     {change: func(c *customer) { c.values[CountryCode], c.values[Currency] = "de", "eur" }, want: Created},
		"name trimmed":              {change: func(c *customer) { c.values[CompanyName] = "  Foo, Inc. " }, want: Created},
		"there before":              {change: func(*customer) {}, at: -3 * time.Second, want: Exists},
		"there before, no clock":    {change: func(*customer) {}, at: -3 * time.Second, noClock: true, want: Unknown},
		"another name":              {change: func(c *customer) { c.values[CompanyName] = "Bar" }, want: Exists},
		"another country":           {change: func(c *customer) { c.values[CountryCode] = "FR" }, want: Exists},
		"a field lost":              {change: func(c *customer) { c.values[Timezone] = "" }, want: Exists},
		"another row's":             {change: func(c *customer) { c.id = claimedID }, want: Exists},
		"no usable creation time":   {change: func(c *customer) { c.at = time.Time{} }, want: Unknown},
		"not there":                 {want: Pending, took: 65 * time.Second},
		"somebody else's email":     {change: func(c *customer) { c.values[Email] = "xa@example.com" }, want: Pending, took: 65 * time.Second},
		"an email that contains it": {change: func(c *customer) { c.values[Email] = "a@example.com.example.org" }, want: Pending, took: 65 * time.Second},
		"the email in another case": {change: func(c *customer) { c.values[Email] = "A@EXAMPLE.com" }, want: Created},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(nil)
				sent := time.Now()
				if test.change != nil {
					c := customer{id: uuid.New(), values: sentValues("a@example.com"), at: sent.Add(test.at)}
					test.change(&c)
					s.pending = append(s.pending, c)
				}
				r := &Resolver{API: s, ClockKnown: !test.noClock, Claimed: func(id uuid.UUID) bool { return id == claimedID }}
				got, err := r.Settle(t.Context(), Doubt{Sent: sentValues("a@example.com"), First: sent, Last: sent})
				if err != nil || got.State != test.want {
					t.Errorf("%v, %v; want %s", got, err, test.want)
				}
				if took := time.Since(sent); took != test.took {
					t.Errorf("took %v, want %v", took, test.took)
				}
				if (got.Customer == nil) != (test.want == Pending) {
					t.Errorf("customer %v", got.Customer)
				}
			})
		})
	}
}

func TestAWriteWithoutEmailIsRecognisedByItsFieldsOrNotAtAll(t *testing.T) {
	t.Parallel()
	claimedID := uuid.New()
	ours := func(s *server) { s.add(customer{id: uuid.New(), values: sentValues(""), at: time.Now()}) }
	for name, test := range map[string]struct {
		there func(s *server)
		want  State
	}{
		"one":                {ours, Created},
		"none":               {func(*server) {}, Unknown},
		"two":                {func(s *server) { ours(s); ours(s) }, Unknown},
		"one of another row": {func(s *server) { s.add(customer{id: claimedID, values: sentValues(""), at: time.Now()}) }, Unknown},
		"one with an email":  {func(s *server) { s.add(customer{id: uuid.New(), values: sentValues("a@example.com"), at: time.Now()}) }, Unknown},
		"one from before": {func(s *server) {
			s.add(customer{id: uuid.New(), values: sentValues(""), at: time.Now().Add(-time.Hour)})
		}, Unknown},
		"among 250 others":      {func(s *server) { crowd(s, 120); ours(s); crowd(s, 130) }, Created},
		"without creation time": {func(s *server) { s.add(customer{id: uuid.New(), values: sentValues("")}) }, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(nil)
				s.add(customer{id: uuid.New(), values: Values{CompanyName: "old"}, at: time.Now().Add(-time.Minute)})
				test.there(s)
				r := &Resolver{API: s, ClockKnown: true, Claimed: func(id uuid.UUID) bool { return id == claimedID }}
				got, err := r.Settle(t.Context(), Doubt{Sent: sentValues(""), First: time.Now(), Last: time.Now()})
				if err != nil || got.State != test.want {
					t.Errorf("%v, %v; want %s", got, err, test.want)
				}
			})
		})
	}
}

func crowd(s *server, n int) {
	for range n {
		s.add(customer{id: uuid.New(), values: Values{CompanyName: "another"}, at: time.Now()})
	}
}

func TestABackslashIsLookedForAmongTheNewCustomers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list func(*client.CustomerPage)
		want State
	}{
		"newest first": {nil, Created},
		"in any order": {func(p *client.CustomerPage) {
			old := p.Customers[0]
			old.CreatedAt.Time = old.CreatedAt.Time.Add(-time.Second)
			p.Customers[0].CreatedAt.Time = old.CreatedAt.Time.Add(time.Hour)
			p.Customers = append([]client.Customer{old}, p.Customers...)
		}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newServer(nil)
				s.add(customer{id: uuid.New(), values: sentValues(`a\b@example.com`), at: time.Now()})
				blind := altered{server: s, onFind: func(string) ([]client.Customer, error) { return nil, nil }, onList: test.list}
				r := &Resolver{API: blind, ClockKnown: true}
				got, err := r.Settle(t.Context(), Doubt{Sent: sentValues(`a\b@example.com`), First: time.Now(), Last: time.Now()})
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
		r := &Resolver{API: altered{onFind: func(string) ([]client.Customer, error) {
			looks++
			return nil, &client.IncompleteError{Reasons: []string{"the total fell"}}
		}}}
		got, err := r.Settle(t.Context(), Doubt{Sent: sentValues("a@example.com"), Last: time.Now()})
		if err != nil || got.State != Unknown || looks != maxLooks+1 {
			t.Errorf("%v, %v after %d looks", got, err, looks)
		}
	})
}

func TestSettlingEndsWithItsContextOrARefusedLook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r := &Resolver{API: newServer(nil)}
		got, err := r.Settle(ctx, Doubt{Sent: sentValues("a@example.com"), Last: time.Now()})
		if !errors.Is(err, context.DeadlineExceeded) || got.State != Unknown {
			t.Errorf("%v, %v", got, err)
		}
		refused := answer(403, "not_allowed", "no")
		r.API = altered{onFind: func(string) ([]client.Customer, error) { return nil, refused }}
		if got, err = r.Settle(t.Context(), Doubt{Sent: sentValues("a@example.com"), Last: time.Now()}); !errors.Is(err, refused) || got.State != Unknown {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestSomeoneWhoWaitsIsToldSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newServer(nil)
		began := time.Now()
		s.pending = []customer{{id: uuid.New(), values: sentValues("a@example.com"), at: began.Add(6 * time.Second)}}
		r := &Resolver{API: s, ClockKnown: true, Eager: true}
		got, err := r.Settle(t.Context(), Doubt{Sent: sentValues("a@example.com"), First: began, Last: began})
		if err != nil || got.State != Created || time.Since(began) != 7*time.Second {
			t.Errorf("%v, %v after %v", got, err, time.Since(began))
		}
	})
}

func TestTheServersClockGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := altered{server: newServer(nil), onList: func(p *client.CustomerPage) { p.Date = p.Date.Add(time.Hour) }}
		now, known, err := ServerClock(t.Context(), s)
		time.Sleep(time.Minute)
		if err != nil || !known || !now().Equal(time.Now().Add(time.Hour)) {
			t.Errorf("%v %v %v", now(), known, err)
		}
		s.onList = func(p *client.CustomerPage) { p.Date = time.Time{} }
		if now, known, err = ServerClock(t.Context(), s); err != nil || known || !now().Equal(time.Now()) {
			t.Errorf("%v %v %v", now(), known, err)
		}
	})
}
