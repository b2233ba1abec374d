package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/hydracore/hydractl/internal/sandbox/store"
)

func writeFaults() []faultCase {
	return []faultCase{
		{"lost_commit", aCreate, created, 2},
		{"unique_off", aCreate, created, 3},
		{"duplicate_500", aCreate, created, 3},
		{"late_commit:ms=100000", aCreate, created, 2},
		{"late_commit:ms=100000,answer=drop", aCreate, "error *EOF", 2},
		{"late_commit:ms=100000,answer=504", aCreate, "504 Content-Type=text/html *", 2},
		{"fold_email", createEmail("Ann.Lee+tag@x.com"), `201 *"email":"Ann.Lee@x.com",*`, 3},
		{"fold_email:form=case", createEmail("Ann.Lee+tag@X.com"), `201 *"email":"ann.lee+tag@x.com",*`, 3},
		{"fold_email:form=dots", createEmail("Ann.Lee+tag@x.com"), `201 *"email":"AnnLee+tag@x.com",*`, 3},
		{"fold_email:form=all", createEmail("Ann.Lee+tag@x.com"), `201 *"email":"annlee@x.com",*`, 3},
		{"rival_before", aCreate, "409 *", 3},
		{"rival_before:email=similar", aCreate, created, 4},
		{"rival_before:email=none", aCreate, created, 4},
		{"rival_after", aCreate, created, 3}, // a duplicate of ours
		{"rival_after:email=none,data=same", aCreate, created, 4},
		{"clock_step", aCreate, created, 3},
		{"restart:ms=0", aCreate, "error *", 2},
		{"restart_after_commit:ms=0", aCreate, "error *", 3},
		{"restart_after_commit:ms=0,lose=60000", aCreate, "error *", 2},
	}
}

func createEmail(email string) string {
	return "POST /v1/customers\n\n" + fmt.Sprintf(`{"email":%q}`, email)
}

func TestFault_WritesAndRestarts(t *testing.T) {
	t.Parallel()
	runFaults(t, writeFaults())
}

func TestFault_LateCommitComesAtClose(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"created", "drop", "504"} {
		path := filepath.Join(t.TempDir(), "s.db")
		s := start(t, Options{DB: path, Faults: []string{"late_commit:ms=3600000,answer=" + answer}})
		_, _ = exchangeRaw(s, aCreate)
		if got := raw(t, s, "GET /v1/customers?search=new"); !strings.Contains(got.body, `"total":0`) {
			t.Errorf("%s: it is there at once: %s", answer, got.body)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if info, err := Status(path); err != nil || info.Customers != 1 {
			t.Errorf("%s: %d customers, %v", answer, info.Customers, err)
		}
	}
}

func TestFault_LateCommitWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	s := start(t, Options{DB: path, Faults: []string{"late_commit:ms=3600000,answer=hang"}})
	c, err := dial(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte(wire(s, aCreate))); err != nil {
		t.Fatal(err)
	}
	for len(snapshotOf(t, s).Recent) == 0 {
		runtime.Gosched()
	}
	if err := errors.Join(c.Close(), s.Close()); err != nil { // the client gives up, the commit comes
		t.Fatal(err)
	}
	if info, err := Status(path); err != nil || info.Customers != 1 {
		t.Errorf("%d customers, %v", info.Customers, err)
	}
}

func TestFault_LateCommitBlocksSameEmail(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"late_commit:ms=50,times=1"}})
	first := raw(t, s, aCreate)
	second := raw(t, s, "POST /v1/customers\n\n"+`{"email":"NEW@example.com"}`)
	third := raw(t, s, aCreate)
	if first.status != 201 || second.status != http.StatusInternalServerError || third.status != http.StatusConflict {
		t.Errorf("%d, %d, %d", first.status, second.status, third.status)
	}
	if n := len(snapshotOf(t, s).Customers); n != 1 {
		t.Errorf("%d customers", n)
	}
}

func TestFault_LateCommitDuplicate(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"late_commit:ms=3600000,match=second"}})
	raw(t, s, aCreate)
	got := raw(t, s, "POST /v1/customers\n\n"+`{"email":"new@example.com","company_name":"second"}`)
	if got.status != http.StatusConflict {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestFault_UniqueOff(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"unique_off:times=2"}})
	statuses := ""
	for range 3 {
		statuses += fmt.Sprint(raw(t, s, aCreate).status, " ")
	}
	if snapshot := snapshotOf(t, s); len(snapshot.Customers) < 2 || *snapshot.Customers[0].Email != *snapshot.Customers[1].Email {
		t.Errorf("statuses %s, %d customers", statuses, len(snapshot.Customers))
	}
	if got := raw(t, s, "GET /v1/customers?search=new%40example.com"); !strings.Contains(got.body, `"total":`) || strings.Contains(got.body, `"total":1,`) {
		t.Errorf("search: %s", got.body)
	}
}

func TestFault_Duplicate500(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"duplicate_500"}})
	if a, b := raw(t, s, aCreate), raw(t, s, aCreate); a.status != 201 || b.status != 500 || b.body != "Internal Server Error" {
		t.Errorf("%d, %d %s", a.status, b.status, b.body)
	}
}

func TestCreate_ConcurrentSameEmail(t *testing.T) {
	t.Parallel()
	s := start(t, Options{DB: filepath.Join(t.TempDir(), "s.db")})
	var wg sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		wg.Go(func() {
			got, err := exchangeRaw(s, aCreate)
			if err != nil {
				t.Error(err)
			}
			statuses[i] = got.status
		})
	}
	wg.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if count[201] != 1 || count[409] != 15 {
		t.Errorf("%v", count)
	}
}

func TestFault_RestartKeepsAddress(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Seed: 2, DB: filepath.Join(t.TempDir(), "s.db"), Faults: []string{"restart_after_commit:ms=1,after=1"}})
	url := s.URL()
	raw(t, s, "POST /v1/customers\n\n{}")
	if _, err := exchangeRaw(s, aCreate); err == nil {
		t.Error("the second create was answered")
	}
	got := retry(t, s, "GET /v1/customers")
	if !strings.Contains(got.body, `"total":4`) || s.URL() != url {
		t.Errorf("%s at %s, was %s", got.body, s.URL(), url)
	}
}

// retry asks until the server is back.
func retry(t *testing.T, s *Server, request string) reply {
	t.Helper()
	for {
		got, err := exchangeRaw(s, request)
		if err == nil {
			return got
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
}

// rivals are the customers that a fault created.
func rivals(t *testing.T, s *Server) (list []AuditedCustomer) {
	t.Helper()
	for _, c := range snapshotOf(t, s).Customers {
		if c.RequestID == store.FaultRequest {
			list = append(list, c)
		}
	}
	return list
}

func TestFault_RivalAfterALostCreate(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"drop_before:method=POST", "rival_after"}})
	if _, err := exchangeRaw(s, aCreate); err == nil {
		t.Fatal("the create was answered")
	}
	list := rivals(t, s)
	if len(list) != 1 || *list[0].Email != "new@example.com" || *list[0].CompanyName == "New" {
		t.Fatalf("%+v", list)
	}
	if got := raw(t, s, "GET /v1/customers/"+list[0].ID); !wildcard(`*"country_code":"FR",*"currency":"EUR",*`, got.body) {
		t.Errorf("%s", got.body)
	}
}

func TestFault_RivalWithEqualData(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"unique_off", "drop_after_commit", "rival_after:data=same"}})
	if _, err := exchangeRaw(s, aCreate); err == nil {
		t.Fatal("the create was answered")
	}
	all := snapshotOf(t, s).Customers
	if list := rivals(t, s); len(all) != 2 || len(list) != 1 || *list[0].CompanyName != "New" || *all[0].Email != *list[0].Email {
		t.Errorf("%+v", all)
	}
}

func TestFault_RivalNeedsAValidCredential(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"rival_before"}})
	if got := raw(t, s, "POST /v1/customers\nX-Api-Key: x\n\n{}"); got.status != http.StatusUnauthorized || len(rivals(t, s)) != 0 {
		t.Errorf("%d, %d rivals", got.status, len(rivals(t, s)))
	}
}

func TestFault_ClockSteps(t *testing.T) {
	t.Parallel()
	clock := newClock() // 12:00:10
	s := start(t, Options{Now: clock.now, Faults: []string{"clock_step:after=1", "clock_step:after=2,direction=ahead,s=60"}})
	for _, want := range []string{"T12:00:10Z", "T11:00:10Z", "T11:01:10Z", "T11:01:10Z"} {
		got := raw(t, s, "POST /v1/customers\n\n{}")
		date, err := http.ParseTime(got.header.Get("Date"))
		if !strings.HasSuffix(textOf(got.body, "created_at"), want) || err != nil || !strings.HasSuffix(date.Format("T15:04:05Z"), want) {
			t.Errorf("created at %s, Date %v, want %s", textOf(got.body, "created_at"), got.header.Get("Date"), want)
		}
	}
}

func TestFault_FoldedEmailsAreDuplicates(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Faults: []string{"fold_email"}})
	if a, b := raw(t, s, createEmail("ann+1@x.com")), raw(t, s, createEmail("ann+2@x.com")); a.status != 201 || b.status != 409 {
		t.Errorf("%d, %d", a.status, b.status)
	}
}
