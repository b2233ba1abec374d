package input

import (
	"slices"
	"strings"
)

// kept leaves out the cells of the columns that a file of rejects has added; where the length of the row is another one, nobody
// knows which they are.
func (s *Source) OwnCells(cells []string) []string {
	if len(cells) != len(s.Header) {
		return slices.Clone(cells)
	}
	var kept []string
	for i, cell := range cells {
		if !IsOwnColumn(s.Header[i]) {
			kept = append(kept, cell)
		}
	}
	return kept
}

// Delimiter is what separates the cells of a CSV file.
func (s *Source) Delimiter() rune { return rune(s.csv.delimiter) }

// Transcoded reports whether the file is not in UTF-8.
func (s *Source) Transcoded() bool { return s.charset.name != utf8Name }

// Raw reports whether cells are taken as they stand.
func (s *Source) Raw() bool { return s.options.Raw }

// rejectColumns are the names of what is added to a reject.
func RejectColumns() []string {
	return []string{"_hydractl_line", "_hydractl_state", codeColumn, "_hydractl_error"}
}

const codeColumn = "_hydractl_code"

// isOwnColumn tells the columns that the file of rejects adds.
func IsOwnColumn(name string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(name)), "_hydractl_")
}
