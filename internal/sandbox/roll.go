package sandbox

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// roll is what a list is chosen from: the sort keys of every customer of one tenant, in memory. Customers only ever get
// added, with growing numbers, so it is kept by reading what came after the last number; other processes' rows as well.
// Choosing a page deep in 100,000 customers, or searching them, is then as quick as the first page of 1,000.
type roll struct {
	loading sync.Mutex // taken before mu

	mu     sync.Mutex
	epoch  int64
	rows   []rollRow
	orders map[sortField][]int32 // positions in rows, ascending, equal keys by number
	emails emailText
	words  map[string]string // one copy of each country, currency ...
}

type rollRow struct {
	no, created, committed int64
	texts                  [textFields]string // the email folded
	email                  string             // as it was given
	null                   [textFields]bool
}

// sortField is what a list can be sorted by.
type sortField int

const (
	byEmail sortField = iota
	byCompanyName
	byCountryCode
	byCurrency
	byTimezone
	textFields
	byCreatedAt
)

// sortFieldOf knows the values of sort_by.
func sortFieldOf(name string) (sortField, bool) {
	f, known := map[string]sortField{
		"created_at": byCreatedAt, "email": byEmail, "company_name": byCompanyName, "country_code": byCountryCode,
		"currency": byCurrency, "timezone": byTimezone,
	}[name]
	return f, known
}

// pageWish is which part of a tenant's customers to choose.
type pageWish struct {
	sort          sortField
	desc          bool
	search        string // in any case of letters
	exact, cased  bool   // as faults make it: the whole email, in this case of letters
	offset, limit int64
	horizon       int64  // rows committed later are not seen yet
	ties          uint64 // 0: rows with equal keys keep one order; else each value is another order
}

// pick chooses a page: the numbers of its rows, and how many rows match on all pages.
func (r *roll) pick(w pageWish) (numbers []int64, total int64) {
	order := r.order(w.sort)
	if w.ties != 0 {
		order = r.shuffleTies(order, w)
	}
	last := int64(len(order)) - 1
	found := r.match(w)
	if found == nil {
		for i := w.offset; i <= last && i-w.offset < w.limit; i++ {
			numbers = append(numbers, r.rows[order[w.place(i, last)]].no)
		}
		return numbers, last + 1
	}
	total = found.count()
	for i, rank := int64(0), int64(0); i <= last && rank < total && int64(len(numbers)) < w.limit; i++ {
		at := order[w.place(i, last)]
		if !found.has(at) {
			continue
		}
		if rank++; rank > w.offset {
			numbers = append(numbers, r.rows[at].no)
		}
	}
	return numbers, total
}

// place is where the i-th row of a list stands in an ascending order.
func (w *pageWish) place(i, last int64) int64 {
	if w.desc {
		return last - i
	}
	return i
}

// match is the set of rows that the list is about; nil for all of them.
func (r *roll) match(w pageWish) hits {
	found := r.emails.search(fold(w.search))
	if !w.exact && !w.cased && w.horizon == math.MaxInt64 {
		return found
	}
	if found = slices.Clone(found); found == nil {
		found = allHits(len(r.rows))
	}
	for at := range r.rows {
		if !w.fits(&r.rows[at]) {
			found.drop(int32(at))
		}
	}
	return found
}

// fits checks what only faults ask for.
func (w *pageWish) fits(row *rollRow) bool {
	return row.committed <= w.horizon && (!w.exact || row.texts[byEmail] == fold(w.search)) &&
		(!w.cased || strings.Contains(row.email, w.search))
}

// order is every position, sorted; made at the first use of a field and then kept by add.
func (r *roll) order(f sortField) []int32 {
	if order, ok := r.orders[f]; ok {
		return order
	}
	order := make([]int32, len(r.rows))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return r.compare(f, a, b) })
	r.orders[f] = order
	return order
}

func (r *roll) compare(f sortField, a, b int32) int {
	return cmp.Or(r.compareKey(f, a, b), cmp.Compare(a, b))
}

// compareKey sorts null last, as PostgreSQL does.
func (r *roll) compareKey(f sortField, a, b int32) int {
	x, y := &r.rows[a], &r.rows[b]
	if f == byCreatedAt {
		return cmp.Compare(x.created, y.created)
	}
	if x.null[f] != y.null[f] {
		if x.null[f] {
			return 1
		}
		return -1
	}
	return strings.Compare(x.texts[f], y.texts[f])
}

// add appends rows in the order of their numbers; it skips those that another request has added meanwhile.
func (r *roll) add(rows []rollRow) {
	first := int32(len(r.rows))
	for _, row := range rows {
		if n := len(r.rows); n > 0 && row.no <= r.rows[n-1].no {
			continue
		}
		for f := range row.texts {
			if sortField(f) != byEmail && sortField(f) != byCompanyName {
				row.texts[f] = r.intern(row.texts[f])
			}
		}
		r.rows = append(r.rows, row)
		r.emails.add(row.texts[byEmail])
	}
	for f, order := range r.orders {
		r.orders[f] = r.extend(f, order, first)
	}
}

// extend puts the positions from first on into an order: one by one when they are few.
func (r *roll) extend(f sortField, order []int32, first int32) []int32 {
	compare := func(a, b int32) int { return r.compare(f, a, b) }
	few := len(r.rows)-int(first) <= 64
	for at := first; int(at) < len(r.rows); at++ {
		if few {
			i, _ := slices.BinarySearchFunc(order, at, compare)
			order = slices.Insert(order, i, at)
		} else {
			order = append(order, at)
		}
	}
	if !few {
		slices.SortFunc(order, compare)
	}
	return order
}

func (r *roll) intern(s string) string {
	if one, ok := r.words[s]; ok {
		return one
	}
	r.words[s] = s
	return s
}

// shuffleTies orders rows with equal keys by a hash of their number and w.ties.
func (r *roll) shuffleTies(order []int32, w pageWish) []int32 {
	order = slices.Clone(order)
	slices.SortStableFunc(order, func(a, b int32) int {
		return cmp.Or(r.compareKey(w.sort, a, b), cmp.Compare(mix(uint64(a)^w.ties), mix(uint64(b)^w.ties)))
	})
	return order
}

// mix is the finalizer of SplitMix64: near numbers come out far apart.
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}
