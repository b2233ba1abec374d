// Package nearest finds what a mistyped word was meant to be. It imports nothing, so that every layer may use it.
package nearest

// Match returns the candidate with the fewest edits from word, or "" when every one is too far to be a typing
// mistake: more than two edits, or a third of the word when that is more; one edit in a word of up to four letters.
func Match(word string, candidates []string) string {
	best, limit := "", max(2, len(word)/3)
	if len(word) <= 4 {
		limit = 1
	}
	for _, candidate := range candidates {
		if d := distance(word, candidate); d <= limit && d < len(candidate) {
			best, limit = candidate, d-1
		}
	}
	return best
}

// distance is the number of bytes to insert, leave out or replace, and of neighbours to swap, between a and b.
func distance(a, b string) int {
	var before []int // the row before the last
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := row[j]
			if a[i] != b[j] {
				cost++
			}
			next[j+1] = min(cost, next[j]+1, row[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
