package output

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHostile_VisibleInEveryFormat(t *testing.T) {
	var rows []customer
	for _, s := range hostile() {
		c := newCustomer(1, s, s, s, s)
		c.ID = s
		c.Created = Time{Raw: s}
		c.raw = append(append([]byte(`{"name":"`), strings.NewReplacer("\x1b\\", "\x1b\\\\").Replace(s)...), `"}`...)
		rows = append(rows, c)
	}
	for _, format := range FormatNames() {
		p, err := New(Options{Format: format, Width: 120, Now: testNow}, customerColumns())
		if err != nil {
			t.Fatal(err)
		}
		var list, details strings.Builder
		if _, err := p.List(&list, sequence(rows, nil), customersEnvelope()); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		if _, err := p.Items(&details, sequence(rows, nil), customerDetail); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		for _, text := range []string{list.String(), details.String()} {
			if utf8.RuneCountInString(text) < 100 {
				t.Errorf("%s: only %q", format, text)
			}
			text = strings.ReplaceAll(text, "\n", "")
			if format == "tsv" {
				text = strings.ReplaceAll(text, "\t", "")
			}
			checkVisible(t, text)
		}
	}
}
