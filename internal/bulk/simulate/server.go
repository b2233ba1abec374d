package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// server is HydraCore with its truth, at the level of the API interface. Time is virtual; nothing in it waits but for
// what a test asks for.
type Server struct {
	Crash *Crash
	Pacer interface {
		Wait(ctx context.Context) error
	} // what paces requests, nil for none

	mu        sync.Mutex
	Unique    bool
	Lag       time.Duration // of reads behind commits
	Fault     func(write int, v record.Values) WriteFault
	During    func() // called within each write
	ReadFail  func(read int) error
	Customers []Customer
	ByEmail   map[string][]int // of truth
	Pending   []Customer       // received, and committed at their time
	Writes    int
	Reads     int
	Posts     map[string]int // by company name: rows are told apart by it
	Requests  []time.Time
	perMin    int // 429 beyond that many requests a minute, 0 for no limit
}

type Customer struct {
	ID     uuid.UUID
	Values record.Values
	At     time.Time // of the commit
}

// writeFault is what happens to one write.
type WriteFault struct {
	Kind  FaultKind
	Delay time.Duration // of the commit
	After time.Duration // of the answer
	Retry time.Duration // Retry-After
}

type FaultKind int

const (
	FaultNone          FaultKind = iota
	FaultNeverSent               // no connection
	FaultLost                    // the answer is lost, nothing is carried out
	FaultLostCommitted           // the answer is lost, the customer is created
	Fault500                     // 500, nothing is carried out
	Fault500Committed            // 500, the customer is created
	FaultPage                    // 200 with a page, nothing is carried out
	FaultPageCommitted           // 200 with a page, the customer is created
	Fault429                     // not processed
	Fault422                     // refused
	Fault409                     // refused as a duplicate
	Fault401                     // not processed
	Fault403
	Fault404
	Fault307
	Fault307Committed // sent elsewhere, and the customer is created
	FaultKinds        // their number
)

func NewServer(c *Crash) *Server {
	return &Server{Crash: c, Unique: true, Posts: map[string]int{}, ByEmail: map[string][]int{}}
}

func (s *Server) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	var v record.Values
	for i, f := range []*string{r.CompanyName, r.Email, r.CountryCode, r.Currency, r.Industry, r.Locale, r.Timezone} {
		if f != nil {
			v[i] = *f
		}
	}
	return s.write(ctx, v)
}

func (s *Server) Clone(ctx context.Context, _ string, r client.CloneRequest) (*client.CreatedCustomer, error) {
	v := record.Values{record.CompanyName: r.CompanyName}
	if r.Email != nil {
		v[record.Email] = *r.Email
	}
	return s.write(ctx, v)
}

func Lost(applied bool, code client.ErrorCode) error {
	return &client.TransportError{Method: "POST", Path: "/v1/customers", Code: code, MaybeApplied: applied, Err: code}
}

func Refusal(status int, code client.ErrorCode, message string) error {
	return &client.Error{Method: "POST", Path: "/v1/customers", Status: status, Code: code, Message: message, JSON: true}
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
	s.mu.Lock()
	s.Writes++
	s.Posts[v[record.CompanyName]]++
	var f WriteFault
	if s.Fault != nil {
		f = s.Fault(s.Writes, v)
	}
	limited := f.Kind != FaultNeverSent && s.limited() || f.Kind == Fault429
	s.mu.Unlock()
	if f.Kind == FaultNeverSent {
		return nil, Lost(false, "connection_failed")
	}
	if limited {
		return nil, &client.Error{Method: "POST", Status: 429, Code: "rate_limited", RetryAfter: f.Retry, JSON: true}
	}
	var made Customer
	var err error
	switch f.Kind {
	case FaultNone, FaultLostCommitted, Fault500Committed, FaultPageCommitted, Fault307Committed:
		made, err = s.Commit(v, f.Delay)
	}
	if s.Crash.point("after the commit") {
		return nil, Lost(true, "canceled")
	}
	if f.After > 0 && wait(ctx, f.After) != nil {
		return nil, Lost(true, "canceled")
	}
	if s.Crash.point("in the answer") {
		return nil, Lost(true, "canceled")
	}
	switch f.Kind {
	case FaultLost, FaultLostCommitted:
		return nil, Lost(true, "connection_lost")
	case Fault500, Fault500Committed:
		return nil, Refusal(500, "server_error", "Internal Server Error")
	case FaultPage, FaultPageCommitted:
		return nil, &client.TransportError{Method: "POST", Code: "bad_answer", Status: 200, MaybeApplied: true, Err: errors.New("HTML")}
	case Fault422:
		return nil, Refusal(422, "invalid_input", "country_code: not a country")
	case Fault409:
		return nil, Refusal(409, "conflict", "Customer with this email already exists")
	case Fault401:
		return nil, Refusal(401, "not_authenticated", "Invalid API key")
	case Fault403:
		return nil, Refusal(403, "not_allowed", "Missing scope")
	case Fault404:
		return nil, Refusal(404, "no_such_route", "Not Found")
	case Fault307, Fault307Committed:
		return nil, &client.Error{Method: "POST", Status: 307, Code: "redirect", Location: "https://example.org/"}
	}
	if err != nil {
		return nil, err
	}
	email := v[record.Email]
	answer := &client.CreatedCustomer{ID: made.ID.String(), Email: &email}
	if s.Crash.point("after the answer") {
		return nil, Lost(true, "canceled")
	}
	return answer, nil
}

// sent counts the writes that have arrived.
func (s *Server) Sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Writes
}

// commit takes the write in; with a delay it is carried out later, whatever becomes of the client.
func (s *Server) Commit(v record.Values, delay time.Duration) (Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(time.Now())
	c := Customer{ID: uuid.New(), Values: v, At: time.Now().Add(delay)}
	if s.taken(v[record.Email]) {
		return c, Refusal(409, "conflict", "Customer with this email already exists")
	}
	if delay == 0 {
		s.Add(c)
		return c, nil
	}
	s.Pending = append(s.Pending, c)
	sort.SliceStable(s.Pending, func(a, b int) bool { return s.Pending[a].At.Before(s.Pending[b].At) })
	return c, nil
}

// settle carries out what is due. A commit that meets a taken email fails.
func (s *Server) settle(now time.Time) {
	for len(s.Pending) > 0 && !s.Pending[0].At.After(now) {
		if c := s.Pending[0]; !s.taken(c.Values[record.Email]) {
			s.Add(c)
		}
		s.Pending = s.Pending[1:]
	}
}

func (s *Server) Add(c Customer) {
	key := emailaddr.Fold(c.Values[record.Email])
	s.ByEmail[key] = append(s.ByEmail[key], len(s.Customers))
	s.Customers = append(s.Customers, c)
}

func (s *Server) taken(email string) bool {
	return s.Unique && email != "" && len(s.ByEmail[emailaddr.Fold(email)]) > 0
}

// limited counts the request and tells whether it is one too many.
func (s *Server) limited() bool {
	now := time.Now()
	s.Requests = append(s.Requests, now)
	if s.perMin == 0 {
		return false
	}
	n := 0
	for i := len(s.Requests) - 1; i >= 0 && now.Sub(s.Requests[i]) < time.Minute; i-- {
		n++
	}
	return n > s.perMin
}

func (s *Server) List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error) {
	visible, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	size := max(o.PerPage, 1)
	page := &client.CustomerPage{Total: int64(visible), Date: time.Now().Truncate(time.Second)}
	newest := visible - max(o.Page-1, 0)*size
	for i := newest - 1; i >= 0 && i >= newest-size; i-- {
		page.Customers = append(page.Customers, listed(&s.Customers[i]))
	}
	return page, nil
}

func (s *Server) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	visible, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []client.Customer
	for _, i := range s.ByEmail[emailaddr.Fold(email)] {
		if i < visible {
			found = append(found, listed(&s.Customers[i]))
		}
	}
	return found, nil
}

func (s *Server) Probe(ctx context.Context) error {
	_, err := s.read(ctx)
	return err
}

func (s *Server) Get(ctx context.Context, id string) (*client.CustomerDetail, error) {
	visible, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.Customers[:visible] {
		if c.ID.String() == id {
			row, err := json.Marshal(listed(&c))
			if err != nil {
				return nil, err
			}
			d := &client.CustomerDetail{}
			return d, d.UnmarshalJSON(row)
		}
	}
	return nil, &client.Error{Method: "GET", Path: "/v1/customers/" + id, Status: 404, Code: "not_found", Message: "Customer not found", JSON: true}
}

// read gives how much of the truth a reader sees now.
func (s *Server) read(ctx context.Context) (visible int, err error) {
	if s.Pacer != nil {
		if err := s.Pacer.Wait(ctx); err != nil {
			return 0, Lost(false, "canceled")
		}
	}
	if s.Crash.point("in a read") {
		return 0, Lost(false, "canceled")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Reads++
	if s.ReadFail != nil {
		if err := s.ReadFail(s.Reads); err != nil {
			return 0, err
		}
	}
	if s.limited() {
		return 0, &client.Error{Method: "GET", Status: 429, Code: "rate_limited", JSON: true}
	}
	now := time.Now()
	s.settle(now)
	return sort.Search(len(s.Customers), func(i int) bool { return s.Customers[i].At.After(now.Add(-s.Lag)) }), nil
}

func listed(c *Customer) client.Customer {
	field := func(i int) *string {
		if c.Values[i] == "" {
			return nil
		}
		return &c.Values[i]
	}
	at := c.At.UTC()
	return client.Customer{
		ID: c.ID.String(), CompanyName: field(record.CompanyName), Email: field(record.Email), CountryCode: field(record.CountryCode),
		Currency: field(record.Currency), Timezone: field(record.Timezone),
		CreatedAt: client.Timestamp{Time: at, Raw: at.Format(time.RFC3339Nano)},
	}
}

// final lets every late commit happen and gives the whole truth.
func (s *Server) Final() []Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(time.Now().Add(24 * time.Hour))
	return s.Customers
}

// altered is a server whose reads a test replaces.
type Altered struct {
	*Server
	OnFind func(email string) ([]client.Customer, error)
	OnList func(*client.CustomerPage)
}

func (o Altered) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	if o.OnFind != nil {
		return o.OnFind(email)
	}
	return o.Server.FindByEmail(ctx, email)
}

func (o Altered) List(ctx context.Context, lo client.ListOptions) (*client.CustomerPage, error) {
	page, err := o.Server.List(ctx, lo)
	if err == nil && o.OnList != nil {
		o.OnList(page)
	}
	return page, err
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
