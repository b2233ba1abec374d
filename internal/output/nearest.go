package output

// nearest returns the candidate that takes the fewest edits to get from s, or
// "" when none is close enough to be what was meant.
func nearest(s string, candidates []string) string {
	best, least := "", len(s)/3+2
	for _, c := range candidates {
		if d := editDistance(s, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// editDistance is the Levenshtein distance in bytes.
func editDistance(a, b string) int {
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
			row[j+1] = min(row[j+1]+1, row[j]+1, cost)
		}
	}
	return row[len(b)]
}
