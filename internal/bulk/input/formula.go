package input

// Guard makes a cell of CSV safe to open in a spreadsheet: one that a spreadsheet would run as a formula, since it
// begins with = + - @ TAB or CR, be it behind quotes or spaces, gets an apostrophe in front. So does a cell that has
// that form already, which makes [Unguard] its exact inverse (OWASP, CSV injection).
func Guard(cell string) string {
	if isFormula(cell) {
		return "'" + cell
	}
	return cell
}

// Unguard takes the apostrophe of [Guard] off again: Unguard(Guard(s)) == s for every s.
func Unguard(cell string) string {
	if isGuarded(cell) {
		return cell[1:]
	}
	return cell
}

func isGuarded[T string | []byte](cell T) bool {
	return len(cell) > 1 && cell[0] == '\'' && isFormula(cell[1:])
}

// isFormula reports whether the first byte that is neither a quote nor a space starts a formula.
func isFormula[T string | []byte](cell T) bool {
	for i := range len(cell) {
		switch cell[i] {
		case '\'', '"', ' ':
		case '=', '+', '-', '@', '\t', '\r':
			return true
		default:
			return false
		}
	}
	return false
}
