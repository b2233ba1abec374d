package sandbox

import (
	"database/sql"
	"sync"
)

// rolls are the rolls of all tenants that were listed so far.
type rolls struct {
	mu       sync.Mutex
	byTenant map[int64]*roll
}

func (rs *rolls) of(tenant int64) *roll {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.byTenant == nil {
		rs.byTenant = map[int64]*roll{}
	}
	if rs.byTenant[tenant] == nil {
		rs.byTenant[tenant] = &roll{}
	}
	return rs.byTenant[tenant]
}

// page brings the tenant's roll up to date and chooses a page from it.
func (rs *rolls) page(s *store, c caller, w pageWish) (numbers []int64, total int64, err error) {
	r := rs.of(c.tenant)
	if err := r.refresh(s, c); err != nil {
		return nil, 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	numbers, total = r.pick(w)
	return numbers, total, nil
}

// refresh reads what was added. The tenant's epoch changes when rows went away; then all is read again. The roll is not
// locked while the database is read.
func (r *roll) refresh(s *store, c caller) error {
	last, known := r.last(c.epoch)
	if !known {
		return r.reload(s, c)
	}
	added, err := s.rollRows(c.tenant, last)
	if err != nil || len(added) == 0 {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.epoch == c.epoch {
		r.add(added)
	}
	return nil
}

// reload reads everything, once however many ask for it.
func (r *roll) reload(s *store, c caller) error {
	r.loading.Lock()
	defer r.loading.Unlock()
	if _, known := r.last(c.epoch); known {
		return nil
	}
	all, err := s.rollRows(c.tenant, 0)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.epoch, r.rows, r.emails = c.epoch, nil, emailText{}
	r.orders, r.words = map[sortField][]int32{}, map[string]string{}
	r.add(all)
	return nil
}

// last is the number of the last row; known is false when the rows are those of another epoch, or were never read.
func (r *roll) last(epoch int64) (no int64, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.rows) > 0 {
		no = r.rows[len(r.rows)-1].no
	}
	return no, r.orders != nil && r.epoch == epoch
}

func (s *store) rollRows(tenant, after int64) ([]rollRow, error) {
	st, err := s.stmt(`SELECT no, created_at, committed_at, email, email_fold, company_name, country_code, currency, timezone
		FROM customer NOT INDEXED WHERE tenant=? AND no>? ORDER BY no`) // by its number: the few new rows at the end
	if err != nil {
		return nil, err
	}
	rows, err := st.Query(tenant, after)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []rollRow
	for rows.Next() {
		var row rollRow
		var texts [textFields]sql.NullString
		var email sql.NullString
		err := rows.Scan(&row.no, &row.created, &row.committed, &email, &texts[byEmail], &texts[byCompanyName],
			&texts[byCountryCode], &texts[byCurrency], &texts[byTimezone])
		if err != nil {
			return nil, err
		}
		for f, t := range texts {
			row.texts[f], row.null[f] = t.String, !t.Valid
		}
		if row.email = email.String; row.email == row.texts[byEmail] {
			row.email = row.texts[byEmail] // one copy of both
		}
		list = append(list, row)
	}
	return list, rows.Err()
}
