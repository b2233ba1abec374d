package sandbox

import (
	"database/sql"
	"errors"
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
func (rs *rolls) page(s *store, tenant int64, w pageWish) (numbers []int64, total int64, err error) {
	r := rs.of(tenant)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.refresh(s, tenant); err != nil {
		return nil, 0, err
	}
	numbers, total = r.pick(w)
	return numbers, total, nil
}

// refresh reads what was added. The tenant's epoch changes when rows went away; then all is read again.
func (r *roll) refresh(s *store, tenant int64) error {
	epoch, err := s.epoch(tenant)
	if err != nil {
		return err
	}
	if epoch != r.epoch || r.orders == nil {
		r.epoch, r.rows, r.emails = epoch, nil, emailText{}
		r.orders, r.words = map[sortField][]int32{}, map[string]string{}
	}
	var last int64
	if len(r.rows) > 0 {
		last = r.rows[len(r.rows)-1].no
	}
	added, err := s.rollRows(tenant, last)
	if len(added) > 0 {
		r.add(added)
	}
	return err
}

func (s *store) epoch(tenant int64) (epoch int64, err error) {
	st, err := s.stmt("SELECT epoch FROM tenant WHERE no=?")
	if err != nil {
		return 0, err
	}
	err = st.QueryRow(tenant).Scan(&epoch)
	if errors.Is(err, sql.ErrNoRows) { // the sandbox was reset under a running request
		err = nil
	}
	return epoch, err
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
