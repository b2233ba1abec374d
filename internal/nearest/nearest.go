// Package nearest finds what a mistyped word was meant to be. It imports nothing, so that every layer may use it.
package nearest

// Match returns the candidate with the fewest edits from word, or "" when every one is too far to be a typing
// mistake: more than two edits, or a third of the word when that is more.
func Match(word string, candidates []string) string {
	best, limit := "", max(2, len(word)/3)
	for _, candidate := range candidates {
		if d := distance(word, candidate); d <= limit && d < len(candidate) {
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
