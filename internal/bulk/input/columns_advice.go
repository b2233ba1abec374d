package input

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/nearest"
)

// resembles is the field that a name may be meant for: it is likely, or the name holds the whole of a known one.
func (m *mapper) resembles(name string) (field int, ok bool) {
	if field, ok = m.likely(name); ok {
		return field, true
	}
	folded, longest := foldName(name), ""
	for _, name := range slices.Sorted(maps.Keys(m.names)) {
		if len(name) > max(len(longest), 4) && strings.Contains(folded, name) {
			longest = name
		}
	}
	field, ok = m.names[longest]
	return field, ok
}

// likely is the field that a name is most likely meant for: it means the field in other files, or is a typing mistake.
func (m *mapper) likely(name string) (field int, ok bool) {
	folded := foldName(name)
	if field, ok = m.partOf(name, m.names, m.localized, m.hints); ok {
		return field, true
	}
	for _, end := range nameEnds(name) {
		if field, ok := m.names[foldName(end)]; ok {
			return field, true
		}
	}
	near := nearest.Match(folded, slices.Sorted(maps.Keys(m.names)))
	if !strings.HasPrefix(folded, near[:min(len(near), 1)]) {
		return 0, false // detail is no misspelled email
	}
	field, ok = m.names[near]
	return field, ok && !strings.HasSuffix(folded, "id") // Company ID is no misspelled Company
}

// partOf is the field that one of the parts of a name means.
func (m *mapper) partOf(name string, tables ...map[string]int) (field int, ok bool) {
	for _, part := range nameParts(name) {
		for _, names := range tables {
			if field, ok := names[foldName(part)]; ok {
				return field, true
			}
		}
	}
	return 0, false
}

// nameParts are the parts of a name that may mean a field, the likeliest first: all of it, without signs around it or a number behind; what stands before a
// unit or an explanation, as in "Land (ISO)", "Firma / Name" and "Country [code]"; the last of what stands one below the other, as in
// "Contact: Email", "customer.email", "Customers[email]" and "Person - Email - Work", and those before it.
func nameParts(name string) []string {
	parts := []string{name, strings.Trim(name, "\"'`[]<>*#:? "), strings.TrimRight(name, "0123456789 ")}
	if i := strings.IndexAny(strings.ReplaceAll(name, " [", " ("), "(/"); i > 0 {
		parts = append(parts, name[:i])
	}
	inner := strings.FieldsFunc(strings.ReplaceAll(name, " - ", ":"), func(r rune) bool { return strings.ContainsRune(":.>[]", r) })
	slices.Reverse(inner)
	return append(parts, inner...)
}

// nameEnds are the last words of a name, from many to one, as in "Primary Address Country" and "_address_company".
func nameEnds(name string) []string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || unicode.IsSpace(r) })
	var ends []string
	for i := 1; i < len(words); i++ {
		ends = append(ends, strings.Join(words[i:], " "))
	}
	return ends
}

// typedName is a name of the same meaning that can be typed: without line ends and invisible characters, if nothing else stands against it.
func typedName(name string) string {
	typed := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	if strings.ContainsFunc(typed, unicode.IsControl) {
		return name
	}
	return typed
}

const (
	maxNamed   = 20 // unknown columns that an error names
	maxIgnored = 10 // of them that are left out one by one
)

// unknownColumns is one error for all columns that nothing is known of, and what to type. offered are the fields that they may be meant
// for, hasEmail is true when a column gives or may give the email.
func unknownColumns(names []string, offered map[string]int, hasEmail bool) (text string, args []string) {
	var parts []string
	ignored := false
	for _, name := range names {
		part := fmt.Sprintf("%q", Clip(name))
		typed := typedName(name)
		if field, ok := offered[name]; ok {
			part += " (did you mean " + fieldName(field) + "?)"
			args = append(args, "--map", typed+"="+fieldName(field))
		} else {
			ignored = true
			if len(names) <= maxIgnored && !slices.Contains(args, typed) {
				args = append(args, "--ignore-columns", typed)
			}
		}
		parts = append(parts, part)
	}
	if len(names) > maxIgnored && ignored {
		args = append(args, "--ignore-unknown")
	}
	if more := len(parts) - maxNamed; more > 0 {
		parts = append(parts[:maxNamed], fmt.Sprintf("and %d more", more))
	}
	noun := "unknown column "
	if len(parts) > 1 {
		noun = "unknown columns: "
	}
	text = noun + strings.Join(parts, ", ") + "; the fields are " + strings.Join(record.FieldNames(), ", ") +
		"; map a column with --map COLUMN=FIELD, leave it out with --ignore-columns COLUMN, or all of them with --ignore-unknown"
	if !hasEmail {
		return text + "; none gives the email, so map one to it, or add --allow-no-email", nil
	}
	return text, args
}

// offer finds the fields that unknown columns may be meant for, a column for each: first those whose names mean the field in other
// files, then the one with an address. Columns of the same name cannot be told apart. It adds the fields to fed.
func (m *mapper) offer(names []string, fed *[record.FieldCount]bool, withAddress string) map[string]int {
	offered, count := map[string]int{}, map[string]int{}
	for _, name := range names {
		count[foldName(name)]++
	}
	take := func(name string, field int) {
		if _, twice := offered[name]; !twice && !fed[field] && count[foldName(name)] == 1 {
			offered[name], fed[field] = field, true
		}
	}
	for _, name := range names {
		if field, ok := m.partOf(name, m.names, m.localized); ok {
			take(name, field)
		}
	}
	if slices.Contains(names, withAddress) {
		take(withAddress, record.Email)
	}
	people := slices.ContainsFunc(names, func(name string) bool { return slices.Contains(m.people, foldName(name)) })
	for _, name := range names {
		_, hint := m.hints[foldName(name)]
		if field, ok := m.likely(name); ok && !(hint && field == record.CompanyName && people) {
			take(name, field)
		}
	}
	return offered
}

// missingColumn is the error for a --map of a column that the file does not have, "" for none.
func (m *mapper) missingColumn(names []string) string {
	var folded []string
	for _, name := range names {
		folded = append(folded, foldName(name))
	}
	for _, chosen := range slices.Sorted(maps.Keys(m.chosen)) {
		if slices.Contains(folded, chosen) {
			continue
		}
		missing := fmt.Sprintf("there is no column %s to map to %s", chosen, fieldName(m.chosen[chosen]))
		if near := nearest.Match(chosen, folded); near != "" {
			return missing + ", did you mean " + near + "?"
		}
		return missing + "; the columns are " + Clip(strings.Join(names, ", "))
	}
	return ""
}
