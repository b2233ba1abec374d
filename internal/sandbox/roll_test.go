package sandbox

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func drawRow(r *rapid.T, no int64) rollRow {
	row := rollRow{
		no: no, created: rapid.Int64Range(0, 5).Draw(r, "created"), committed: rapid.Int64Range(0, 9).Draw(r, "committed"),
		email: rapid.StringMatching(`[aA%_é@.]{0,5}`).Draw(r, "email"),
	}
	row.texts[byEmail] = fold(row.email)
	row.texts[byCompanyName] = rapid.SampledFrom([]string{"", "A", "b", "Ä"}).Draw(r, "company")
	for f := range row.null {
		if row.null[f] = rapid.IntRange(0, 3).Draw(r, "null") == 0; row.null[f] {
			row.texts[f] = ""
		}
	}
	return row
}

// slowPick does what pick does, in the plainest way.
func slowPick(rows []rollRow, w pageWish) (numbers []int64, total int64) {
	var kept []rollRow
	for _, row := range rows {
		matches := w.search == "" || strings.Contains(row.texts[byEmail], fold(w.search))
		if matches && row.committed <= w.horizon && (!w.exact || row.texts[byEmail] == fold(w.search)) &&
			(!w.cased || strings.Contains(row.email, w.search)) {
			kept = append(kept, row)
		}
	}
	slices.SortStableFunc(kept, func(a, b rollRow) int {
		switch {
		case w.sort == byCreatedAt:
			return int(a.created - b.created)
		case a.null[w.sort] || b.null[w.sort]:
			return map[bool]int{true: 1}[a.null[w.sort]] - map[bool]int{true: 1}[b.null[w.sort]]
		}
		return strings.Compare(a.texts[w.sort], b.texts[w.sort])
	})
	if w.desc {
		slices.Reverse(kept)
	}
	for i, row := range kept {
		if int64(i) >= w.offset && int64(i) < w.offset+w.limit {
			numbers = append(numbers, row.no)
		}
	}
	return numbers, int64(len(kept))
}

func TestRollChoosesThePageThatASlowSearchWouldChoose(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		roll := &roll{orders: map[sortField][]int32{}, words: map[string]string{}}
		var rows []rollRow
		for range rapid.IntRange(1, 4).Draw(r, "rounds") { // rows come between the lists
			var more []rollRow
			for range rapid.SampledFrom([]int{0, 1, 3, 70}).Draw(r, "more") {
				more = append(more, drawRow(r, int64(len(rows)+len(more)+1)))
			}
			seen := rapid.IntRange(0, min(3, len(rows))).Draw(r, "seen") // two requests may have read the same rows
			roll.add(slices.Concat(rows[len(rows)-seen:], more))
			rows = append(rows, more...)
			w := pageWish{
				sort:   rapid.SampledFrom([]sortField{byCreatedAt, byEmail, byCompanyName}).Draw(r, "sort"),
				desc:   rapid.Bool().Draw(r, "desc"),
				search: rapid.StringMatching(`[aA%_é@.]{0,2}`).Draw(r, "search"),
				exact:  rapid.IntRange(0, 9).Draw(r, "exact") == 0,
				cased:  rapid.IntRange(0, 9).Draw(r, "cased") == 0,
				offset: rapid.SampledFrom([]int64{0, 1, 5, math.MaxInt64 - 200}).Draw(r, "offset"),
				limit:  rapid.Int64Range(0, 9).Draw(r, "limit"),
			}
			if w.horizon = math.MaxInt64; rapid.Bool().Draw(r, "lag") {
				w.horizon = rapid.Int64Range(0, 9).Draw(r, "horizon")
			}
			if w.search == "" {
				w.exact, w.cased = false, false
			}
			got, total := roll.pick(w)
			want, wantTotal := slowPick(rows, w)
			if diff := cmp.Diff(want, got); diff != "" || total != wantTotal {
				r.Fatalf("%+v: total %d, want %d (-want +got):\n%s", w, total, wantTotal, diff)
			}
		}
	})
}

func TestShuffledTiesKeepTheOrderOfUnequalKeys(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		roll := &roll{orders: map[sortField][]int32{}, words: map[string]string{}}
		var rows []rollRow
		for i := range rapid.IntRange(0, 40).Draw(r, "rows") {
			rows = append(rows, drawRow(r, int64(i+1)))
		}
		roll.add(rows)
		w := pageWish{sort: byCreatedAt, limit: 100, horizon: math.MaxInt64, ties: rapid.Uint64Min(1).Draw(r, "ties")}
		numbers, _ := roll.pick(w)
		again, _ := roll.pick(w)
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
