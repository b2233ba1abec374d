package store

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// plainRow is a row as the simple search below sees it.
type plainRow struct {
	indexRow
	created        int64
	email, company *string
}

func drawRow(r *rapid.T, no int64) plainRow {
	row := plainRow{created: rapid.Int64Range(0, 300).Draw(r, "created")}
	row.no, row.committed = no, rapid.Int64Range(0, 9).Draw(r, "committed")
	row.keys[ByEmail], row.keys[ByCompanyName] = nullKey, nullKey
	row.keys[ByCreatedAt] = string(binary.BigEndian.AppendUint64(nil, uint64(row.created)))
	if rapid.IntRange(0, 3).Draw(r, "null") > 0 {
		email := rapid.StringMatching(`[aA%_é@.]{0,5}`).Draw(r, "email")
		row.email, row.indexRow.email, row.keys[ByEmail] = &email, email, Fold(email)
	}
	if rapid.IntRange(0, 3).Draw(r, "null") > 0 {
		company := rapid.SampledFrom([]string{"", "A", "b", "Ä"}).Draw(r, "company")
		row.company, row.keys[ByCompanyName] = &company, company
	}
	return row
}

// compareTexts sorts null last.
func compareTexts(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return strings.Compare(*a, *b)
}

// plainPick does what pick does, in the simplest way.
func plainPick(rows []plainRow, q PageQuery) (numbers []int64, total int64) {
	fold := func(s *string) *string {
		if s == nil {
			return nil
		}
		folded := Fold(*s)
		return &folded
	}
	var kept []plainRow
	for _, row := range rows {
		matches := q.Search == "" || row.email != nil && strings.Contains(Fold(*row.email), Fold(q.Search)) &&
			(!q.Exact || Fold(*row.email) == Fold(q.Search)) && (!q.Cased || strings.Contains(*row.email, q.Search))
		if matches && row.committed <= q.Horizon {
			kept = append(kept, row)
		}
	}
	slices.SortStableFunc(kept, func(a, b plainRow) int {
		switch q.Sort {
		case ByEmail:
			return compareTexts(fold(a.email), fold(b.email))
		case ByCompanyName:
			return compareTexts(a.company, b.company)
		}
		return int(a.created - b.created)
	})
	if q.Desc {
		slices.Reverse(kept)
	}
	for i, row := range kept {
		if int64(i) >= q.Offset && int64(i) < q.Offset+q.Limit {
			numbers = append(numbers, row.no)
		}
	}
	return numbers, int64(len(kept))
}

func indexRows(rows []plainRow) (list []indexRow) {
	for _, row := range rows {
		list = append(list, row.indexRow)
	}
	return list
}

func TestIndex_PicksLikeAPlainSearch(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := &index{orders: map[SortField][]int32{}}
		var rows []plainRow
		for range rapid.IntRange(1, 4).Draw(r, "rounds") { // rows come between the lists
			var more []plainRow
			for range rapid.SampledFrom([]int{0, 1, 3, 70}).Draw(r, "more") {
				more = append(more, drawRow(r, int64(len(rows)+len(more)+1)))
			}
			x.add(indexRows(more))
			rows = append(rows, more...)
			q := PageQuery{
				Sort:    rapid.SampledFrom([]SortField{ByCreatedAt, ByEmail, ByCompanyName}).Draw(r, "sort"),
				Desc:    rapid.Bool().Draw(r, "desc"),
				Search:  rapid.StringMatching(`[aA%_é@.]{0,2}`).Draw(r, "search"),
				Offset:  rapid.SampledFrom([]int64{0, 1, 5, math.MaxInt64 - 200}).Draw(r, "offset"),
				Limit:   rapid.Int64Range(0, 9).Draw(r, "limit"),
				Horizon: math.MaxInt64,
			}
			if rapid.Bool().Draw(r, "lag") {
				q.Horizon = rapid.Int64Range(0, 9).Draw(r, "horizon")
			}
			if q.Search != "" {
				q.Exact = rapid.IntRange(0, 9).Draw(r, "exact") == 0
				q.Cased = rapid.IntRange(0, 9).Draw(r, "cased") == 0
			}
			got, total := x.pick(q)
			want, wantTotal := plainPick(rows, q)
			if diff := cmp.Diff(want, got); diff != "" || total != wantTotal {
				r.Fatalf("%+v: total %d, want %d (-want +got):\n%s", q, total, wantTotal, diff)
			}
		}
	})
}

func TestIndex_ShuffledTiesKeepUnequalKeysInOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := &index{orders: map[SortField][]int32{}}
		var rows []plainRow
		for i := range rapid.IntRange(0, 40).Draw(r, "rows") {
			rows = append(rows, drawRow(r, int64(i+1)))
		}
		x.add(indexRows(rows))
		q := PageQuery{Sort: ByCreatedAt, Limit: 100, Horizon: math.MaxInt64, Ties: rapid.Uint64Min(1).Draw(r, "ties")}
		numbers, _ := x.pick(q)
		again, _ := x.pick(q)
		if !slices.Equal(numbers, again) {
			r.Error("the same ties give two orders")
		}
		if !slices.IsSortedFunc(numbers, func(a, b int64) int { return int(rows[a-1].created - rows[b-1].created) }) {
			r.Errorf("not sorted: %v", numbers)
		}
		slices.Sort(numbers)
		if numbers = slices.Compact(numbers); len(numbers) != len(rows) {
			r.Errorf("%d of %d rows", len(numbers), len(rows))
		}
	})
}
