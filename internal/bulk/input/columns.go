package input

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// What a column is if it is not one of the fields.
const (
	ignoredColumn  = -1
	namelessColumn = -2
)

// SetByServer is the reason why the columns of an export are left out that the server fills in itself.
const SetByServer = "set by the server"

// columnUse is what a column or a key is used for.
type columnUse struct {
	field int  // or ignoredColumn, namelessColumn
	rank  int8 // a field is given by the first column in the order of ranks that is not empty
}

// Mapped is a column or a key of the file and what it is used for.
type Mapped struct {
	Column    string `json:"column"`             // as in the file
	Field     string `json:"field"`              // "" when it is left out
	Fallback  bool   `json:"fallback,omitzero"`  // used where another column for the field is empty
	Sample    string `json:"sample"`             // its first value, clipped
	Reason    string `json:"left_out,omitzero"`  // why it is left out
	Resembles string `json:"resembles,omitzero"` // the field that a column left out may be meant for, where no other column gives it
}

// mapper finds the field that a column gives.
type mapper struct {
	presets   func() []Preset // read when they are needed first: most files have columns that are named like fields
	names     map[string]int  // folded name -> field, in English
	localized map[string]int  // the same in other languages
	hints     map[string]int  // folded name -> field that it may mean
	people    []string        // folded names of columns for people
	chosen    map[string]int  // the same by --map
	ignored   []string        // folded names of --ignore-columns
	lenient   bool            // unknown columns are left out
	noPreset  bool            // --preset none

	preset *Preset              // of the file, nil for none
	uses   map[string]columnUse // folded name -> use, by the preset
	fed    [record.FieldCount]bool
}

func newMapper(o ReadOptions) (*mapper, error) {
	known := readColumnNames()
	m := &mapper{
		names: fieldTable(known.Aliases), localized: fieldTable(known.Localized), hints: fieldTable(known.Hints),
		chosen: map[string]int{}, lenient: o.IgnoreUnknown, noPreset: o.Preset == PresetNone,
		presets: sync.OnceValue(Presets),
	}
	for _, column := range known.People {
		m.people = append(m.people, foldName(column))
	}
	for _, column := range slices.Sorted(maps.Keys(o.Map)) {
		field, ok := fieldIndex(o.Map[column])
		if !ok {
			return nil, &Error{File: "--map " + column + "=" + o.Map[column], Msg: noField(o.Map[column]).Error()}
		}
		if _, twice := m.chosen[foldName(column)]; twice {
			return nil, &Error{File: "--map " + column, Msg: "the column is mapped twice"}
		}
		m.chosen[foldName(column)] = field
		m.fed[field] = true
	}
	for _, column := range o.IgnoreColumns {
		m.ignored = append(m.ignored, foldName(column))
	}
	if o.Preset != "" && !m.noPreset {
		preset, err := namedPreset(o.Preset)
		if err != nil {
			return nil, err
		}
		m.use(preset, nil)
	}
	return m, nil
}

// recognize takes the preset whose columns are in the header, unless the user has named one.
func (m *mapper) recognize(names []string) {
	preset := m.preset
	if preset == nil {
		preset = m.match(names)
	}
	if preset != nil {
		m.use(preset, names)
	}
}

// match finds the preset of a header that has columns of which nothing is known.
func (m *mapper) match(names []string) *Preset {
	unknown := func(name string) bool {
		use, ok := m.column(name)
		return use.field < 0 && !IsOwnColumn(name) && (!ok || m.lenient || isAssigned(foldName(name)))
	}
	if m.noPreset || !slices.ContainsFunc(names, unknown) {
		return nil
	}
	return matchPreset(m.presets(), names)
}

// use maps the columns of a preset, but for the fields that --map gives; those that are in the header have the first ranks.
func (m *mapper) use(preset *Preset, header []string) {
	m.preset, m.uses = preset, map[string]columnUse{}
	present := map[string]bool{}
	for _, name := range header {
		present[foldName(name)] = true
	}
	m.fed = [record.FieldCount]bool{}
	for _, field := range m.chosen {
		m.fed[field] = true
	}
	for name, columns := range preset.Fields {
		field, ok := fieldIndex(name)
		if !ok || m.fed[field] {
			continue
		}
		rank := int8(0)
		for _, here := range []bool{true, false} {
			for _, column := range columns {
				folded := foldName(column)
				if _, twice := m.uses[folded]; present[folded] == here && !twice { // two spellings of one name
					m.uses[folded] = columnUse{field, rank}
					rank++
					m.fed[field] = m.fed[field] || here
				}
			}
		}
	}
}

// foldName makes names equal that differ in case, width, accents, the form of apostrophes, spaces, dashes and underscores only.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '_' || unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Mn):
			return -1
		case r == '\u2019': // a typographic apostrophe
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(strings.ToValidUTF8(name, "\ufffd")))
}

func fieldName(field int) string { return record.Fields()[field].Name }

// fieldIndex returns the field of that name; ok is false when there is none.
func fieldIndex(name string) (field int, ok bool) {
	field = slices.Index(record.FieldNames(), name)
	return max(field, 0), field >= 0
}

func noField(name string) error { return fmt.Errorf("there is no field %s%s", name, suggestion(name)) }

// column returns the use of a column; ok is false when nothing is known of it.
func (m *mapper) column(name string) (use columnUse, ok bool) {
	folded := foldName(name)
	if field, ok := m.chosen[folded]; ok {
		return columnUse{field: field}, true
	}
	switch {
	case IsOwnColumn(name) || slices.Contains(m.ignored, folded):
		return columnUse{field: ignoredColumn}, true
	case folded == "":
		return columnUse{field: namelessColumn}, true
	}
	if use, ok := m.uses[folded]; ok {
		return use, true
	}
	for _, names := range []map[string]int{m.names, m.localized} {
		if field, ok := names[folded]; ok && (m.preset == nil || !m.fed[field]) {
			return columnUse{field: field}, true
		}
	}
	return columnUse{field: ignoredColumn}, m.lenient || m.preset != nil || isAssigned(folded)
}

// knowsInside reports whether keys inside the object of a key are used: OUTER.INNER.
func (m *mapper) knowsInside(outer string) bool {
	prefix := foldName(outer) + "."
	for name := range m.uses {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	for name := range m.chosen {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// isAssigned reports whether the server fills the column of an export (contract): every customer gets values of its own, so
// that an export can be imported elsewhere as it is.
func isAssigned(folded string) bool {
	switch folded {
	case "id", "createdat", "updatedat", "subscriptioncount", "activesubscriptioncount",
		"latestsubscriptionstatus", "instancecount", "runninginstancecount", "subscriptions", "instances", "stripecustomerid":
		return true
	}
	return false
}

// mapped describes the use of a column.
func (m *mapper) mapped(name string, use columnUse) Mapped {
	mapped := Mapped{Column: name, Fallback: use.rank > 0}
	folded := foldName(name)
	switch {
	case use.field >= 0:
		mapped.Field = fieldName(use.field)
	case use.field == namelessColumn:
		mapped.Reason = "no name"
	case IsOwnColumn(name):
		mapped.Reason = "rejects file"
	case slices.Contains(m.ignored, folded):
		mapped.Reason = "--ignore-columns"
	case isAssigned(folded):
		mapped.Reason = SetByServer
	case m.preset != nil:
		mapped.Reason = "not used from " + m.preset.Name
	default:
		mapped.Reason = "--ignore-unknown"
	}
	return mapped
}

// markResembling notes which of the columns left out resemble a field that no column gives.
func (s *Source) markResembling(columns []Mapped) {
	var given [record.FieldCount]bool
	for field, v := range s.constants {
		given[field] = v.given
	}
	for _, c := range columns {
		if field, ok := fieldIndex(c.Field); ok {
			given[field] = true
		}
	}
	for i := range columns {
		c := &columns[i]
		if c.Field != "" || c.Reason != "--ignore-unknown" && s.mapper.preset == nil || IsOwnColumn(c.Column) || c.Reason == "--ignore-columns" {
			continue
		}
		if field, ok := s.mapper.resembles(c.Column); ok && !given[field] {
			c.Resembles = fieldName(field)
		}
	}
}

// RejectColumns are the names of the columns that a file of rejects has beside those of its input.
func RejectColumns() []string {
	return []string{"_hydractl_line", "_hydractl_state", codeColumn, "_hydractl_error", importColumn}
}

const (
	codeColumn   = "_hydractl_code"
	importColumn = "_hydractl_import"
)

// IsOwnColumn reports whether a column is one that a file of rejects adds.
func IsOwnColumn(name string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(name)), "_hydractl_")
}
