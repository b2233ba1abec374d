package client_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/pkg/client"
)

// restless serves customers of which so many at a time share their created_at, and orders those differently on every page.
func restless(size, group, most int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		perPage, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
		perPage = min(perPage, most)
		order := make([]int, size)
		for i := range order {
			order[i] = i
		}
		mixed := func(n int) uint32 {
			sum := sha256.Sum256(fmt.Append(nil, n, page, perPage))
			return binary.BigEndian.Uint32(sum[:])
		}
		slices.SortFunc(order, func(a, b int) int {
			if a/group != b/group {
				return a - b
			}
			return int(mixed(a)>>1) - int(mixed(b)>>1)
		})
		var rows []string
		for _, n := range order[min((page-1)*perPage, size):min(page*perPage, size)] {
			at := time.Date(2026, 1, 1, 0, 0, n/group, 0, time.UTC).Format(time.RFC3339)
			rows = append(rows, fmt.Sprintf(`{"id":%q,"created_at":%q}`, idOf(n), at))
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
		fmt.Fprintf(w, `{"customers":[%s],"page":%d,"per_page":%d,"total":%d,"total_pages":1}`, strings.Join(rows, ","), page, perPage, size)
	}
}

func TestPager_TieGroups(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		size, group, perPage int
		complete             bool
	}{
		{730, 1, 100, true},
		{730, 7, 100, true},
		{730, 40, 100, true},
		{700, 30, 100, true},
		{57, 4, 5, true},
		{90, 5, 10, true},
		{730, 100, 100, true},
		{730, 230, 100, true}, // no page can hold these
		{730, 1000, 100, true},
	} {
		t.Run(fmt.Sprintf("%d in groups of %d", test.size, test.group), func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(restless(test.size, test.group, client.MaxPerPage))
			defer server.Close()
			c := newClient(t, server.URL)
			pager := c.Customers.Pager(client.ListOptions{PerPage: test.perPage})
			ids := map[string]bool{}
			for customer, err := range pager.All(t.Context()) {
				if _, drifted := errors.AsType[*client.IncompleteError](err); drifted {
					break
				}
				if err != nil || ids[customer.ID] {
					t.Fatalf("%v, %v", customer.ID, err)
				}
				ids[customer.ID] = true
			}
			if r := pager.Report(); r.Complete != test.complete || r.Complete && (len(ids) != test.size || r.Walks > 2) {
				t.Errorf("%d of %d customers, %+v", len(ids), test.size, r)
			}
		})
	}
}

// A server whose pages are smaller than was asked for cuts the pieces that a torn group is read in; they are asked for in
// a size that it gives.
func TestPager_TieGroupsOnSmallPages(t *testing.T) {
	t.Parallel()
	for most := 20; most < 40; most += 3 {
		server := httptest.NewServer(restless(430, 7, most))
		pager := newClient(t, server.URL).Customers.Pager(client.ListOptions{PerPage: 20})
		ids := map[string]bool{}
		for customer := range pager.All(t.Context()) {
			if customer.ID != "" {
				ids[customer.ID] = true
			}
		}
		if r := pager.Report(); !r.Complete || len(ids) != 430 {
			t.Errorf("pages of at most %d: %d customers, complete %v: %q", most, len(ids), r.Complete, r.Drift)
		}
		server.Close()
	}
}
