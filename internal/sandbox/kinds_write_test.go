package sandbox

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func writeFaults() []faultCase {
	return []faultCase{
		{"lost_commit", aCreate, created, 2},
		{"unique_off", aCreate, created, 3},
		{"duplicate_500", aCreate, created, 3},
		{"late_commit:ms=100000", aCreate, created, 2},
		{"late_commit:ms=100000,answer=drop", aCreate, "error *EOF", 2},
		{"late_commit:ms=100000,answer=504", aCreate, "504 Content-Type=text/html *", 2},
		{"restart:ms=0", aCreate, "error *", 2},
		{"restart_after_commit:ms=0", aCreate, "error *", 3},
		{"restart_after_commit:ms=0,lose=60000", aCreate, "error *", 2},
	}
}

func TestWritesAndRestarts(t *testing.T) { runFaults(t, writeFaults()) }

func TestLateCommitsComeAfterTheAnswerAndAtTheLatestWhenTheServerCloses(t *testing.T) {
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

func TestSecondCreateWaitsForALateCommitAndThenCrashes(t *testing.T) {
	s := start(t, Options{Faults: []string{"late_commit:ms=50,times=1"}})
	first := raw(t, s, aCreate)
	second := raw(t, s, "POST /v1/customers\n\n"+`{"email":"NEW@example.com"}`)
	third := raw(t, s, aCreate)
	if first.status != 201 || second.status != http.StatusInternalServerError || third.status != http.StatusConflict {
		t.Errorf("%d, %d, %d", first.status, second.status, third.status)
	}
	if n := len(truthOf(t, s).Customers); n != 1 {
		t.Errorf("%d customers", n)
	}
}

func TestLateCommitRefusesADuplicateAtOnce(t *testing.T) {
	s := start(t, Options{Faults: []string{"late_commit:ms=3600000,match=second"}})
	raw(t, s, aCreate)
	got := raw(t, s, "POST /v1/customers\n\n"+`{"email":"new@example.com","company_name":"second"}`)
	if got.status != http.StatusConflict {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestUniqueOffTakesTheSameEmailTwice(t *testing.T) {
	s := start(t, Options{Faults: []string{"unique_off:times=2"}})
	statuses := ""
	for range 3 {
		statuses += fmt.Sprint(raw(t, s, aCreate).status, " ")
	}
	if truth := truthOf(t, s); len(truth.Customers) < 2 || *truth.Customers[0].Email != *truth.Customers[1].Email {
		t.Errorf("statuses %s, %d customers", statuses, len(truth.Customers))
	}
	if got := raw(t, s, "GET /v1/customers?search=new%40example.com"); !strings.Contains(got.body, `"total":`) || strings.Contains(got.body, `"total":1,`) {
		t.Errorf("search: %s", got.body)
	}
}

func TestDuplicateRaceIsA500WhenSet(t *testing.T) {
	s := start(t, Options{Faults: []string{"duplicate_500"}})
	if a, b := raw(t, s, aCreate), raw(t, s, aCreate); a.status != 201 || b.status != 500 || b.body != "Internal Server Error" {
		t.Errorf("%d, %d %s", a.status, b.status, b.body)
	}
}

func TestOneEmailIsCreatedOnceHoweverManyAskAtOnce(t *testing.T) {
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

func TestServerComesBackAtTheSameAddressAfterARestart(t *testing.T) {
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
