package reconcile

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestAnswered(t *testing.T) {
	t.Parallel()
	claimedID := uuid.New()
	for name, test := range map[string]struct {
		change  func(c *simulate.Customer)
		missing bool
		absent  bool // the email was known to be absent before the send
		step    time.Duration
		noDate  bool // as after a restart
		want    record.State
		said    string // part of the reason or the warning
	}{
		"own":                             {change: func(*simulate.Customer) {}, want: record.Created},
		"another email":                   {change: func(c *simulate.Customer) { c.Values[record.Email] = "b@example.com" }, want: record.Created, said: `"a@example.com" as "b@example.com"`},
		"another email, no match":         {change: func(c *simulate.Customer) { c.Values = record.Values{record.Email: "b@example.com"} }, want: record.Unknown, said: "company name"},
		"another country":                 {change: func(c *simulate.Customer) { c.Values[record.CountryCode] = "FR" }, want: record.Unknown, said: "country code"},
		"a field more":                    {change: func(c *simulate.Customer) { c.Values[record.Locale] = "de-DE" }, want: record.Created},
		"older":                           {change: func(c *simulate.Customer) { c.At = c.At.Add(-time.Hour) }, want: record.Exists},
		"older, another email":            {change: func(c *simulate.Customer) { c.At = c.At.Add(-time.Hour); c.Values[record.Email] = "b@example.com" }, want: record.Exists},
		"older, without email":            {change: func(c *simulate.Customer) { c.At = c.At.Add(-time.Hour); c.Values[record.Email] = "" }, want: record.Exists},
		"a clock behind its Date":         {change: func(c *simulate.Customer) { c.At = c.At.Add(-30 * time.Second) }, want: record.Created},
		"the clock was set back":          {change: func(c *simulate.Customer) {}, step: -time.Hour, want: record.Created},
		"absent before":                   {change: func(c *simulate.Customer) { c.At = c.At.Add(-time.Hour) }, absent: true, want: record.Created},
		"absent, another name":            {change: func(c *simulate.Customer) { c.At = c.At.Add(-time.Hour); c.Values[record.CompanyName] = "Bar" }, absent: true, want: record.Unknown, said: "company name"},
		"older, no Date":                  {change: func(c *simulate.Customer) { c.At = c.At.Add(-time.Hour) }, noDate: true, want: record.Unknown, said: "older"},
		"another row's, other email":      {change: func(c *simulate.Customer) { c.ID = claimedID; c.Values[record.Email] = "b@example.com" }, want: record.Unknown, said: "another row"},
		"another row's, same but the tag": {change: func(c *simulate.Customer) { c.ID = claimedID; c.Values[record.Email] = "a+b@example.com" }, want: record.Exists},
		"another row's":                   {change: func(c *simulate.Customer) { c.ID = claimedID }, want: record.Exists},
		"no creation time":                {change: func(c *simulate.Customer) { c.At = time.Time{} }, want: record.Created},
		"not there":                       {missing: true, want: record.Unknown, said: "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, r := setUp()
				r.Claimed = func(id uuid.UUID) bool { return id == claimedID }
				sent := time.Now()
				c := simulate.Customer{ID: uuid.New(), Values: sentValues("a@example.com"), At: sent, Skew: test.step}
				if !test.missing {
					test.change(&c)
					s.Add(c)
				}
				w := Write{Sent: sentValues("a@example.com"), First: sent, Last: sent, Absent: test.absent, Date: sent.Add(test.step)}
				if test.noDate {
					w.Date = time.Time{}
				}
				got, err := r.Answered(t.Context(), w, c.ID.String())
				if err != nil || got.State != test.want || got.Customer == nil || !strings.Contains(got.Reason+got.Warning, test.said) {
					t.Errorf("%+v, %v; want %s", got, err, test.want)
				}
			})
		})
	}
}

// A clock that was set back without its Date makes answers look old. They have that in common, and are not there before.
func TestAnswered_ClockSetBackAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, r := setUp()
		confirmed(t, s, r.Learned, sentValues("0@example.com"))
		states := make(chan record.State, 3)
		for i := range 3 {
			sent := sentValues(string(rune('a'+i)) + "@example.com")
			started := time.Now()
			c := simulate.Customer{ID: uuid.New(), Values: sent, At: started, Skew: -time.Hour}
			s.Add(c)
			if r.Learned.Confirm(Create{ID: c.ID.String(), Sent: sent, Started: started, Ended: started, CreatedAt: started.Add(c.Skew), Date: started}) {
				t.Error("an answer with an old customer is believed")
			}
			go func() {
				got, err := r.Answered(t.Context(), Write{Sent: sent, First: started, Last: started, Date: started}, c.ID.String())
				if err != nil {
					t.Error(err)
				}
				states <- got.State
			}()
			time.Sleep(time.Second)
		}
		for range 3 {
			if got := <-states; got != record.Unknown {
				t.Errorf("%s, want unknown", got)
			}
		}
	})
}

// Old customers have no clock in common.
func TestAnswered_SeveralOlder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, r := setUp()
		done := make(chan Result, 3)
		for i, old := range []time.Duration{time.Hour, time.Hour + time.Second, 2 * time.Hour} {
			started := time.Now()
			c := simulate.Customer{ID: uuid.New(), Values: sentValues(string(rune('a'+i)) + "@example.com"), At: started.Add(-old)}
			s.Add(c)
			r.Learned.Confirm(Create{ID: c.ID.String(), Sent: c.Values, Started: started, Ended: started, CreatedAt: c.At, Date: started})
			go func() {
				got, _ := r.Answered(t.Context(), Write{Sent: c.Values, First: started, Last: started, Date: started}, c.ID.String())
				done <- got
			}()
			time.Sleep(time.Second)
		}
		for range 3 {
			if got := <-done; got.State != record.Exists {
				t.Errorf("%+v, want exists", got)
			}
		}
	})
}

// The clock is learned from creates: a Date is only where it begins.
func TestLearned_Clock(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, r := setUp()
		create := func(email string, skew time.Duration) bool {
			now := time.Now()
			c := simulate.Customer{ID: uuid.New(), Values: sentValues(email), At: now, Skew: skew}
			s.Add(c)
			return r.Learned.Confirm(Create{ID: c.ID.String(), Sent: c.Values, Started: now, Ended: now, CreatedAt: now.Add(skew)})
		}
		find := func(email string, skew time.Duration) record.State {
			now := time.Now()
			s.Add(simulate.Customer{ID: uuid.New(), Values: sentValues(email), At: now, Skew: skew})
			got, err := r.Reconcile(t.Context(), Write{Sent: sentValues(email), First: now, Last: now})
			if err != nil {
				t.Error(err)
			}
			return got.State
		}
		if !create("1@example.com", 20*time.Second) || find("2@example.com", 20*time.Second) != record.Created {
			t.Error("creation times 20 s ahead of the Date are not learned")
		}
		r.Learned.SetOffset(0) // a later Date counts less than a create
		if find("3@example.com", 0) != record.Unknown {
			t.Error("a creation time before the send is accepted by the Date")
		}
		if !create("4@example.com", time.Hour) {
			t.Error("an answer with a customer of the future is not believed")
		}
		time.Sleep(time.Second)
		if find("5@example.com", time.Hour) != record.Created {
			t.Error("the new clock is not learned")
		}
		if create("6@example.com", 0) {
			t.Error("an answer with a customer that seems old is believed")
		}
	})
}
