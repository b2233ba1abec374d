package input

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxEvidence   = 64 << 10 // bytes of text that an encoding is guessed from
	maxCandidates = 3        // encodings that are offered
	goodScore     = 0.75     // of a guess that is offered
)

// guess is an encoding in which a text makes sense.
type guess struct {
	name   string
	score  float64  // share of the characters beyond ASCII that make sense
	words  []string // those with such characters
	sample string   // the first of them that reads differently in the other encodings that are offered
}

// guessEncodings finds the encodings in which text, which is not UTF-8, makes sense, the best first. Text of a file with lone
// carriage returns is likely from a Mac.
func guessEncodings(text []byte, loneReturns bool) []guess {
	var found []guess
	for _, name := range []string{"shift_jis", "euc-kr", "gb18030", "big5", "euc-jp"} {
		if g := guessPairs(name, text); g.score >= goodScore {
			found = append(found, g)
		}
	}
	if len(found) == 0 {
		for _, name := range []string{
			"windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257",
			"windows-1258", "windows-874", "iso-8859-2", "iso-8859-5",
			"iso-8859-7", "iso-8859-15", "koi8-r", "macintosh", "cp850", "cp852", "cp866",
		} {
			g := guessBytes(name, text)
			if name == "macintosh" && loneReturns {
				g.score++
			}
			same := func(o guess) bool { return slices.Equal(o.words, g.words) }
			if g.score > 0 && !slices.ContainsFunc(found, same) {
				found = append(found, g)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	for i, g := range found {
		if i == maxCandidates || g.score < min(found[0].score, 1.2)-0.2 {
			found = found[:i]
			break
		}
	}
	takeSamples(found)
	return found
}

// takeSamples finds the first word that tells the encodings apart, or else the first word.
func takeSamples(guesses []guess) {
	word := 0
	for i := range guesses {
		g := &guesses[i]
		for n := range min(len(g.words), len(guesses[0].words)) {
			if g.words[n] != guesses[0].words[n] {
				word = max(word, n)
				break
			}
		}
	}
	for i := range guesses {
		if words := guesses[i].words; len(words) > 0 {
			guesses[i].sample = words[min(word, len(words)-1)]
		}
	}
}

// guessPairs scores an encoding of East Asia, which has two bytes for a character: the share of pairs that are common ones.
func guessPairs(name string, text []byte) guess {
	g := guess{name: name}
	c, err := namedCharset(name)
	if err != nil {
		return g
	}
	decoded, err := c.table.NewDecoder().Bytes(text)
	if err != nil {
		return g
	}
	common, all := 0, 0
	before := ' '
	for _, r := range string(decoded) {
		switch raw, err := c.table.NewEncoder().String(string(r)); {
		case r == utf8.RuneError:
			common -= 3 // the text may be cut or damaged in one place, but not in many
		case r < utf8.RuneSelf:
			if before >= utf8.RuneSelf && unicode.IsLower(r) {
				common-- // inside a word in Latin letters
			}
		case err == nil && isCommonPair(name, r, raw) && !(before < utf8.RuneSelf && unicode.IsLower(before)):
			common++
			all++
		default:
			all++
		}
		before = r
	}
	if all > 1 {
		g.score = float64(common) / float64(all)
	}
	g.words = wordsBeyondASCII(string(decoded))
	return g
}

// isCommonPair reports whether a character is of the everyday part of its encoding: kana, Hangul, the first level of ideographs.
func isCommonPair(name string, r rune, raw string) bool {
	if len(raw) != 2 {
		return false
	}
	lead := raw[0]
	switch name {
	case "shift_jis":
		return unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー' || lead >= 0x88 && lead <= 0x97
	case "euc-jp":
		return unicode.In(r, unicode.Hiragana, unicode.Katakana) || r == 'ー' || lead >= 0xb0 && lead <= 0xcf
	case "gb18030":
		return lead >= 0xb0 && lead <= 0xd7 && raw[1] >= 0xa1
	case "big5":
		return lead >= 0xa4 && lead <= 0xc6
	case "euc-kr":
		return unicode.Is(unicode.Hangul, r) && lead >= 0xb0 && raw[1] >= 0xa1
	}
	return false
}

// guessBytes scores an encoding of one byte a character: letters inside words are good, in the wrong case or script, or signs
// among letters, are not.
func guessBytes(name string, text []byte) guess {
	g := guess{name: name}
	c, err := namedCharset(name)
	if err != nil || c.oneByte() == nil {
		return g
	}
	runes := make([]rune, 0, len(text))
	for _, b := range text {
		runes = append(runes, c.oneByte().DecodeByte(b))
	}
	good, all := 0.0, 0
	for i, r := range runes {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		before, behind := ' ', ' '
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			behind = runes[i+1]
		}
		good += plausible(before, r, behind)
	}
	if all > 0 {
		g.score = good/float64(all) + oneLanguage(runes)
	}
	g.words = wordsBeyondASCII(string(runes))
	return g
}

// alphabets are the Latin letters beyond ASCII of the languages that the encodings of one byte a character were made for.
func alphabets() []string {
	return []string{
		"äöüß", "àâçéèêëîïôùûüÿœæ", "áéíóúüñ", "áâãàçéêíóôõú", "àèéìíòóù", "åäöæøé", "ąćęłńóśźż", "áčďéěíňóřšťúůýžäľĺŕô",
		"áéíóöőúüű", "ăâîșțşţ", "çğıöşüâîûi̇", "čćđšž", "āčēģīķļņšūž", "ąčęėįšųūž", "äöüõšž", "áðéíóúýþæö", "ăâđêôơư",
	}
}

// has reports whether an alphabet holds the letter.
func has(r rune) func(alphabet string) bool {
	return func(alphabet string) bool { return strings.ContainsRune(alphabet, unicode.ToLower(r)) }
}

// oneLanguage scores how many of the letters beyond ASCII one language has, from 0 to 0.2: letters of several languages side by
// side are a sign of the wrong encoding, such as Windows-1250 for Turkish.
func oneLanguage(text []rune) float64 {
	letters, other := map[string]int{}, 0
	all, best := 0, 0
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf || !unicode.IsLetter(r):
			continue
		case !unicode.Is(unicode.Latin, r):
			other++
		}
		all++
		for _, alphabet := range alphabets() {
			if has(r)(alphabet) {
				letters[alphabet]++
				best = max(best, letters[alphabet])
			}
		}
	}
	return 0.2 * float64(max(best, other)) / float64(max(all, 1))
}

// plausible scores a character between its neighbours, from -1 to 1.
func plausible(before, r, behind rune) float64 {
	switch {
	case r == utf8.RuneError || unicode.IsControl(r):
		return -1
	case unicode.IsMark(r) && isWritten(before) && (before >= utf8.RuneSelf || r < 0x370): // a vowel or a tone
		return 1
	case !unicode.IsLetter(r):
		if isWritten(before) && isWritten(behind) && r != '’' {
			return -0.5
		}
		return 0.3
	}
	for _, other := range []rune{before, behind} {
		if unicode.IsLetter(other) && unicode.Is(unicode.Latin, other) != unicode.Is(unicode.Latin, r) {
			return -1
		}
	}
	switch {
	case unicode.IsUpper(r) && unicode.IsLower(before), unicode.IsUpper(r) && unicode.IsUpper(before) && unicode.IsLower(behind):
		return -0.5
	case unicode.Is(unicode.Latin, r) && isAccented(before) && unicode.IsLower(r) && isAccented(behind):
		return 0
	case unicode.Is(unicode.Latin, r) && !slices.ContainsFunc(alphabets(), has(r)):
		return 0.8
	}
	return 1
}

// isAccented reports whether a character is a letter beyond ASCII: Latin ones seldom stand side by side.
func isAccented(r rune) bool { return r >= utf8.RuneSelf && unicode.IsLetter(r) }

// isWritten reports whether a character is part of a word.
func isWritten(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }

// wordsBeyondASCII are the stretches of text with a character beyond ASCII, without what stands beside them in the file.
func wordsBeyondASCII(text string) (words []string) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;\t|\"\r\n\x00", r) }) {
		if strings.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) {
			words = append(words, ClipTo(strings.TrimSpace(word), 40))
		}
	}
	return words
}

// adviseEncodings says what a file that is not UTF-8 may be, and what to type if one encoding is more likely than the others.
func adviseEncodings(guesses []guess) (text string, args []string) {
	if len(guesses) == 0 {
		return "name its encoding with --encoding, or save it as UTF-8", nil
	}
	var parts []string
	for _, g := range guesses {
		parts = append(parts, fmt.Sprintf("%s reads %q", g.name, g.sample))
	}
	text = "name the encoding in which it reads as it should: " + strings.Join(parts, ", ")
	if len(guesses) > 1 && guesses[0].score == guesses[1].score {
		return text, nil
	}
	return text, []string{"--encoding", guesses[0].name}
}
