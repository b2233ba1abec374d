package bulk

import (
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
)

// Difference is a field of a row that an existing customer has with another value.
type Difference struct {
	Field  string `json:"field"`
	File   string `json:"file"`
	Server string `json:"server"` // "" where it has none
}

// DifferingRow is a row whose customer exists with other data.
type DifferingRow struct {
	Line        int          `json:"line"`
	Key         string       `json:"key"` // the folded email
	ID          string       `json:"id"`  // of the customer
	Differences []Difference `json:"differences"`
}

// maxDiffering is how many of them a plan lists.
const maxDiffering = 20

// notShown stands for a field that the list does not have; null is "".
const notShown = "\x01"

const comparedCount = 4

// comparedFields are the fields that a list shows, apart from the email. The one that may hold any text comes last.
func comparedFields() [comparedCount]int {
	return [...]int{record.CountryCode, record.Currency, record.Timezone, record.CompanyName}
}

func packFields(c *client.Customer) string {
	parts := [comparedCount]string{}
	for i, text := range []*string{c.CountryCode, c.Currency, c.Timezone, c.CompanyName} {
		if text != nil {
			parts[i] = *text
			continue
		}
		if name := record.Fields()[comparedFields()[i]].Name; !strings.Contains(c.RawJSON(), `"`+name+`"`) {
			parts[i] = notShown
		}
	}
	return strings.Join(parts[:], "\x00")
}

// differences compares a row with its customer. Fields that the row leaves out, or the list does not show, are not compared.
func differences(sent *record.Values, fields string) []Difference {
	if fields == "" {
		return nil
	}
	var all []Difference
	for i, got := range strings.SplitN(fields, "\x00", comparedCount) {
		field := comparedFields()[i]
		if sent[field] != "" && got != notShown && !reconcile.SameText(sent[field], got) {
			all = append(all, Difference{record.Fields()[field].Name, sent[field], got})
		}
	}
	return all
}

// maxKeptValue is how much of a server's value the journal keeps.
const maxKeptValue = 80

// existsOutcome is the outcome of a row whose customer was there before. The journal keeps the server's values of the fields that
// differ; the row's own stand in the file.
func existsOutcome(o journal.Outcome, differ []Difference) journal.Outcome {
	o.State = record.Exists
	if len(differ) == 0 {
		return o
	}
	values := map[string]string{}
	for _, d := range differ {
		values[d.Field] = input.ClipTo(d.Server, maxKeptValue)
	}
	text, err := json.Marshal(values, json.Deterministic(true))
	if err == nil {
		o.Code, o.Text = journal.OtherData, string(text)
	}
	return o
}

// keptDifferences reads what existsOutcome has kept.
func keptDifferences(sent *record.Values, o *journal.Outcome) []Difference {
	values := map[string]string{}
	if o.Code != journal.OtherData || json.Unmarshal([]byte(o.Text), &values) != nil {
		return nil
	}
	var all []Difference
	for i, f := range record.Fields() {
		if server, differs := values[f.Name]; differs {
			all = append(all, Difference{f.Name, sent[i], server})
		}
	}
	return all
}

// DescribeDifferences says in which fields a customer differs from its row.
func DescribeDifferences(differ []Difference) string {
	var parts []string
	for _, d := range differ {
		server := "empty"
		if d.Server != "" {
			server = `"` + input.Clip(d.Server) + `"`
		}
		parts = append(parts, d.Field+` is `+server+` (the file has "`+input.Clip(d.File)+`")`)
	}
	return strings.Join(parts, "; ")
}
