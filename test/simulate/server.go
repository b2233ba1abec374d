package simulate

import (
	"context"
	"errors"
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// Server is a HydraCore with one tenant, at the level of the API's calls. Set the fields before the first call.
type Server struct {
	Crash *Crash
	Pacer interface {
		Wait(ctx context.Context) error
	} // paces requests, nil for none

	Unique      bool                      // a second customer with an email is refused
	GetOrCreate bool                      // a second create with an email is answered 200 with the first customer
	Defaults    record.Values             // of fields that are not sent
	Rewrite     func(email string) string // the address that is stored for one that is sent; nil for the same
	PageSize    int                       // of lists, whatever is asked for; 0 for what is asked for
	Lag         time.Duration             // of all reads behind commits
	SearchLag   time.Duration             // of the search alone
	SearchBlind bool                      // the search finds nothing
	Fault       func(write int, v record.Values) WriteFault
	During      func() // called within each write
	ReadFail    func(read int) error
	OnFind      func(email string) ([]client.Customer, error) // replaces the search
	OnList      func(page *client.CustomerPage)               // may change a page

	mu        sync.Mutex
	Customers []Customer       // committed, in the order of the commits
	ByEmail   map[string][]int // into Customers, by folded email
	Pending   []Customer       // received, and committed later
	Writes    int
	Reads     int
	Posts     map[string]int // writes by company name: rows are told apart by it
	Requests  []time.Time
	Answered  map[string]bool // by company name: writes whose 2xx answer the client has, with the customer's ID
	Resent    []string        // company names of writes that came after that
	skew      time.Duration   // of the server's clock
	stepped   bool            // creation times are not in the order of the commits
}

// Customer is a customer of the server.
type Customer struct {
	ID     uuid.UUID
	Values record.Values
	At     time.Time     // of the commit
	Skew   time.Duration // of the server's clock at the commit
	Other  bool          // created by another operator
}

// NewServer returns a server without customers that refuses duplicate emails. c may be nil.
func NewServer(c *Crash) *Server {
	return &Server{Crash: c, Unique: true, Posts: map[string]int{}, ByEmail: map[string][]int{}, Answered: map[string]bool{}}
}

// Create makes a customer.
func (s *Server) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	var v record.Values
	for i, f := range []*string{r.CompanyName, r.Email, r.CountryCode, r.Currency, r.Industry, r.Locale, r.Timezone} {
		if f != nil {
			v[i] = *f
		}
	}
	return s.write(ctx, v)
}

// Clone makes a customer from a name and an email.
func (s *Server) Clone(ctx context.Context, _ string, r client.CloneRequest) (*client.CreatedCustomer, error) {
	v := record.Values{record.CompanyName: r.CompanyName}
	if r.Email != nil {
		v[record.Email] = *r.Email
	}
	return s.write(ctx, v)
}

// write goes through the steps of a request; each is a point at which the client's process can die.
func (s *Server) write(ctx context.Context, v record.Values) (*client.CreatedCustomer, error) {
	if s.Pacer != nil {
		if err := s.Pacer.Wait(ctx); err != nil {
			return nil, Lost(false, "canceled")
		}
	}
	if s.Crash.point("before the write") {
		return nil, Lost(true, "canceled")
	}
	if s.During != nil {
		s.During()
	}
	f := s.arrive(v)
	if f.Kind == FaultNeverSent || f.Kind == Fault429 {
		return nil, f.err()
	}
	var made Customer
	var refusal error
	if f.Kind.commits() {
		made, refusal = s.Commit(v, f.Delay)
	}
	s.Others(f.Beside...)
	if s.Crash.point("after the commit") {
		return nil, Lost(true, "canceled")
	}
	if f.After > 0 && wait(ctx, f.After) != nil {
		return nil, Lost(true, "canceled")
	}
	if s.Crash.point("in the answer") {
		return nil, Lost(true, "canceled")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	if refusal != nil {
		return nil, refusal
	}
	if s.Crash.point("after the answer") {
		return nil, Lost(true, "canceled")
	}
	return s.answer(v, &made)
}

// arrive counts a write and decides what happens to it.
func (s *Server) arrive(v record.Values) WriteFault {
	s.mu.Lock()
	s.Writes++
	name := v[record.CompanyName]
	s.Posts[name]++
	if s.Answered[name] {
		s.Resent = append(s.Resent, name)
	}
	var f WriteFault
	if s.Fault != nil {
		f = s.Fault(s.Writes, v)
	}
	if f.Kind != FaultNeverSent {
		s.Requests = append(s.Requests, time.Now())
	}
	s.skew += f.Step
	s.stepped = s.stepped || f.Step != 0
	s.mu.Unlock()
	s.Others(f.Before...)
	return f
}

// answer is what the client makes of a 2xx.
func (s *Server) answer(sent record.Values, made *Customer) (*client.CreatedCustomer, error) {
	s.mu.Lock()
	s.Answered[sent[record.CompanyName]] = true
	response := &client.Response{Status: 201, Date: time.Now().Add(s.skew).Truncate(time.Second)}
	s.mu.Unlock()
	row := listed(made)
	if row.Email != nil && !emailaddr.Same(*row.Email, sent[record.Email]) {
		return nil, &client.TransportError{
			Method: "POST", Path: "/v1/customers", Code: "bad_answer", Status: 201, MaybeApplied: true,
			Err: errors.New("it is about another email than was sent"), Created: &client.CreatedCustomer{ID: row.ID, Email: row.Email, Response: response},
		}
	}
	return &client.CreatedCustomer{ID: row.ID, Email: row.Email, CompanyName: row.CompanyName, CreatedAt: row.CreatedAt, Response: response}, nil
}

// Skew returns how far the server's clock is ahead.
func (s *Server) Skew() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.skew
}

// Sent returns how many writes have arrived.
func (s *Server) Sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Writes
}

// Commit carries a write out; with a delay it does so later, whatever becomes of the client.
func (s *Server) Commit(v record.Values, delay time.Duration) (Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(time.Now())
	c := s.customer(v)
	c.At = c.At.Add(delay)
	if first := s.holder(c.Values[record.Email]); first != nil && s.GetOrCreate {
		return *first, nil
	} else if first != nil && s.Unique {
		return c, Refusal(409, "conflict", "Customer with this email already exists")
	}
	if delay == 0 {
		s.add(c)
		return c, nil
	}
	s.Pending = append(s.Pending, c)
	sort.SliceStable(s.Pending, func(a, b int) bool { return s.Pending[a].At.Before(s.Pending[b].At) })
	return c, nil
}

// Others creates customers as another operator does; a duplicate email is refused.
func (s *Server) Others(values ...record.Values) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		s.carryOut(time.Now())
		c := s.customer(v)
		c.Other = true
		if first := s.holder(c.Values[record.Email]); first == nil || !s.Unique && !s.GetOrCreate {
			s.add(c)
		}
	}
}

// Stored returns what the server stores for what is sent.
func (s *Server) Stored(v record.Values) record.Values {
	for i := range v {
		if v[i] == "" {
			v[i] = s.Defaults[i]
		}
	}
	if s.Rewrite != nil && v[record.Email] != "" {
		v[record.Email] = s.Rewrite(v[record.Email])
	}
	return v
}

func (s *Server) customer(v record.Values) Customer {
	return Customer{ID: uuid.New(), Values: s.Stored(v), At: time.Now(), Skew: s.skew}
}

// carryOut commits what was received and has waited long enough. A commit that meets a duplicate email fails.
func (s *Server) carryOut(now time.Time) {
	for len(s.Pending) > 0 && !s.Pending[0].At.After(now) {
		if c := s.Pending[0]; !s.Unique && !s.GetOrCreate || s.holder(c.Values[record.Email]) == nil {
			s.add(c)
		}
		s.Pending = s.Pending[1:]
	}
}

// Add puts a customer in as it is.
func (s *Server) Add(c Customer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(c)
}

func (s *Server) add(c Customer) {
	key := emailaddr.Fold(c.Values[record.Email])
	s.ByEmail[key] = append(s.ByEmail[key], len(s.Customers))
	s.Customers = append(s.Customers, c)
}

// holder returns the first customer with an email, nil when there is none.
func (s *Server) holder(email string) *Customer {
	if email == "" {
		return nil
	}
	for _, i := range s.ByEmail[emailaddr.Fold(email)] {
		return &s.Customers[i]
	}
	return nil
}

// Final commits everything that was received, and returns all customers.
func (s *Server) Final() []Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.carryOut(time.Now().Add(24 * time.Hour))
	return s.Customers
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
