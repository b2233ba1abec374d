package server

import (
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

// commit writes a new customer and answers with it.
func (s *Server) commit(r *Request, c *store.Customer) (Answer, error) {
	if !r.storable(c.CompanyName, c.CountryCode, c.Currency, c.Email, c.Industry, c.Locale, c.Timezone) {
		return crash(), nil
	}
	if r.Overrides.FoldEmail != nil && c.Email != nil {
		email := r.Overrides.FoldEmail(*c.Email)
		c.Email = &email
	}
	late := r.Overrides.LoseCommit || r.Overrides.CommitDelay > 0
	if done := s.pending.start(c, late); done != nil { // as PostgreSQL: wait for the other transaction, then fail
		<-done
		return crash(), nil
	}
	var err error
	if late {
		err = s.commitLater(r, c)
	} else {
		err = s.store.Create(c, s.Now().UnixMicro(), !r.Overrides.UniqueOff)
	}
	switch {
	case errors.Is(err, store.ErrDuplicate) && r.Overrides.DuplicateCrash:
		return crash(), nil
	case errors.Is(err, store.ErrDuplicate):
		return s.duplicate(*c.Email), nil
	case err != nil:
		return Answer{}, err
	}
	return JSON(s.settings.status(setCreateStatus, http.StatusCreated),
		createdJSON{c.CompanyName, s.settings.date(c.CreatedAt), c.Email, c.ID}), nil
}

// duplicate refuses a second customer with the same email.
func (s *Server) duplicate(email string) Answer {
	const message = "A customer with this email already exists"
	status := s.settings.status(setDuplicateStatus, http.StatusConflict)
	if !s.settings.is(setDuplicateDetail, "list") {
		return Detail(status, message)
	}
	a := unprocessable(problem{Type: "value_error", Loc: []any{"body", "email"}, Msg: "Value error, " + message, Input: email})
	a.Status = status
	return a
}

// commitLater checks for a duplicate as the service does before it inserts, and leaves the insert for later, or for never.
func (s *Server) commitLater(r *Request, c *store.Customer) error {
	unique := !r.Overrides.UniqueOff
	duplicate, err := s.store.HasEmail(c.Tenant, c.Email)
	if err == nil && duplicate && unique {
		err = store.ErrDuplicate
	}
	if err != nil || r.Overrides.LoseCommit {
		s.pending.end(c)
		return err
	}
	s.work.wg.Go(func() {
		defer s.pending.end(c)
		s.Wait(r.Overrides.CommitDelay)
		if err := s.store.Create(c, s.Now().UnixMicro(), unique); err != nil {
			s.ReportError(fmt.Errorf("late commit of request %s: %w", r.ID, err))
		}
	})
	return nil
}

// pendingCommits are the emails of commits that are still to come.
type pendingCommits struct {
	mu     sync.Mutex
	emails map[pendingKey]chan struct{}
}

type pendingKey struct {
	tenant int64
	email  string
}

// start registers a late commit. When another one holds the email, it returns a channel that closes at its end.
func (p *pendingCommits) start(c *store.Customer, late bool) <-chan struct{} {
	if c.Email == nil {
		return nil
	}
	key := pendingKey{c.Tenant, store.Fold(*c.Email)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if done, waits := p.emails[key]; waits {
		return done
	}
	if late {
		if p.emails == nil {
			p.emails = map[pendingKey]chan struct{}{}
		}
		p.emails[key] = make(chan struct{})
	}
	return nil
}

func (p *pendingCommits) end(c *store.Customer) {
	if c.Email == nil {
		return
	}
	key := pendingKey{c.Tenant, store.Fold(*c.Email)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if done, waits := p.emails[key]; waits {
		close(done)
		delete(p.emails, key)
	}
}
