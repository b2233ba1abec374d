package query

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/failure"
)

// thing is a record with a field of each kind.
type thing struct {
	name  *string
	count *int64
	made  time.Time
}

func fields() []Field[thing] {
	return []Field[thing]{
		{Name: "full_name", Aliases: []string{"name"}, Text: func(t thing) *string { return t.name }},
		{Name: "count", Number: func(t thing) *int64 { return t.count }},
		{Name: "made_at", Aliases: []string{"made"}, Time: func(t thing) time.Time { return t.made }},
	}
}

func now() time.Time { return time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC) }

func at(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text)
	return t
}

func TestCondition_Holds(t *testing.T) {
	record := thing{name: new("Acme \"Ü\" Inc."), count: new(int64(1<<60 + 1)), made: at("2026-11-21T23:59:59Z")}
	empty, nothing := thing{name: new("")}, thing{}
	for _, c := range []struct {
		text   string
		record thing
		want   bool
	}{
		{`full_name=Acme "Ü" Inc.`, record, true},
		{`name == 'Acme "Ü" Inc.'`, record, true},
		{`NAME=acme "ü" inc.`, record, false},
		{`Full-Name~ "ü " `, record, false},
		{`full name~=ü" INC`, record, true},
		{`name~"ü"`, record, true},
		{`name!~acme`, record, false},
		{`name!~other`, record, true},
		{`name~`, record, true},
		{`name=`, empty, true},
		{`name=null`, empty, false},
		{`name="null"`, thing{name: new("null")}, true},
		{`name=null`, thing{name: new("null")}, false},
		{`name=a=b`, thing{name: new("a=b")}, true},
		{`count=1152921504606846977`, record, true},
		{`count>1152921504606846976`, record, true},
		{`count<=1152921504606846976`, record, false},
		{`count>=-1`, record, true},
		{`made=2026-11-21`, record, true},
		{`made<=2026-11-21`, record, true},
		{`made>2026-11-21`, record, false},
		{`made<2026-11-21`, record, false},
		{`made>=2026-11-22`, record, false},
		{`made!=2026-11-20`, record, true},
		{`made=2026-11-21T23:59:59`, record, true},
		{`made>=2026-11-22T00:59:59+01:00`, record, true},
		{`made>2026-11-21 23:59:59`, record, false},
		{`made>=7d`, record, true},
		{`made>=6d12h`, record, false},
		{`made<6d`, record, true},
		{`name=x`, nothing, false},
		{`name~`, nothing, false},
		{`name!=x`, nothing, true},
		{`name!~x`, nothing, true},
		{`count<5`, nothing, false},
		{`count!=5`, nothing, true},
		{`made>2000-01-01`, nothing, false},
		{`made!=2000-01-01`, nothing, true},
		{`name=null`, nothing, true},
		{`count=null`, nothing, true},
		{`made=null`, nothing, true},
		{`made!=null`, record, true},
	} {
		cond, err := Parse("--where", c.text, fields(), now())
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		} else if got := cond.Holds(c.record); got != c.want {
			t.Errorf("%s is %v", c.text, got)
		}
	}
}

func TestParse_Refuses(t *testing.T) {
	for text, want := range map[string]string{
		"":               "must be FIELD OPERATOR VALUE",
		"count":          "must be FIELD OPERATOR VALUE",
		">5":             "must be FIELD OPERATOR VALUE",
		"count!5":        "must have = != ~ (contains) !~ < <= > or >= after count",
		"cont>5":         `unknown field "cont"`,
		"name<x":         "full_name is text, which has no order here",
		"count~5":        "count is not text",
		"count=x":        "count is compared with a whole number",
		"count=1.5":      "count is compared with a whole number",
		"count=":         "count is compared with a whole number",
		"count>null":     "count is compared with null by = or !=",
		"name~null":      "full_name is compared with null by = or !=",
		"made>yesterday": "made_at is a date: use an age such as 7d",
		"made>7":         "made_at is a date",
		"made>99999999y": "made_at is a date",
	} {
		_, err := Parse("--where", text, fields(), now())
		f, ok := errors.AsType[*failure.Failure](err)
		if !ok || f.Exit != failure.ExitUsage || !strings.Contains(f.Message, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := Parse("--where", "cont>5", fields(), now())
	if f, _ := errors.AsType[*failure.Failure](err); !strings.Contains(f.Hint, "did you mean count?") {
		t.Errorf("hint %q", f.Hint)
	}
}

// Of the conditions < = > exactly one holds for a value, none for null, and != is the opposite of =.
func TestCondition_OperatorsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record := thing{made: time.Unix(rapid.Int64Range(1, 4e9).Draw(t, "made"), 0)}
		if rapid.Bool().Draw(t, "given") {
			record.count = new(rapid.Int64Range(-3, 3).Draw(t, "count"))
		}
		value := rapid.SampledFrom([]string{"count%s-1", "count%s0", "count%s2", "made%s2026-11-28", "made%s7d", "made%s2026-11-01T10:00:00Z"}).Draw(t, "condition")
		holds := func(op string) bool {
			c, err := Parse("--where", strings.Replace(value, "%s", op, 1), fields(), now())
			if err != nil {
				t.Fatal(err)
			}
			return c.Holds(record)
		}
		less, equal, greater := holds("<"), holds("="), holds(">")
		one := 0
		for _, b := range []bool{less, equal, greater} {
			if b {
				one++
			}
		}
		null := strings.HasPrefix(value, "count") && record.count == nil
		if null && one != 0 || !null && one != 1 || holds("!=") == equal || holds("<=") != (less || equal) || holds(">=") != (greater || equal) {
			t.Fatalf("%s: < %v = %v > %v", value, less, equal, greater)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"name~x", "count>=5", "made<7d", "name", "=", "a!~b", "made>9223372036854775807y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("--where", text, fields(), now())
		if err != nil {
			if got, ok := errors.AsType[*failure.Failure](err); !ok || got.Exit != failure.ExitUsage {
				t.Fatal(err)
			}
			return
		}
		c.Holds(thing{})
		c.Holds(thing{name: &text, count: new(int64(5)), made: now()})
	})
}

func TestKey_NullLastInBothDirections(t *testing.T) {
	records := []thing{{}, {name: new("b"), count: new(int64(2))}, {name: new("A"), count: new(int64(10))}}
	for _, c := range []struct {
		field      int
		descending bool
		want       []int
	}{{0, false, []int{2, 1, 0}}, {0, true, []int{1, 2, 0}}, {1, false, []int{1, 2, 0}}, {1, true, []int{2, 1, 0}}, {2, false, []int{0, 1, 2}}} {
		order := []int{0, 1, 2}
		f := fields()[c.field]
		slices.SortStableFunc(order, func(a, b int) int { return f.Key(records[a]).Compare(f.Key(records[b]), c.descending) })
		if !slices.Equal(order, c.want) {
			t.Errorf("%s, descending %v: %v, want %v", f.Name, c.descending, order, c.want)
		}
	}
}

func BenchmarkCondition(b *testing.B) {
	record := thing{name: new("Acme Logistics GmbH"), count: new(int64(5)), made: now()}
	for _, text := range []string{"count>4", "name~gmbh", "made>=7d"} {
		c, err := Parse("--where", text, fields(), now())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Holds(record)
			}
		})
	}
}
