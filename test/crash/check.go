package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
)

// check holds the results of an import against the truth.
func check(rows []row, path string, s *summary, t *truth) error {
	results, err := readResults(path)
	if err != nil {
		return err
	}
	if len(results) != len(rows) || s.Rows != len(rows) {
		return fmt.Errorf("%d results and %d rows in the summary, for %d rows", len(results), s.Rows, len(rows))
	}
	made := map[string][]string{} // ids by company name
	emails := map[string]int{}
	emailOf := map[string]string{}
	for _, c := range t.Customers {
		if c.CompanyName != nil {
			made[*c.CompanyName] = append(made[*c.CompanyName], c.ID)
		}
		if c.Email != nil {
			emails[strings.ToLower(*c.Email)]++
			emailOf[c.ID] = *c.Email
		}
	}
	counts := map[string]int{}
	var wrong []error
	for i, r := range rows {
		got := results[i]
		counts[got.state]++
		if err := checkRow(r, got, made[r.name], emailOf); err != nil {
			wrong = append(wrong, fmt.Errorf("row %d: %w", i, err))
		}
		if n := emails[strings.ToLower(r.email)]; r.email != "" && n > 1 {
			wrong = append(wrong, fmt.Errorf("row %d: %s was created %d times", i, r.email, n))
		}
	}
	for state, n := range counts {
		if s.Counts[state] != n {
			wrong = append(wrong, fmt.Errorf("the summary counts %d %s, the results %d", s.Counts[state], state, n))
		}
	}
	return errors.Join(wrong...)
}

type result struct{ state, id string }

func checkRow(r row, got result, ids []string, emailOf map[string]string) error {
	switch {
	case len(ids) > 1:
		return fmt.Errorf("%s was created %d times", r.name, len(ids))
	case got.state == "created" && (len(ids) != 1 || ids[0] != got.id):
		return fmt.Errorf("reported as created with the id %s; the server has %v", got.id, ids)
	case got.state == "created" && emailOf[got.id] != r.email:
		return fmt.Errorf("created with the email %q, %q was sent", emailOf[got.id], r.email)
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
