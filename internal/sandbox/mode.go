package sandbox

import (
	"errors"
	"math"
	"net/http"
	"sync"
	"time"
)

// mode is how faults make one operation work otherwise than it should. The zero value is how it should.
type mode struct {
	choose         func(*pageWish) // changes what a list chooses
	lag            time.Duration   // reads do not see what was committed in this time
	commitDelay    time.Duration   // the commit comes so much after the answer
	loseCommit     bool            // the commit never comes
	uniqueOff      bool            // the email need not be unique
	duplicateCrash bool            // a duplicate is a 500
}

// horizon is the time of the last commit that the request may see.
func (r *request) horizon() int64 {
	if r.mode.lag == 0 {
		return math.MaxInt64
	}
	return r.now.Add(-r.mode.lag).UnixMicro()
}

// commit writes a new customer and answers with it.
func (s *Server) commit(r *request, c *customer) (answer, error) {
	if !storable(c.companyName, c.countryCode, c.currency, c.email, c.industry, c.locale, c.timezone) {
		return crash(), nil
	}
	late := r.mode.loseCommit || r.mode.commitDelay > 0
	if done := s.pending.start(c, late); done != nil { // as PostgreSQL: wait for the other transaction, then fail
		<-done
		return crash(), nil
	}
	var err error
	if late {
		err = s.commitLater(r, c)
	} else {
		err = s.store.create(c, s.now().UnixMicro(), !r.mode.uniqueOff)
	}
	switch {
	case errors.Is(err, errDuplicate) && r.mode.duplicateCrash:
		return crash(), nil
	case errors.Is(err, errDuplicate):
		return s.duplicate(*c.email), nil
	case err != nil:
		return answer{}, err
	}
	status := http.StatusCreated
	if s.settings.is(setCreateStatus, "200") {
		status = http.StatusOK
	}
	var w jsonText
	c.writeCreated(&w, s.date)
	return ok(status, &w), nil
}

// commitLater looks for a duplicate as the service does before it inserts, and leaves the insert for later, or for never.
func (s *Server) commitLater(r *request, c *customer) error {
	unique := !r.mode.uniqueOff
	taken, err := s.store.emailTaken(c)
	if err != nil || taken && unique {
		s.pending.end(c)
		return errors.Join(err, map[bool]error{true: errDuplicate}[taken && unique])
	}
	if r.mode.loseCommit {
		s.pending.end(c)
		return nil
	}
	s.work.join()
	go func() {
		defer s.work.leave()
		defer s.pending.end(c)
		s.wait(r.mode.commitDelay)
		if err := s.store.create(c, s.now().UnixMicro(), unique); err != nil {
			s.log.Error("sandbox: late commit failed", "request", r.id, "error", err)
		}
	}()
	return nil
}

// pending are the emails of commits that are still to come.
type pending struct {
	mu    sync.Mutex
	mails map[pendingKey]chan struct{}
}

type pendingKey struct {
	tenant int64
	email  string
}

// start registers a late commit. When another one holds the email, it returns a channel that closes at its end.
func (p *pending) start(c *customer, late bool) <-chan struct{} {
	if c.email == nil {
		return nil
	}
	key := pendingKey{c.tenant, fold(*c.email)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if done, waits := p.mails[key]; waits {
		return done
	}
	if late {
		if p.mails == nil {
			p.mails = map[pendingKey]chan struct{}{}
		}
		p.mails[key] = make(chan struct{})
	}
	return nil
}

func (p *pending) end(c *customer) {
	if c.email == nil {
		return
	}
	key := pendingKey{c.tenant, fold(*c.email)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if done, waits := p.mails[key]; waits {
		close(done)
		delete(p.mails, key)
	}
}
