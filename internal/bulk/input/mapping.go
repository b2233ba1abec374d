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

// What a column is if it is not one of the fields.
const (
	ignoredColumn  = -1
	namelessColumn = -2
)

// Mapped is a column or a key of the file and what it feeds.
type Mapped struct {
	Column string // as in the file
	Field  string // "" when it is ignored
}

// mapper finds the field that a column feeds.
type mapper struct {
	known   map[string]int // folded name -> field
	chosen  map[string]int // the same by the word of the user
	ignored []string       // folded names
	lenient bool           // unknown columns are ignored
}

func newMapper(o ReadOptions) (*mapper, error) {
	m := &mapper{known: knownNames(), chosen: map[string]int{}, lenient: o.IgnoreUnknown}
	for _, column := range slices.Sorted(maps.Keys(o.Map)) {
		field, err := fieldIndex(o.Map[column])
		if err != nil {
			return nil, &InputError{File: "--map " + column + "=" + o.Map[column], Msg: err.Error()}
		}
		if _, twice := m.chosen[foldName(column)]; twice {
			return nil, &InputError{File: "--map " + column, Msg: "the column is mapped twice"}
		}
		m.chosen[foldName(column)] = field
	}
	for _, column := range o.IgnoreColumns {
		m.ignored = append(m.ignored, foldName(column))
	}
	return m, nil
}

// knownNames are the folded names of the fields, and spellings of them that are common and mean nothing else.
func knownNames() map[string]int {
	known := map[string]int{
		"company": record.CompanyName, "mail": record.Email, "emailaddress": record.Email, "country": record.CountryCode, "currencycode": record.Currency,
		"tz": record.Timezone,
	}
	for i, f := range record.Fields() {
		known[foldName(f.Name)] = i
	}
	return known
}

// foldName makes names equal that differ in case, spaces, dashes and underscores only.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

func fieldIndex(name string) (int, error) {
	if i := slices.Index(record.FieldNames(), name); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("there is no field %s%s", name, suggestion(name))
}

// column gives the field of a column, or ignoredColumn or namelessColumn; ok is false when nothing is known of it.
func (m *mapper) column(name string) (field int, ok bool) {
	folded := foldName(name)
	if field, ok = m.chosen[folded]; ok {
		return field, true
	}
	switch {
	case folded == "":
		return namelessColumn, true
	case IsOwnColumn(name) || isAssigned(folded) || slices.Contains(m.ignored, folded):
		return ignoredColumn, true
	}
	if field, ok = m.known[folded]; ok {
		return field, true
	}
	return ignoredColumn, m.lenient
}

// isAssigned tells the columns of an export that the server fills (contract): every customer gets values of its own, so
// that an export can be imported elsewhere as it is.
func isAssigned(folded string) bool {
	switch folded {
	case "id", "createdat", "updatedat", "subscriptioncount", "activesubscriptioncount",
		"latestsubscriptionstatus", "instancecount", "runninginstancecount", "subscriptions", "instances", "stripecustomerid":
		return true
	}
	return false
}

// noteAssigned tells of the columns of a file that the server fills.
func (s *Source) noteAssigned() {
	var names []string
	for _, m := range s.Mapping {
		if m.Field == "" && isAssigned(foldName(m.Column)) {
			names = append(names, Clip(m.Column))
		}
	}
	if len(names) > 0 {
		s.note("left out what the server fills in itself: %s", strings.Join(names, ", "))
	}
}

// unknownColumn says what to do about a column that nothing is known of.
func unknownColumn(name string) string {
	name = Clip(name)
	hint := fmt.Sprintf("map it with --map %q, or leave it out with --ignore-columns %q", name+"=FIELD", name)
	if near := nearestField(name); near != "" {
		return fmt.Sprintf("unknown column %q, did you mean %s? Otherwise %s", name, near, hint)
	}
	return fmt.Sprintf("unknown column %q; the fields are %s; %s", name, strings.Join(record.FieldNames(), ", "), hint)
}

// nearestField is the field that a mistyped name is meant for, by any of its spellings, or "".
func nearestField(name string) string {
	known := knownNames()
	near := nearest.Match(foldName(name), slices.Sorted(maps.Keys(known)))
	if near == "" {
		return ""
	}
	return record.Fields()[known[near]].Name
}
