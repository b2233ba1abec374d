package output

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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
	columns := ColumnNames(customerColumns())
	tabular := []string{"table", "wide", "csv", "tsv"}
	for _, c := range []struct {
		o    Options
		want OptionError
	}{
		{Options{Format: "jsno"}, OptionError{Flag: "--output", Value: "jsno", Problem: "unknown format", Valid: FormatNames(), Suggestion: "json"}},
		{Options{Format: "xlsx-2007"}, OptionError{Flag: "--output", Value: "xlsx-2007", Problem: "unknown format", Valid: FormatNames()}},
		{Options{Time: "stardate"}, OptionError{Flag: "--time", Value: "stardate", Problem: "unknown mode", Valid: TimeModes()}},
		{Options{Time: "relativ"}, OptionError{Flag: "--time", Value: "relativ", Problem: "unknown mode", Valid: TimeModes(), Suggestion: "relative"}},
		{Options{Columns: []string{"emial"}}, OptionError{Flag: "--columns", Value: "emial", Problem: "unknown column", Valid: columns, Suggestion: "email"}},
		{Options{Columns: []string{"id,+nope"}}, OptionError{Flag: "--columns", Value: "nope", Problem: "unknown column", Valid: columns}},
		{Options{Columns: []string{""}}, OptionError{Flag: "--columns", Problem: "names no column", Valid: columns}},
		{Options{Format: "json", Columns: []string{"id"}}, OptionError{Flag: "--columns", Value: "id", Problem: "needs a format with columns, not -o json", Valid: tabular}},
		{Options{Format: "yaml", Columns: []string{"id", "email"}}, OptionError{Flag: "--columns", Value: "id,email", Problem: "needs a format with columns, not -o yaml", Valid: tabular}},
		{Options{Format: "jsonl", Columns: []string{"*"}}, OptionError{Flag: "--columns", Value: "*", Problem: "needs a format with columns, not -o jsonl", Valid: tabular}},
		{Options{Format: "id", Columns: []string{"id"}}, OptionError{Flag: "--columns", Value: "id", Problem: "needs a format with columns, not -o id", Valid: tabular}},
	} {
		_, err := New(c.o, customerColumns())
		var got *OptionError
		if !errors.As(err, &got) {
			t.Errorf("%+v: %v", c.o, err)
			continue
		}
		if diff := cmp.Diff(c.want, *got); diff != "" {
			t.Errorf("%+v: %s", c.o, diff)
		}
	}
}

func TestFormat_NeedsColumns(t *testing.T) {
	for _, format := range []string{"csv", "tsv", "id"} {
		_, err := New[plain](Options{Format: format}, nil)
		var got *OptionError
		if !errors.As(err, &got) || !slices.Equal(got.Valid, []string{"table", "wide", "json", "jsonl", "yaml"}) {
			t.Errorf("%s: %v", format, err)
		}
	}
	noID := []Column[plain]{{Name: "name", Sets: CSV, Value: func(plain) any { return "" }}}
	if _, err := New(Options{Format: "id"}, noID); err == nil {
		t.Error("ids of records without one")
	}
}

func TestOptions_ErrorIsOneHelpfulLine(t *testing.T) {
	err := &OptionError{Flag: "--columns", Value: "em\x1b[2Jail\n", Problem: "unknown column", Valid: []string{"email", "id"}, Suggestion: "email"}
	want := `--columns "em\x1b[2Jail\n": unknown column, did you mean "email"? (valid: email, id)`
	if err.Error() != want {
		t.Errorf("%s", err)
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
