package output

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hydracore/hydractl/internal/failure"
)

func TestColumns_FlagSelects(t *testing.T) {
	byDefault := "email,company_name,country_code,subscription_count,instances,latest_subscription_status,created_at,id"
	inCSV := "email,company_name,country_code,timezone,subscription_count,running_instance_count,instance_count,latest_subscription_status,created_at,id"
	for _, c := range []struct {
		format string
		picks  []string
		want   string
	}{
		{"table", nil, byDefault},
		{"csv", nil, inCSV},
		{"tsv", nil, inCSV},
		{"id", nil, "id"},
		{"table", []string{"email,id"}, "email,id"},
		{"table", []string{"id", "email"}, "id,email"},
		{"table", []string{" id , email ,"}, "id,email"},
		{"table", []string{"id,id,ID"}, "id"},
		{"table", []string{"+timezone"}, byDefault + ",timezone"},
		{"table", []string{"+timezone,instance_count"}, byDefault + ",timezone,instance_count"},
		{"table", []string{"+email"}, byDefault},
		{"table", []string{"id", "+timezone"}, "id,timezone"},
		{"csv", []string{"+instances"}, inCSV + ",instances"},
		{"csv", []string{"Company-Name"}, "company_name"},
		{"csv", []string{"company,status"}, "company_name,latest_subscription_status"},
		{"table", []string{"*"}, strings.Join(ColumnNames(customerColumns()), ",")},
		{"table", []string{"id,*"}, "id," + strings.TrimSuffix(strings.Join(ColumnNames(customerColumns()), ","), ",id")},
	} {
		p, err := New(Options{Format: c.format, Columns: c.picks}, customerColumns())
		if err != nil {
			t.Errorf("%s %q: %v", c.format, c.picks, err)
			continue
		}
		if diff := cmp.Diff(c.want, strings.Join(ColumnNames(p.columns), ",")); diff != "" {
			t.Errorf("%s %q: %s", c.format, c.picks, diff)
		}
	}
}

func TestOptions_ConflictsAreNamed(t *testing.T) {
	columns := " (valid: " + strings.Join(ColumnNames(customerColumns()), ", ") + ")"
	formats := " (valid: " + strings.Join(FormatNames(), ", ") + ")"
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Format: "jsno"}, `--output: unknown format "jsno", did you mean "json"?` + formats},
		{Options{Format: "xlsx-2007"}, `--output: unknown format "xlsx-2007"` + formats},
		{Options{Time: "stardate"}, `--time: unknown mode "stardate" (valid: relative, local, utc, raw)`},
		{Options{Time: "relativ"}, `--time: unknown mode "relativ", did you mean "relative"? (valid: relative, local, utc, raw)`},
		{Options{Columns: []string{"emial"}}, `--columns: unknown column "emial", did you mean "email"?` + columns},
		{Options{Columns: []string{"id,+nope"}}, `--columns: unknown column "nope"` + columns},
		{Options{Columns: []string{"em\x1b[2Jail\n\u202e"}}, `--columns: unknown column "em\x1b[2Jail\n\u202e"` + columns},
		{Options{Columns: []string{""}}, `--columns: names no column` + columns},
		{Options{Format: "json", Columns: []string{"id"}}, `--columns: needs a format with columns, not -o json (valid: table, wide, csv, tsv)`},
		{Options{Format: "yaml", Columns: []string{"id", "email"}}, `--columns: needs a format with columns, not -o yaml (valid: table, wide, csv, tsv)`},
		{Options{Format: "jsonl", Columns: []string{"*"}}, `--columns: needs a format with columns, not -o jsonl (valid: table, wide, csv, tsv)`},
		{Options{Format: "id", Columns: []string{"id"}}, `--columns: needs a format with columns, not -o id (valid: table, wide, csv, tsv)`},
	} {
		_, err := New(c.o, customerColumns())
		f, ok := errors.AsType[*failure.Failure](err)
		if !ok || f.Exit != failure.ExitUsage || f.Code != "usage" || len(f.Fields) != 1 {
			t.Errorf("%+v: %v", c.o, err)
			continue
		}
		if diff := cmp.Diff(c.want, f.Message); diff != "" {
			t.Errorf("%+v: %s", c.o, diff)
		}
	}
}

func TestFormat_NeedsColumns(t *testing.T) {
	for _, format := range []string{"csv", "tsv", "id"} {
		_, err := New[plain](Options{Format: format}, nil)
		if err == nil || err.Error() != fmt.Sprintf("--output: %q is not available for this command (valid: table, wide, json, jsonl, yaml)", format) {
			t.Errorf("%s: %v", format, err)
		}
		p, err := New[plain](Options{Format: format, Preferred: true}, nil)
		if err != nil || p.Format().Name != "table" {
			t.Errorf("preferred %s: %v", format, err)
		}
	}
	noID := []Column[plain]{{Name: "name", Sets: CSV, Value: func(plain) any { return "" }}}
	if _, err := New(Options{Format: "id"}, noID); err == nil {
		t.Error("ids of records without one")
	}
}

func TestFormat_CaseInsensitive(t *testing.T) {
	p, err := New(Options{Format: "JSON"}, plainColumns())
	if err != nil || p.Format().Name != "json" {
		t.Errorf("%v", err)
	}
}

func TestFormat_OneListForFlagHelpDocs(t *testing.T) {
	want := []string{"table", "wide", "json", "jsonl", "yaml", "csv", "tsv", "id"}
	if diff := cmp.Diff(want, FormatNames()); diff != "" {
		t.Error(diff)
	}
	for i, f := range Formats() {
		if f.Name != want[i] || f.Summary == "" {
			t.Errorf("%+v", f)
		}
	}
}

func TestColumnOf_KeepsLayout(t *testing.T) {
	t.Parallel()
	part := Column[plain]{
		Name: "n", Title: "t", Sets: Wide, Align: AlignRight, Fit: FitEnd, Min: 9, Tight: 5, Drop: 3,
		Value: func(p plain) any { return p.Name }, Color: func(plain) Color { return Red },
	}
	whole := ColumnOf(part, func(p plain) plain { return p })
	if diff := cmp.Diff(part, whole, cmpopts.IgnoreFields(part, "Value", "Color")); diff != "" {
		t.Error(diff)
	}
	if record := (plain{}); whole.Value(record) != any(record.Name) || whole.Color(record) != Red {
		t.Errorf("%v in colour %v", whole.Value(record), whole.Color(record))
	}
}
