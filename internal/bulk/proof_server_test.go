package bulk

import (
	"context"
	"errors"
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/pkg/client"
)

// server is HydraCore with its truth, at the level of the API interface. Time is virtual; nothing in it waits but for
// what a test asks for.
type server struct {
	crash *crasher
	pacer interface {
		Wait(ctx context.Context) error
	} // what paces requests, nil for none

	mu       sync.Mutex
	unique   bool
	lag      time.Duration // of reads behind commits
	fault    func(write int, v Values) writeFault
	during   func() // called within each write
	readFail func(read int) error
	truth    []customer
	byEmail  map[string][]int // of truth
	pending  []customer       // received, and committed at their time
	writes   int
	reads    int
	posts    map[string]int // by company name: rows are told apart by it
	requests []time.Time
	perMin   int // 429 beyond that many requests a minute, 0 for no limit
}

type customer struct {
	id     uuid.UUID
	values Values
	at     time.Time // of the commit
}

// writeFault is what happens to one write.
type writeFault struct {
	kind  faultKind
	delay time.Duration // of the commit
	after time.Duration // of the answer
	retry time.Duration // Retry-After
}

type faultKind int

const (
	faultNone      faultKind = iota
	faultNeverSent           // no connection
	faultLost                // the answer is lost, nothing is carried out
	faultLostDone            // the answer is lost, the customer is created
	fault500                 // 500, nothing is carried out
	fault500Done             // 500, the customer is created
	faultHTML                // 200 with a page, nothing is carried out
	faultHTMLDone            // 200 with a page, the customer is created
	fault429                 // not processed
	fault422                 // refused
	fault409                 // refused as a duplicate
	fault401                 // not processed
	fault403
	fault404
	fault307
	fault307Done // sent elsewhere, and the customer is created
	faultKinds   // their number
)

func newServer(c *crasher) *server {
	return &server{crash: c, unique: true, posts: map[string]int{}, byEmail: map[string][]int{}}
}

func (s *server) Create(ctx context.Context, r client.CreateRequest) (*client.CreatedCustomer, error) {
	var v Values
	for i, f := range []*string{r.CompanyName, r.Email, r.CountryCode, r.Currency, r.Industry, r.Locale, r.Timezone} {
		if f != nil {
			v[i] = *f
		}
	}
	return s.write(ctx, v)
}

func (s *server) Clone(ctx context.Context, _ string, r client.CloneRequest) (*client.CreatedCustomer, error) {
	v := Values{CompanyName: r.CompanyName}
	if r.Email != nil {
		v[Email] = *r.Email
	}
	return s.write(ctx, v)
}

func lost(applied bool, code string) error {
	return &client.TransportError{Method: "POST", Path: "/v1/customers", Code: code, MaybeApplied: applied, Err: errors.New(code)}
}

func answer(status int, code, message string) error {
	return &client.Error{Method: "POST", Path: "/v1/customers", Status: status, Code: code, Message: message, JSON: true}
}

// write goes through the steps of a request; each is a point at which the client's process can die.
func (s *server) write(ctx context.Context, v Values) (*client.CreatedCustomer, error) {
	if s.pacer != nil {
		if err := s.pacer.Wait(ctx); err != nil {
			return nil, lost(false, "canceled")
		}
	}
	if s.crash.point("before the write") {
		return nil, lost(true, "canceled")
	}
	if s.during != nil {
		s.during()
	}
	s.mu.Lock()
	s.writes++
	s.posts[v[CompanyName]]++
	var f writeFault
	if s.fault != nil {
		f = s.fault(s.writes, v)
	}
	limited := f.kind != faultNeverSent && s.limited() || f.kind == fault429
	s.mu.Unlock()
	if f.kind == faultNeverSent {
		return nil, lost(false, "connection_failed")
	}
	if limited {
		return nil, &client.Error{Method: "POST", Status: 429, Code: "rate_limited", RetryAfter: f.retry, JSON: true}
	}
	var made customer
	var err error
	switch f.kind {
	case faultNone, faultLostDone, fault500Done, faultHTMLDone, fault307Done:
		made, err = s.commit(v, f.delay)
	}
	if s.crash.point("after the commit") {
		return nil, lost(true, "canceled")
	}
	if f.after > 0 && wait(ctx, f.after) != nil {
		return nil, lost(true, "canceled")
	}
	if s.crash.point("in the answer") {
		return nil, lost(true, "canceled")
	}
	switch f.kind {
	case faultLost, faultLostDone:
		return nil, lost(true, "connection_lost")
	case fault500, fault500Done:
		return nil, answer(500, "server_error", "Internal Server Error")
	case faultHTML, faultHTMLDone:
		return nil, &client.TransportError{Method: "POST", Code: "bad_answer", Status: 200, MaybeApplied: true, Err: errors.New("HTML")}
	case fault422:
		return nil, answer(422, "invalid_input", "country_code: not a country")
	case fault409:
		return nil, answer(409, "conflict", "Customer with this email already exists")
	case fault401:
		return nil, answer(401, "not_authenticated", "Invalid API key")
	case fault403:
		return nil, answer(403, "not_allowed", "Missing scope")
	case fault404:
		return nil, answer(404, "no_such_route", "Not Found")
	case fault307, fault307Done:
		return nil, &client.Error{Method: "POST", Status: 307, Code: "redirect", Location: "https://example.org/"}
	}
	if err != nil {
		return nil, err
	}
	email := v[Email]
	answer := &client.CreatedCustomer{ID: made.id.String(), Email: &email}
	if s.crash.point("after the answer") {
		return nil, lost(true, "canceled")
	}
	return answer, nil
}

// sent counts the writes that have arrived.
func (s *server) sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// commit takes the write in; with a delay it is carried out later, whatever becomes of the client.
func (s *server) commit(v Values, delay time.Duration) (customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(time.Now())
	c := customer{id: uuid.New(), values: v, at: time.Now().Add(delay)}
	if s.taken(v[Email]) {
		return c, answer(409, "conflict", "Customer with this email already exists")
	}
	if delay == 0 {
		s.add(c)
		return c, nil
	}
	s.pending = append(s.pending, c)
	sort.SliceStable(s.pending, func(a, b int) bool { return s.pending[a].at.Before(s.pending[b].at) })
	return c, nil
}

// settle carries out what is due. A commit that meets a taken email fails.
func (s *server) settle(now time.Time) {
	for len(s.pending) > 0 && !s.pending[0].at.After(now) {
		if c := s.pending[0]; !s.taken(c.values[Email]) {
			s.add(c)
		}
		s.pending = s.pending[1:]
	}
}

func (s *server) add(c customer) {
	key := emailaddr.Fold(c.values[Email])
	s.byEmail[key] = append(s.byEmail[key], len(s.truth))
	s.truth = append(s.truth, c)
}

func (s *server) taken(email string) bool {
	return s.unique && email != "" && len(s.byEmail[emailaddr.Fold(email)]) > 0
}

// limited counts the request and tells whether it is one too many.
func (s *server) limited() bool {
	now := time.Now()
	s.requests = append(s.requests, now)
	if s.perMin == 0 {
		return false
	}
	n := 0
	for i := len(s.requests) - 1; i >= 0 && now.Sub(s.requests[i]) < time.Minute; i-- {
		n++
	}
	return n > s.perMin
}

func (s *server) List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error) {
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
		page.Customers = append(page.Customers, listed(&s.truth[i]))
	}
	return page, nil
}

func (s *server) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	visible, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []client.Customer
	for _, i := range s.byEmail[emailaddr.Fold(email)] {
		if i < visible {
			found = append(found, listed(&s.truth[i]))
		}
	}
	return found, nil
}

func (s *server) Probe(ctx context.Context) error {
	_, err := s.read(ctx)
	return err
}

func (s *server) Get(ctx context.Context, id string) (*client.CustomerDetail, error) {
	visible, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.truth[:visible] {
		if c.id.String() == id {
			l := listed(&c)
			return &client.CustomerDetail{
				ID: l.ID, CompanyName: l.CompanyName, Email: l.Email, CountryCode: l.CountryCode, Currency: l.Currency, Timezone: l.Timezone,
			}, nil
		}
	}
	return nil, &client.Error{Method: "GET", Path: "/v1/customers/" + id, Status: 404, Code: "not_found", Message: "Customer not found", JSON: true}
}

// read gives how much of the truth a reader sees now.
func (s *server) read(ctx context.Context) (visible int, err error) {
	if s.pacer != nil {
		if err := s.pacer.Wait(ctx); err != nil {
			return 0, lost(false, "canceled")
		}
	}
	if s.crash.point("in a read") {
		return 0, lost(false, "canceled")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.readFail != nil {
		if err := s.readFail(s.reads); err != nil {
			return 0, err
		}
	}
	if s.limited() {
		return 0, &client.Error{Method: "GET", Status: 429, Code: "rate_limited", JSON: true}
	}
	now := time.Now()
	s.settle(now)
	return sort.Search(len(s.truth), func(i int) bool { return s.truth[i].at.After(now.Add(-s.lag)) }), nil
}

func listed(c *customer) client.Customer {
	field := func(i int) *string {
		if c.values[i] == "" {
			return nil
		}
		return &c.values[i]
	}
	at := c.at.UTC()
	return client.Customer{
		ID: c.id.String(), CompanyName: field(CompanyName), Email: field(Email), CountryCode: field(CountryCode),
		Currency: field(Currency), Timezone: field(Timezone),
		CreatedAt: client.Timestamp{Time: at, Raw: at.Format(time.RFC3339Nano)},
	}
}

// final lets every late commit happen and gives the whole truth.
func (s *server) final() []customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(time.Now().Add(24 * time.Hour))
	return s.truth
}

// altered is a server whose reads a test replaces.
type altered struct {
	*server
	onFind func(email string) ([]client.Customer, error)
	onList func(*client.CustomerPage)
}

func (o altered) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	if o.onFind != nil {
		return o.onFind(email)
	}
	return o.server.FindByEmail(ctx, email)
}

func (o altered) List(ctx context.Context, lo client.ListOptions) (*client.CustomerPage, error) {
	page, err := o.server.List(ctx, lo)
	if err == nil && o.onList != nil {
		o.onList(page)
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
