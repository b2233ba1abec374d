package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
)

// compare compares every import with the server's data, and returns the rows by state.
func compare(imports []*fileImport, after *snapshot) (map[string]int, error) {
	known := after.index()
	states := map[string]int{}
	var wrong []error
	for _, i := range imports {
		wrong = append(wrong, i.wrap(check(i.rows, i.results, i.last, known)))
		for state, n := range i.last.Counts {
			states[state] += n
		}
	}
	return states, errors.Join(wrong...)
}

// check compares the results of an import with the server's data.
func check(rows []row, path string, s *summary, known index) error {
	results, err := readResults(path)
	if err != nil {
		return err
	}
	if len(results) != len(rows) || s.Rows != len(rows) {
		return fmt.Errorf("%d results and %d rows in the summary, for %d rows", len(results), s.Rows, len(rows))
	}
	counts := map[string]int{}
	var wrong []error
	for i, r := range rows {
		got := results[i]
		counts[got.state]++
		if err := known.check(r, got); err != nil {
			wrong = append(wrong, fmt.Errorf("row %d: %w", i, err))
		}
	}
	for state, n := range counts {
		if s.Counts[state] != n {
			wrong = append(wrong, fmt.Errorf("the summary counts %d %s, the results %d", s.Counts[state], state, n))
		}
	}
	return errors.Join(wrong...)
}

// index looks customers up.
type index struct {
	made    map[string][]string // ids by company name
	emailOf map[string]string   // by id
	emails  map[string]int      // how many have it, by email in small letters
}

func (s *snapshot) index() index {
	x := index{made: map[string][]string{}, emailOf: map[string]string{}, emails: map[string]int{}}
	for _, c := range s.Customers {
		if c.CompanyName != nil {
			x.made[*c.CompanyName] = append(x.made[*c.CompanyName], c.ID)
		}
		if c.Email != nil {
			x.emails[strings.ToLower(*c.Email)]++
			x.emailOf[c.ID] = *c.Email
		}
	}
	return x
}

type result struct{ state, id string }

func (x index) check(r row, got result) error {
	ids := x.made[r.name]
	switch {
	case len(ids) > 1:
		return fmt.Errorf("%s was created %d times", r.name, len(ids))
	case r.email != "" && x.emails[strings.ToLower(r.email)] > 1:
		return fmt.Errorf("%s was created %d times", r.email, x.emails[strings.ToLower(r.email)])
	case got.state == "created" && (len(ids) != 1 || ids[0] != got.id):
		return fmt.Errorf("reported as created with the id %s; the server has %v", got.id, ids)
	case got.state == "created" && x.emailOf[got.id] != r.email:
		return fmt.Errorf("created with the email %q, %q was sent", x.emailOf[got.id], r.email)
	case got.state != "created" && got.state != "unknown" && len(ids) > 0:
		return fmt.Errorf("was created and is reported as %s", got.state)
	case got.state != "created" && got.state != "unknown" && got.state != "rejected":
		return fmt.Errorf("is %s", got.state)
	}
	return nil
}

func readResults(path string) ([]result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var results []result
	for _, r := range records[1:] {
		results = append(results, result{state: r[2], id: r[3]})
	}
	return results, nil
}
