package customers_test

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// everyday is what the examples of "hydractl help where" find, worked out from the list of all customers.
func everyday(all []client.Customer) map[string]func() []string {
	ids := func(keep func(c client.Customer) bool) func() []string {
		return func() (found []string) {
			for _, c := range all {
				if keep(c) {
					found = append(found, c.ID)
				}
			}
			return found
		}
	}
	contains := func(text *string, part string) bool {
		return text != nil && strings.Contains(strings.ToLower(*text), part)
	}
	number := func(n *int64) int64 {
		if n == nil {
			return -1
		}
		return *n
	}
	return map[string]func() []string{
		"customers list --where company~acme":       ids(func(c client.Customer) bool { return contains(c.CompanyName, "acme") }),
		"customers list --where email~@example.com": ids(func(c client.Customer) bool { return contains(c.Email, "@example.com") }),
		"customers list --created-since 7d":         ids(func(c client.Customer) bool { return time.Since(c.CreatedAt.Time) < 7*24*time.Hour }),
		"customers list --where subs=0":             ids(func(c client.Customer) bool { return number(c.SubscriptionCount) == 0 }),
		"customers list --where 'instances>0' --where active=0": ids(func(c client.Customer) bool {
			return number(c.InstanceCount) > 0 && number(c.ActiveSubscriptionCount) == 0
		}),
		"customers list --where country=null": ids(func(c client.Customer) bool { return c.CountryCode == nil }),
		"customers list --sort-by instances --limit 10": func() (top []string) {
			sorted := slices.Clone(all)
			slices.SortStableFunc(sorted, func(a, b client.Customer) int { return cmp.Compare(number(b.InstanceCount), number(a.InstanceCount)) })
			for _, c := range sorted[:10] {
				top = append(top, c.ID)
			}
			return top
		},
		"customers count --created-since 2023-03-01 --created-until 2023-03-31": func() []string {
			n := len(ids(func(c client.Customer) bool { return c.CreatedAt.Time.UTC().Format("2006-01") == "2023-03" })())
			return []string{fmt.Sprint(n)}
		},
	}
}

func TestHelpWhere_Examples(t *testing.T) {
	home := map[string]string{"HYDRACTL_STATE_DIR": t.TempDir()}
	run := func(args ...string) clitest.Ran {
		t.Helper()
		got := runCLI(t, home, "", append([]string{"-p", "sandbox"}, args...)...)
		if got.Code != failure.ExitOK {
			t.Fatalf("%v: exit %d, stderr %s", args, got.Code, got.ErrOut)
		}
		return got
	}
	run("customers", "create", "--email", "new@example.com", "--company-name", "The ACME Corp.")
	var document struct{ Customers []client.Customer }
	if err := json.Unmarshal([]byte(run("customers", "list", "--all", "-o", "json").Out), &document); err != nil {
		t.Fatal(err)
	}
	page := run("help", "where").Out
	checked := 0
	for line, want := range everyday(document.Customers) {
		if !strings.Contains(page, "\n  hydractl "+line+"\n") && !strings.HasSuffix(page, "\n  hydractl "+line+"\n") {
			t.Errorf("the page lacks %q", line)
			continue
		}
		args := strings.Fields(strings.ReplaceAll(line, "'", ""))
		if args[1] == "list" {
			args = append(args, "-o", "id")
		}
		if got := strings.Fields(run(args...).Out); !slices.Equal(got, want()) || len(got) == 0 {
			t.Errorf("%s: %v, want %v", line, got, want())
		}
		checked++
	}
	rows, err := csv.NewReader(strings.NewReader(run("customers", "export", "--sort-by", "company", "--columns", "email,company,country").Out)).ReadAll()
	named := slices.DeleteFunc(slices.Clone(rows[1:]), func(row []string) bool {
		return !strings.HasSuffix(row[1], "GmbH") && !strings.HasSuffix(row[1], "Inc.") // others sort by the server's collation
	})
	sorted := slices.IsSortedFunc(named, func(a, b []string) int { return strings.Compare(strings.ToLower(a[1]), strings.ToLower(b[1])) })
	if err != nil || len(rows) != len(document.Customers)+1 || !slices.Equal(rows[0], []string{"email", "company_name", "country_code"}) || !sorted {
		t.Errorf("export: %v, %d rows below %v, sorted %v", err, len(rows), rows[0], sorted)
	}
	groups := run("customers", "stats", "--by", "country", "-o", "csv").Out
	if strings.Count(groups, "\ncountry_code,") != len(countries(document.Customers)) || strings.Contains(groups, "currency") {
		t.Errorf("stats: %s", groups)
	}
	if n := strings.Count(page, "\n  hydractl "); n != checked+3 { // diff has a script
		t.Errorf("%d of %d examples are checked", checked+3, n)
	}
}

func countries(all []client.Customer) map[string]bool {
	found := map[string]bool{}
	for _, c := range all {
		name := "-"
		if c.CountryCode != nil {
			name = *c.CountryCode
		}
		found[name] = true
	}
	return found
}
