package client_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// once does f when a page is first asked for, in a fake list that is read page by page.
func once(page int, f func(*fakeList)) func(*fakeList) {
	return func(b *fakeList) {
		done := false
		b.young()
		b.before = func(_, at int) {
			if at == page && !done {
				done = true
				f(b)
			}
		}
	}
}

func TestPager_Detectors(t *testing.T) {
	t.Parallel()
	const first = 1
	lie := func(name string, value any, walks ...int) func(*fakeList) {
		return func(b *fakeList) {
			b.edit = func(walk, page int, s *fakePage) {
				if page == 11 && (len(walks) == 0 || walk == walks[0]) {
					s.members[name] = value
				}
			}
		}
	}
	for name, test := range map[string]struct {
		drift func(*fakeList)
		mode  mode
		walks int
		rows  int
		want  string // in the reasons; "" for a complete list
	}{
		"nothing happens":                  {func(*fakeList) {}, fast, 1, fakeRows, ""},
		"nothing happens, page by page":    {func(*fakeList) {}, scan, 1, fakeRows, ""},
		"nothing happens, twice":           {func(*fakeList) {}, verified, 2, fakeRows, ""},
		"customers are created":            {once(11, func(b *fakeList) { b.add(7) }), fast, 1, fakeRows + 7, ""},
		"one is deleted":                   {once(11, func(b *fakeList) { b.remove(0) }), fast, 2, fakeRows, ""},
		"one is deleted, one created":      {once(11, func(b *fakeList) { b.remove(0); b.add(1) }), verified, 4, fakeRows + 1, ""},
		"one is deleted between two walks": {func(b *fakeList) { b.before = twice(func() { b.remove(3) }) }, verified, 4, fakeRows, ""},
		"one commits late":                 {once(12, func(b *fakeList) { b.late(46) }), fast, 2, fakeRows + 1, ""},
		"the total falls in every walk":    {lie("total", 60), fast, 4, fakeRows, "the total fell from 63 to 60"},
		"the total falls once":             {lie("total", 60, first), fast, 2, fakeRows, ""},
		"the total falls, page by page":    {lie("total", 60), scan, 4, fakeRows, "the total fell from 63 to 60"},
		"a page is in no order":            {swap(11, 0, 4), fast, 2, fakeRows, ""},
		"pages are in no order":            {exchange(11, 12), fast, 4, fakeRows, "page 12 is not in order"},
		"the counts do not fit":            {all("total", 64), fast, 4, fakeRows, "63 customers were read, the server reports 64"},
		"the counts are too low":           {all("total", 62), fast, 4, fakeRows, "63 customers were read, the server reports 62"},
		"the same page for ever":           {func(b *fakeList) { b.edit = func(_, _ int, s *fakePage) { *s = *clean(b).fakePage(1) } }, fast, 4, fakePageSize, "two pages in a row brought no new customer"},
		"a page calls itself another":      {lie("page", 7), fast, 4, fakeRows, "page 11 calls itself page 7"},
		"a page calls itself another once": {lie("page", 7, first), fast, 2, fakeRows, ""},
		"pages are of another size":        {all("per_page", 7), fast, 1, fakeRows, ""},
		"one page is of another size":      {lie("per_page", 7), fast, 4, fakeRows, "page 11 has up to 7 customers, page 1 up to 5"},
		"a page is short":                  {short(11), fast, 4, fakeRows - 1, "page 11 has 4 customers, though the server reports 63 in all"},
		"the total is not known":           {all("total", nil), fast, 1, fakeRows, "page 1 does not say how many customers there are"},
		"no two walks are alike":           {func(b *fakeList) { b.edit = everyOther }, verified, 8, fakeRows, "page 11 calls itself page 7"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newFakeList()
				test.drift(b)
				got := b.list(t, test.mode, client.ListOptions{})
				if len(got.numbers) != test.rows || got.report.Walks != test.walks {
					t.Errorf("%d customers in %d walks, want %d in %d", len(got.numbers), got.report.Walks, test.rows, test.walks)
				}
				if reasons := strings.Join(got.report.Drift, "; "); got.report.Complete != (test.want == "") || !strings.Contains(reasons, test.want) {
					t.Errorf("complete %v, %q, want %q", got.report.Complete, reasons, test.want)
				}
			})
		})
	}
}

// clean is the fake list without its hooks.
func clean(b *fakeList) *fakeList { return &fakeList{rows: b.rows} }

func all(name string, value any) func(*fakeList) {
	return func(b *fakeList) { b.edit = func(_, _ int, s *fakePage) { s.members[name] = value } }
}

// twice does f when the second walk begins.
func twice(f func()) func(walk, page int) {
	return func(walk, page int) {
		if walk == 2 && page == 1 {
			f()
		}
	}
}

func everyOther(walk, page int, s *fakePage) {
	if page == 11 && walk%2 == 0 {
		s.members["page"] = 7
	}
}

// late makes a customer appear who was created when the one at place i was.
func (b *fakeList) late(i int) {
	b.rows = append(b.rows[:i], append([]fakeRow{{2000, b.rows[i].at}}, b.rows[i:]...)...)
}

func swap(page, i, j int) func(*fakeList) {
	return func(b *fakeList) {
		b.edit = func(_, at int, s *fakePage) {
			if at == page {
				s.rows[i], s.rows[j] = s.rows[j], s.rows[i]
			}
		}
	}
}

// exchange serves two pages in each other's place.
func exchange(p, q int) func(*fakeList) {
	return func(b *fakeList) {
		b.edit = func(_, at int, s *fakePage) {
			if at == p || at == q {
				s.rows = clean(b).fakePage(p + q - at).rows
			}
		}
	}
}

func short(page int) func(*fakeList) {
	return func(b *fakeList) {
		b.edit = func(_, at int, s *fakePage) {
			if at == page {
				s.rows = s.rows[1:]
			}
		}
	}
}

func TestPager_SettledPagesInParallel(t *testing.T) {
	t.Parallel()
	sorted := client.ListOptions{SortBy: "created_at", SortDir: "asc"}
	edit := func(f func(s *fakePage)) func(*fakeList) {
		return func(b *fakeList) { b.edit = func(_, _ int, s *fakePage) { f(s) } }
	}
	for name, test := range map[string]struct {
		change   func(*fakeList)
		mode     mode
		options  client.ListOptions
		together bool
		complete bool
	}{
		"as a rule":                     {func(*fakeList) {}, fast, client.ListOptions{}, true, true},
		"in that order":                 {func(*fakeList) {}, fast, sorted, true, true},
		"in another order":              {func(*fakeList) {}, fast, client.ListOptions{SortBy: "email"}, false, true},
		"newest first":                  {func(*fakeList) {}, fast, client.ListOptions{SortBy: "created_at", SortDir: "desc"}, false, true},
		"when verified":                 {func(*fakeList) {}, verified, client.ListOptions{}, true, true},
		"not in a scan":                 {func(*fakeList) {}, scan, client.ListOptions{}, false, true},
		"not without a date":            {edit(func(s *fakePage) { s.date = "" }), fast, client.ListOptions{}, false, true},
		"not with a date of no sense":   {edit(func(s *fakePage) { s.date = "yesterday" }), fast, client.ListOptions{}, false, true},
		"not when the server is behind": {edit(func(s *fakePage) { s.date = date(-48 * time.Hour) }), fast, client.ListOptions{}, false, true},
		"not by a server that is ahead": {func(b *fakeList) { b.young(); b.edit = func(_, _ int, s *fakePage) { s.date = date(48 * time.Hour) } }, fast, client.ListOptions{}, false, true},
		"not when all are new":          {(*fakeList).young, fast, client.ListOptions{}, false, true},
		"not without a zone":            {(*fakeList).zoneless, fast, client.ListOptions{}, false, true},
		"not without created_at":        {(*fakeList).timeless, fast, client.ListOptions{}, false, true},
		"not when all are of one time":  {(*fakeList).tied, fast, client.ListOptions{}, false, true},
		"not in no order":               {(*fakeList).reversed, fast, client.ListOptions{}, false, true},
		"not when the total is unknown": {all("total", nil), fast, client.ListOptions{}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newFakeList()
				b.wait = 50 * time.Millisecond
				test.change(b)
				began := time.Now()
				got := b.list(t, test.mode, test.options)
				if len(got.numbers) != fakeRows || got.report.Complete != test.complete {
					t.Errorf("%d customers, complete %v: %v", len(got.numbers), got.report.Complete, got.err)
				}
				if together := b.busiest > 1; together != test.together || b.busiest > 8 {
					t.Errorf("up to %d requests at one time, want more than one: %v", b.busiest, test.together)
				}
				alone := time.Duration(len(b.requests)) * b.wait
				if took := time.Since(began); (took < alone) != test.together {
					t.Errorf("took %v for %d requests", took, len(b.requests))
				}
			})
		})
	}
}

func date(off time.Duration) string { return time.Now().Add(off).UTC().Format(http.TimeFormat) }

func (b *fakeList) each(f func(i int, r *fakeRow)) {
	for i := range b.rows {
		f(i, &b.rows[i])
	}
}

func (b *fakeList) young() {
	b.each(func(i int, r *fakeRow) { r.at = quoted(time.Now().Add(time.Duration(i-fakeRows) * time.Second)) })
}

func (b *fakeList) zoneless() {
	b.each(func(_ int, r *fakeRow) { r.at = strings.TrimSuffix(r.at, `Z"`) + `"` })
}

func (b *fakeList) timeless() { b.each(func(_ int, r *fakeRow) { r.at = "" }) }

func (b *fakeList) tied() { b.each(func(_ int, r *fakeRow) { r.at = `"1999-01-01T00:00:00Z"` }) }

func (b *fakeList) reversed() {
	for i, j := 0, len(b.rows)-1; i < j; i, j = i+1, j-1 {
		b.rows[i], b.rows[j] = b.rows[j], b.rows[i]
	}
}
