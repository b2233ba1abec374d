package config

import "strings"

// nearest gives the candidate with the fewest edits from word, or "" when every one is too far to be a typing
// mistake (more than two edits, or a third of the word when that is more). Upper case is no edit.
func nearest(word string, candidates []string) string {
	word = strings.ToLower(word)
	best, limit := "", min(max(2, len(word)/3), len(word)-1)
	for _, candidate := range candidates {
		if d := distance(word, candidate); d <= limit {
			best, limit = candidate, d-1
		}
	}
	return best
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
