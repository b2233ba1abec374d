package customers

import (
	"fmt"
	"strings"
)

// WhereHelp is the page of "hydractl help where".
func WhereHelp() string {
	var b strings.Builder
	b.WriteString(`Conditions choose customers by any field: --where of customers list, export,
count and stats (repeatable, all must hold), and --for of customers wait. They
are checked here, on every customer that the server lists.

  FIELD=VALUE     equal, != not equal; VALUE null is a field without a value
  FIELD~TEXT      contains the text, in upper or lower case; !~ does not
  FIELD<VALUE     for numbers and dates: < <= > >=

Quote a condition with < > ! or blanks for the shell. The fields, with the names
that they also go by; a field without a value is only equal to null:

`)
	for _, f := range customerFields() {
		kind := "text"
		switch {
		case f.Number != nil:
			kind = "number"
		case f.Time != nil:
			kind = "date"
		}
		fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("  %-27s %-7s %s", f.Name, kind, strings.Join(f.Aliases, ", ")), " "))
	}
	b.WriteString(`
wait --for also knows exists, locale, stripe_customer_id and updated_at.

A date is 2026-11-01 (the whole day, UTC), a time 2026-11-01T09:30:00Z, or an age
such as 90m, 36h, 7d, 2w, 6mo (30 days each) or 1y. --created-since 7d is short
for --where 'created_at>=7d', --created-until for <=.

--sort-by takes the same fields, and so do --columns and stats --by.

By a part of the company, or of the email:
  hydractl customers list --where company~acme
  hydractl customers list --where email~@example.com
Created in the last seven days, or in a month:
  hydractl customers list --created-since 7d
  hydractl customers count --created-since 2023-03-01 --created-until 2023-03-31
Without subscriptions; with instances, but without an active subscription:
  hydractl customers list --where subs=0
  hydractl customers list --where 'instances>0' --where active=0
The ten customers with the most instances:
  hydractl customers list --sort-by instances --limit 10
Some columns as CSV, sorted by company:
  hydractl customers export --sort-by company --columns email,company,country
How many there are in each country, and those without one:
  hydractl customers stats --by country
  hydractl customers list --where country=null
The customers that another profile lacks, ready to be imported there:
  hydractl -p staging customers diff --against sandbox -o csv`)
	return b.String()
}
