package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func listFaults() []faultCase {
	const page = "200 " + isJSON + `{"customers":[`
	two := `{*},{*}],"page":1,"per_page":20,`
	return []faultCase{
		{"repeat_page", aList + "&page=2&per_page=1", page + `{*}],"page":2,"per_page":1,"total":2,"total_pages":2}`, 2},
		{"overlap_pages", aList + "&page=2&per_page=1", page + `{*}],"page":2,*`, 2},
		{"skip_rows", aList, page + `{*}],"page":1,"per_page":20,"total":2,*`, 2},
		{"extra_rows", aList + "&per_page=1", page + `{*},{*}],"page":1,"per_page":1,*`, 2},
		{"empty_page", aList, page + `],"page":1,"per_page":20,"total":2,*`, 2},
		{"short_page", aList, page + `{*}],"page":1,"per_page":20,"total":2,*`, 2},
		{"random_ties", aList, page + two + "*", 2},
		{"search_ignored", aList + "&search=unknown", page + two + "*", 2},
		{"search_exact", aList + "&search=example", page + `],*"total":0,*`, 2},
		{"search_cased", aList + "&search=EXAMPLE", page + `],*"total":0,*`, 2},
		{"reorder_page", aList, page + two + "*", 2},
		{"lying_total", aList, page + two + `"total":0,"total_pages":1}`, 2},
		{"lying_total:value=negative", aList, page + two + `"total":-1,*`, 2},
		{"lying_total:value=huge", aList, page + two + `"total":192233720368547758070,*`, 2},
		{"lying_total:value=less", aList, page + two + `"total":1,*`, 2},
		{"lying_total:value=more", aList, page + two + `"total":102,*`, 2},
		{"lying_total:value=text", aList, page + two + `"total":"2",*`, 2},
		{"lying_total:value=null", aList, page + two + `"total":null,*`, 2},
		{"lying_pages:value=huge", aList, page + two + `"total":2,"total_pages":192233720368547758070}`, 2},
		{"lying_pages", aList + "&per_page=1", page + `{*}],"page":1,"per_page":1,"total":2,"total_pages":1}`, 2},
		{"wrong_echo", aList + "&page=2&per_page=1", page + `{*}],"page":1,"per_page":20,*`, 2},
		{"null_list", aList, "200 " + isJSON + `{"customers":null,"page":1,*`, 2},
		{"insert_between_pages:n=3", aList, page + two + `"total":2,*`, 5},
		{"delete_between_pages", aList, page + two + `"total":2,*`, 1},
		{"read_lag:ms=100000", aList, page + two + "*", 2}, // seeds are old
		{"search_blind", aList + "&search=example", page + `],*"total":0,*`, 2},
		{"search_blind", aList, page + two + "*", 2},
		{"search_lag:ms=100000", aList + "&search=example", page + "{*", 2},
	}
}

func TestFault_ListsAndSearches(t *testing.T) {
	t.Parallel()
	runFaults(t, listFaults())
}

func recordFaults() []faultCase {
	const ok = "201 " + isJSON
	return []faultCase{
		{"unknown_fields", aCreate, ok + `{"company_name":"New",*,"labels":["new","größe"],"owner":{"name":"Sandbox"},"risk_score":0.25}`, 3},
		{"unknown_fields", aList, `200 *"risk_score"*"risk_score"*`, 2},
		{"null_fields", aCreate, ok + `{"company_name":null,"created_at":null,"email":null,"id":"*-*"}`, 3},
		{"missing_fields", aCreate, ok + `{"id":"*-*"}`, 3},
		{"missing_fields", aList, `200 *{"customers":[{"id":"*"},{"id":"*"}],*`, 2},
		{"odd_counts", aList, `200 *"active_subscription_count":"*",*`, 2},
		{"odd_counts:form=float", aList, `200 *"active_subscription_count":*.0,*`, 2},
		{"odd_counts:form=exponent", aList, `200 *"active_subscription_count":1e3,*`, 2},
		{"odd_dates", aCreate, ok + `{*"created_at":"20??-*`, 3},
		{"odd_dates:form=offset", aCreate, ok + `{*+00:00",*`, 3},
		{"odd_dates:form=year0", aCreate, ok + `{*"created_at":"0000-*`, 3},
		{"odd_dates:form=null", aCreate, ok + `{*"created_at":null,*`, 3},
		{"odd_id", aCreate, ok + `{"company_name":"New","created_at":"*","email":"new@example.com"}`, 3},
		{"odd_id:form=null", aCreate, ok + `{*"id":null}`, 3},
		{"odd_id:form=text", aCreate, ok + `{*"id":"string"}`, 3},
		{"odd_id:form=nil", aCreate, ok + `{*"id":"00000000-0000-0000-0000-000000000000"}`, 3},
		{"odd_id:form=same", aList, `200 *"id":"6ba7b810-9dad-41d1-80b4-00c04fd430c8"*"id":"6ba7b810-9dad-41d1-80b4-00c04fd430c8"*`, 2},
		{"odd_id:form=number", aCreate, ok + `{*"id":42}`, 3},
		{"other_email", aCreate, ok + `{*"email":"someone.else@example.com",*`, 3},
		{"hostile_text", aCreate, ok + `{"company_name":"\u001b]0;owned\u0007*`, 3},
		{"same_key_twice", aCreate, ok + `{*"ID":"x","id":"6ba7b810-*","id":"*"}`, 3},
	}
}

func TestFault_Records(t *testing.T) {
	t.Parallel()
	cases := recordFaults()
	for i := range cases {
		cases[i].want = strings.ReplaceAll(cases[i].want, "20??-", "*")
	}
	runFaults(t, cases)
}

// walk pages through the list and returns every id in order.
func walk(t *testing.T, s *Server, perPage int) []string {
	t.Helper()
	var ids []string
	for page := 1; ; page++ {
		body := raw(t, s, fmt.Sprintf("%s&page=%d&per_page=%d", aList, page, perPage)).body
		parts := strings.Split(body, `"id":"`)[1:]
		for _, part := range parts {
			ids = append(ids, part[:36])
		}
		if len(parts) < perPage {
			return ids
		}
	}
}

func TestFault_InsertedRowsShiftPages(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 9, Faults: []string{"insert_between_pages:age=900000000,limit=1"}})
	ids := walk(t, s, 5)
	if len(ids) != 10 || ids[4] != ids[5] {
		t.Errorf("the fifth row should come twice: %v", ids)
	}
}

func TestFault_DeletedRowsShiftPages(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 9, Faults: []string{"delete_between_pages:limit=1"}})
	if ids := walk(t, s, 5); len(ids) != 8 {
		t.Errorf("%d rows, want 8 of 9", len(ids))
	}
}

func TestSettings_Ties(t *testing.T) {
	t.Parallel()
	clock := newClock()
	for ties, complete := range map[string]bool{"stable": true, "page": false, "none": false} {
		s := start(t, Options{Now: clock.now, Settings: Settings{"ties": ties}})
		for range 60 { // the clock stands still: all rows share created_at
			raw(t, s, "POST /v1/customers\n\n{}")
		}
		distinct := map[string]bool{}
		for _, id := range walk(t, s, 10) {
			distinct[id] = true
		}
		if (len(distinct) == 60) != complete {
			t.Errorf("ties %s: a walk finds %d of 60", ties, len(distinct))
		}
	}
}

func TestFault_ReadLag(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := start(t, Options{Now: clock.now, Faults: []string{"read_lag:ms=2000"}})
	id := textOf(raw(t, s, aCreate).body, "id")
	lookups := []string{"GET /v1/customers/" + id, "GET /v1/customers", "GET /v1/customers?search=new%40example.com"}
	for _, request := range lookups {
		if got := raw(t, s, request); strings.Contains(got.body, id) {
			t.Errorf("at once: %s finds it", request)
		}
	}
	clock.pass(2 * time.Second)
	for _, request := range lookups {
		if got := raw(t, s, request); !strings.Contains(got.body, id) {
			t.Errorf("later: %s does not find it: %s", request, got.body)
		}
	}
}

func TestFault_SearchLagSparesListsAndLookups(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := start(t, Options{Now: clock.now, Faults: []string{"search_lag:ms=2000"}})
	id := textOf(raw(t, s, aCreate).body, "id")
	const search = "GET /v1/customers?search=new%40example.com"
	for _, request := range []string{"GET /v1/customers/" + id, "GET /v1/customers"} {
		if got := raw(t, s, request); !strings.Contains(got.body, id) {
			t.Errorf("%s does not find it: %s", request, got.body)
		}
	}
	if got := raw(t, s, search); strings.Contains(got.body, id) {
		t.Errorf("the search finds it at once: %s", got.body)
	}
	clock.pass(2 * time.Second)
	if got := raw(t, s, search); !strings.Contains(got.body, id) {
		t.Errorf("the search does not find it later: %s", got.body)
	}
}

func TestFault_ReorderPageIsRepeatable(t *testing.T) {
	t.Parallel()
	request := fmt.Sprintf("%s&x=%d", aList, rand.Int64())
	var bodies []string
	for range 2 {
		s := start(t, Options{Seed: 50, Faults: []string{"reorder_page"}})
		bodies = append(bodies, raw(t, s, request).body)
	}
	if bodies[0] != bodies[1] {
		t.Error("two runs differ")
	}
}
