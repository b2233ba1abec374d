package input

import (
	"slices"
	"strings"
	"testing"
)

func TestEncoding_Guess(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Müller & Söhne": "windows-1252", "Žižkov Łódź": "windows-1250", "ООО Ромашка": "windows-1251", "Ελληνική Εταιρεία": "windows-1253",
		"Größe AG": "cp850", "Noël Père et Fils": "cp850", "Compañía Española": "macintosh", "Société générale": "macintosh", "株式会社テスト": "shift_jis", "北京测试有限公司": "gb18030", "北京𠮷野家": "gb18030", "台灣測試公司": "big5", "주식회사 테스트": "euc-kr",
		"Привет, мир": "koi8-r", "Işık Ağaç A.Ş.": "windows-1254", "Rīga Šķiņķis": "windows-1257", "Műszaki Győr": "windows-1250",
		"Đurđević Šibenik": "windows-1250", "Príliš žltý kôň": "windows-1250",
		"شركة النور للتجارة": "windows-1256", "บริษัท ไทย": "windows-874",
	} {
		c, err := namedCharset(want)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := c.table.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		guesses := guessEncodings(append(raw, '\n'), want == "macintosh")
		if len(guesses) == 0 || guesses[0].name != want || guesses[0].sample != text && want != "koi8-r" {
			t.Errorf("%q in %s is taken for %+v", text, want, guesses)
		}
	}
}

// TestEncoding_Undecided: one letter that several encodings turn into a letter is no reason to suggest one of them.
func TestEncoding_Undecided(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{"\xdeirket": nil, "M\xfcller Stra\xdfe": {"--encoding", "windows-1252"}, "\xd0\xdd\xde": nil} {
		advice, args := adviseEncodings(guessEncodings([]byte(text), false))
		if !slices.Equal(args, want) || !strings.Contains(advice, "windows-1252 reads") {
			t.Errorf("%q: %q %q, want %q", text, advice, args, want)
		}
	}
}

// TestEncoding_CutPair: the head of a large file may end in the middle of a character.
func TestEncoding_CutPair(t *testing.T) {
	t.Parallel()
	c, err := namedCharset("gb18030")
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.table.NewEncoder().Bytes([]byte("公司名称,北京测试有限公司,上海贸易公司"))
	if err != nil {
		t.Fatal(err)
	}
	if _, args := adviseEncodings(guessEncodings(text[:len(text)-1], false)); !slices.Equal(args, []string{"--encoding", "gb18030"}) {
		t.Errorf("the flags are %q", args)
	}
}

// TestEncoding_Samples: the samples show where the encodings differ, not a word that is the same in all of them.
func TestEncoding_Samples(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"C\xe9g\n\xd5rs\xe9gi M\xfbhely": `windows-1250 reads "Őrségi Műhely", windows-1252 reads "Õrségi Mûhely"`,
		"\xf9\xec\xe5\xed":               `windows-1255 reads "שלום"`,
	} {
		if advice, _ := adviseEncodings(guessEncodings([]byte(text), false)); !strings.Contains(advice, want) {
			t.Errorf("%q: %s, want %s", text, advice, want)
		}
	}
}

func TestEncoding_NamedCharset(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"UTF8": "utf-8", "latin1": "windows-1252", "iso-8859-1": "iso-8859-1", "Shift_JIS": "shift_jis", "CP437": "cp437", "ibm850": "cp850", "cp-852": "cp852", "GB2312": "gbk",
		"cp1252": "windows-1252", "macintosh": "macintosh", "replacement": "", "x": "", "cp9999": "",
	} {
		c, err := namedCharset(name)
		if c.name != want && (want != "cp852") || (err == nil) != (want != "") {
			t.Errorf("%s is %q, want %q: %v", name, c.name, want, err)
		}
	}
}
