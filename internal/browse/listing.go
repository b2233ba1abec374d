package browse

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/pkg/client"
)

const (
	// keptPages is how many pages are held: those around what was read last. More would cost memory in a large tenant.
	keptPages = 50
	// requests is how many pages are asked for at once.
	requests = 2
	// ahead is how many customers before and behind the visible ones are read too.
	ahead = client.MaxPerPage / 2
	// maxTotal bounds what a server says about the number of its customers.
	maxTotal = 1 << 40
)

// listing is what is known of the customers of one query: some pages of them.
type listing struct {
	query  client.ListOptions
	id     int // of the answers that belong to it
	fetch  func(page int) tea.Cmd
	cancel context.CancelFunc

	pages      map[int][]client.Customer // by number, from 1
	requested  map[int]bool              // pages that are under way
	total      int                       // customers; one page too many while the server does not say how many there are
	counted    bool                      // total is the server's
	answered   bool                      // there are pages, of this listing or the one before
	stale      bool                      // pages and total are those of the listing before, until a page arrives
	otherQuery bool                      // and that one had another search
	changed    bool                      // the list changed while it was read
	unsorted   bool                      // the server has an order of its own
	complete   bool                      // all customers are held, each once
	err        error                     // of the last request; nothing more is asked for until it is cleared
	widths     map[string]int            // of the columns
}

// pageMsg is the answer to the request of a page.
type pageMsg struct {
	listing, number int
	page            *client.CustomerPage
	err             error
}

// newListing returns the listing of a query. It reads nothing until more is called.
func newListing(ctx context.Context, source Source, q client.ListOptions, id int) *listing {
	q.PerPage = client.MaxPerPage
	l := &listing{query: q, id: id, pages: map[int][]client.Customer{}, requested: map[int]bool{}, widths: map[string]int{}}
	ctx, l.cancel = context.WithCancel(ctx)
	l.fetch = func(number int) tea.Cmd {
		q := l.query
		q.Page = number
		return guarded(func() tea.Msg {
			page, err := readPage(ctx, source, q)
			return pageMsg{id, number, page, err}
		})
	}
	return l
}

// readPage reads a page. A search for an ID, which the server does not know, reads that customer.
func readPage(ctx context.Context, source Source, q client.ListOptions) (*client.CustomerPage, error) {
	id := strings.TrimSpace(q.Search)
	if uuid.Validate(id) != nil {
		return source.List(ctx, q)
	}
	found, err := source.Get(ctx, uuid.MustParse(id).String())
	switch {
	case client.IsNotFound(err):
		return &client.CustomerPage{Page: 1, PerPage: int64(q.PerPage)}, nil
	case err != nil:
		return nil, err
	}
	return &client.CustomerPage{Customers: []client.Customer{found.Customer}, Page: 1, PerPage: int64(q.PerPage), Total: 1}, nil
}

// show makes the listing show the pages of another one until its own arrive.
func (l *listing) show(before *listing) {
	l.pages, l.total, l.counted, l.answered = before.pages, before.total, before.counted, before.answered
	l.stale = true
	l.otherQuery = before.otherQuery || before.query.Search != l.query.Search
	if !l.otherQuery {
		l.widths = before.widths
	}
}

// at returns a customer by its place in the list, from 0.
func (l *listing) at(i int) (client.Customer, bool) {
	page := l.pages[i/l.query.PerPage+1]
	if i %= l.query.PerPage; i < 0 || i >= len(page) {
		return client.Customer{}, false
	}
	return page[i], true
}

// more returns the commands that read what is missing around the places from first to last.
func (l *listing) more(first, last int) tea.Cmd {
	var all []tea.Cmd
	request := func(i int) {
		number := i/l.query.PerPage + 1
		_, known := l.pages[number]
		if i < 0 || number > 1 && i >= l.total || known && !l.stale || l.requested[number] || l.err != nil || len(l.requested) >= requests {
			return
		}
		l.requested[number] = true
		all = append(all, l.fetch(number))
	}
	request(first) // what is seen comes first
	if l.stale || !l.answered {
		return tea.Batch(all...)
	}
	request(last)
	request(last + ahead)
	request(first - ahead)
	return tea.Batch(all...)
}

// add takes in an answer.
func (l *listing) add(a pageMsg) {
	delete(l.requested, a.number)
	if a.err != nil {
		l.err = a.err
		return
	}
	if l.stale {
		l.pages, l.total, l.counted, l.stale, l.otherQuery = map[int][]client.Customer{}, 0, false, false, false
	}
	rows := a.page.Customers
	if size := int(a.page.PerPage); a.number == 1 && len(l.pages) == 0 && size < l.query.PerPage && size >= max(len(rows), 1) {
		l.query.PerPage = size // the server has smaller pages
	}
	l.changed = l.changed || a.page.Page >= 0 && a.page.Page != int64(a.number) || len(rows) > l.query.PerPage
	rows = rows[:min(len(rows), l.query.PerPage)]
	l.count(a.number, len(rows), a.page.Total)
	l.answered = true
	l.pages[a.number] = rows
	l.unsorted = l.unsorted || l.query.SortBy != "" && !a.page.Sorted(l.query)
	l.forget(a.number)
	all := len(l.pages)*l.query.PerPage >= l.total
	l.changed = l.changed || all && l.repeats()
	l.complete = all && !l.changed
}

// count updates the total by the rows of a page and the total that the server reports with it, which may be wrong or missing.
func (l *listing) count(number, rows int, reported int64) {
	size := l.query.PerPage
	end, last := (number-1)*size+rows, rows < size
	total, counted := int(min(reported, maxTotal)), true
	switch {
	case rows == 0 && number == 1:
		l.changed = l.changed || total > 0
		total = 0
	case total >= end:
		l.changed = l.changed || last && total > end // customers are missing
	case last && (rows > 0 || reported < 0):
		total = end
	case !last: // until a page says where the list ends
		total, counted = end+size, false
	}
	l.changed = l.changed || l.counted && counted && total != l.total
	if counted || !l.counted {
		l.total, l.counted = total, counted
	}
}

// forget drops the pages that are farthest from the one that has arrived.
func (l *listing) forget(arrived int) {
	for len(l.pages) > keptPages {
		farthest, distance := arrived, 0
		for number := range l.pages {
			if d := max(number-arrived, arrived-number); d > distance {
				farthest, distance = number, d
			}
		}
		delete(l.pages, farthest)
	}
}

// repeats reports whether a customer is held twice, as happens when the list changes between two pages.
func (l *listing) repeats() bool {
	seen := make(map[string]bool, l.total)
	for _, page := range l.pages {
		for i := range page {
			seen[page[i].ID] = true
		}
	}
	return len(seen) < l.held()
}

// held is how many customers are held.
func (l *listing) held() int {
	n := 0
	for _, page := range l.pages {
		n += len(page)
	}
	return n
}
