package input

import (
	_ "embed" // presets.yaml, columns.yaml
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// PresetNone is the value of [ReadOptions].Preset that recognizes no product.
const PresetNone = "none"

//go:embed presets.yaml
var presetData []byte

//go:embed columns.yaml
var columnData []byte

// Preset says how the export of a product is read.
type Preset struct {
	ID       string              `yaml:"id"`
	Name     string              `yaml:"name"`     // of the product, and what of it
	Match    [][]string          `yaml:"match"`    // it is recognized when every column of one of these is in the header
	Fields   map[string][]string `yaml:"fields"`   // field -> columns, those behind the first where it is empty
	Date     string              `yaml:"date"`     // of the export format, year and month
	Source   string              `yaml:"source"`   // where the product describes it
	Examples []string            `yaml:"examples"` // realistic headers, or for JSON an object
}

// columnNames is columns.yaml: for each field the names of columns that mean it.
type columnNames struct {
	Aliases   map[string][]string `yaml:"aliases"`   // in any file, in English
	Localized map[string][]string `yaml:"localized"` // in any file, in other languages
	Hints     map[string][]string `yaml:"hints"`     // perhaps
	People    []string            `yaml:"people"`    // beside which a name is that of a person
}

func readColumnNames() (names columnNames) {
	_ = yaml.Unmarshal(columnData, &names) // a test holds that it is valid
	return names
}

// Presets are the products whose exports are recognized, in the order of their names.
func Presets() (presets []Preset) {
	_ = yaml.Unmarshal(presetData, &presets) // a test holds that it is valid
	slices.SortFunc(presets, func(a, b Preset) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return presets
}

// fieldTable maps the folded names of columns, and of the fields themselves, to fields.
func fieldTable(columns map[string][]string) map[string]int {
	table := map[string]int{}
	for name, names := range columns {
		field, _ := fieldIndex(name) // a test holds that it exists
		table[foldName(name)] = field
		for _, column := range names {
			table[foldName(column)] = field
		}
	}
	return table
}

// namedPreset finds a preset by its ID.
func namedPreset(id string) (*Preset, error) {
	var ids []string
	for _, p := range Presets() {
		if p.ID == strings.ToLower(id) {
			return &p, nil
		}
		ids = append(ids, p.ID)
	}
	return nil, &Error{File: "--preset", Msg: fmt.Sprintf("must be none or one of %s (got %q)", strings.Join(ids, ", "), id)}
}

// matchPreset finds the preset of which the most columns are required, and all are in the header; nil for none.
func matchPreset(presets []Preset, header []string) *Preset {
	folded := map[string]bool{}
	for _, name := range header {
		folded[foldName(name)] = true
	}
	var best *Preset
	most := 0
	for i, p := range presets {
		for _, columns := range p.Match {
			if len(columns) > most && !slices.ContainsFunc(columns, func(c string) bool { return !folded[foldName(c)] }) {
				best, most = &presets[i], len(columns)
			}
		}
	}
	return best
}
