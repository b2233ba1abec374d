package sandbox

import (
	"math"
	"math/bits"
	"net/http"
)

// listCustomers is GET /v1/customers.
func (s *Server) listCustomers(r *request) (answer, error) {
	f := s.form()
	q := parseQuery(r.query)
	page := f.queryInt(q, "page", 1, 1, 0)
	perPage := f.queryInt(q, "per_page", 20, 1, 100)
	wish := pageWish{sort: byCreatedAt, horizon: r.horizon()}
	s.sorting(f, q, &wish)
	wish.search, _ = q.get("search")
	if len(f.problems) > 0 {
		return f.refused()
	}
	if page == nil || !storable(&wish.search) {
		return crash(), nil // PostgreSQL takes neither
	}
	wish.limit = *perPage
	high, low := bits.Mul64(uint64(*page-1), uint64(*perPage))
	if high > 0 || low > math.MaxInt64 {
		return crash(), nil
	}
	wish.offset = int64(low)
	wish.ties = s.ties(*page)
	if r.mode.choose != nil {
		r.mode.choose(&wish)
	}
	numbers, total, err := s.rolls.page(s.store, r.caller, wish)
	if err != nil {
		return answer{}, err
	}
	rows, err := s.store.customers(numbers)
	if err != nil {
		return answer{}, err
	}
	return s.customerPage(rows, *page, *perPage, total), nil
}

func (s *Server) customerPage(rows []*customer, page, perPage, total int64) answer {
	pages := (total + perPage - 1) / perPage
	if pages == 0 && s.settings.is(setEmptyPages, "1") {
		pages = 1
	}
	w := &jsonText{buf: make([]byte, 0, 256+400*len(rows))}
	w.open('{')
	w.key("customers")
	w.open('[')
	for _, c := range rows {
		c.writeRow(w, s.date)
	}
	w.close(']')
	w.intField("page", page)
	w.intField("per_page", perPage)
	w.intField("total", total)
	w.intField("total_pages", pages)
	w.close('}')
	return ok(http.StatusOK, w)
}

// sorting reads sort_by and sort_dir; unknown values are the default, or a 422 when so set.
func (s *Server) sorting(f *form, q query, wish *pageWish) {
	strict := s.settings.is(setUnknownSort, "error")
	wish.desc = true
	if name, given := q.get("sort_by"); given {
		field, known := sortFieldOf(name)
		if known {
			wish.sort = field
		} else if strict {
			f.add(literalError, name, "query", "sort_by").words = "'created_at', 'email', 'company_name', " +
				"'country_code', 'currency' or 'timezone'"
		}
	}
	if dir, given := q.get("sort_dir"); given {
		wish.desc = dir != "asc"
		if strict && dir != "asc" && dir != "desc" {
			f.add(literalError, dir, "query", "sort_dir").words = "'asc' or 'desc'"
		}
	}
}

// ties picks an order for rows with equal keys.
func (s *Server) ties(page int64) uint64 {
	switch s.settings[setTies] {
	case "none":
		return s.lists.Add(1)<<20 | 1
	case "page":
		return uint64(page)<<20 | 1
	}
	return 0
}

// getCustomer is GET /v1/customers/{customer_id}.
func (s *Server) getCustomer(r *request) (answer, error) {
	f := s.form()
	id := f.pathUUID("customer_id", r.pathID)
	if len(f.problems) > 0 {
		return f.refused()
	}
	c, err := s.store.customer(r.caller.tenant, id, r.horizon())
	if err != nil {
		return answer{}, err
	}
	if c == nil {
		return missingCustomer(), nil
	}
	var w jsonText
	c.writeDetail(&w, s.date)
	return ok(http.StatusOK, &w), nil
}

// createCustomer is POST /v1/customers.
func (s *Server) createCustomer(r *request) (answer, error) {
	f := s.form()
	o := f.object(r.body)
	if o == nil {
		return f.refused()
	}
	c := r.newCustomer()
	c.companyName = f.optText(o, "company_name")
	c.countryCode = f.optText(o, "country_code")
	c.currency = f.optText(o, "currency")
	c.email = f.optText(o, "email")
	c.industry = f.optText(o, "industry")
	c.locale = f.optText(o, "locale")
	c.timezone = f.optText(o, "timezone")
	if len(f.problems) > 0 {
		return f.refused()
	}
	return s.commit(r, c)
}

// cloneCustomer is POST /v1/customers/{customer_id}/clone.
func (s *Server) cloneCustomer(r *request) (answer, error) {
	f := s.form()
	from := f.pathUUID("customer_id", r.pathID)
	c := r.newCustomer()
	var rules bool
	if o := f.object(r.body); o != nil {
		rules = f.flag(o, "clone_rules", true)
		name := f.text(o, "company_name", 200)
		c.companyName = &name
		c.email = f.optText(o, "email")
		source := f.uuid(o, "source_customer_id")
		if len(f.problems) == 0 && source != from {
			return detail(http.StatusBadRequest, "source_customer_id does not match the customer in the path"), nil
		}
	}
	if len(f.problems) > 0 {
		return f.refused()
	}
	source, err := s.store.customer(r.caller.tenant, from, math.MaxInt64)
	if err != nil {
		return answer{}, err
	}
	if source == nil {
		return detail(http.StatusNotFound, "Source customer not found"), nil
	}
	c.clonedFrom = &source.id
	c.countryCode, c.currency, c.industry = source.countryCode, source.currency, source.industry
	c.locale, c.timezone = source.locale, source.timezone
	if rules {
		c.rules = source.rules
	}
	return s.commit(r, c)
}

// newCustomer has no subscriptions and no instances yet.
func (r *request) newCustomer() *customer {
	id := r.id
	return &customer{
		tenant: r.caller.tenant, id: newUUID(), createdAt: r.microseconds(), updatedAt: r.microseconds(),
		subscriptions: "[]", instances: "[]", requestID: &id, attempt: r.attempt,
	}
}

// duplicate refuses a second customer with the same email.
func (s *Server) duplicate(email string) answer {
	const words = "A customer with this email already exists"
	status := map[string]int{"400": http.StatusBadRequest, "422": http.StatusUnprocessableEntity}[s.settings[setDuplicateStatus]]
	if status == 0 {
		status = http.StatusConflict
	}
	if !s.settings.is(setDuplicateDetail, "list") {
		return detail(status, words)
	}
	a := unprocessable(s.settings.wording(), problem{is: valueError, loc: []any{"body", "email"}, input: email, words: words})
	a.status = status
	return a
}
