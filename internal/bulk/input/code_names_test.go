package input

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// TestCodeNames_FilesAreCurrent compares the lists of names with the tables of x/text; with -update it writes them.
func TestCodeNames_FilesAreCurrent(t *testing.T) {
	for file, want := range map[string]string{"countries.txt": countriesFile(), "languages.txt": languagesFile()} {
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("%s: write it with -update (%v)\n%s", file, err, cmp.Diff(want, string(got)))
		}
	}
}

// understood are the languages in which names of countries and languages are known.
func understood() []language.Tag {
	return []language.Tag{
		language.English, language.German, language.French, language.Spanish, language.Italian, language.Dutch, language.Portuguese, language.Polish,
	}
}

// countriesFile names every country of today in the understood languages.
func countriesFile() string {
	var text strings.Builder
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string(a) + string(b))
			if err != nil || !region.IsCountry() || region != region.Canonicalize() {
				continue
			}
			names := []string{region.String()}
			for _, in := range understood() {
				names = append(names, display.Regions(in).Name(region))
			}
			fmt.Fprintln(&text, strings.Join(names, "\t"))
		}
	}
	return text.String()
}

// languagesFile names every language in itself and in the understood languages.
func languagesFile() string {
	var text strings.Builder
	for _, tag := range display.Supported.Tags() {
		base, confidence := tag.Base()
		if confidence != language.Exact || tag != language.Make(base.String()) {
			continue
		}
		names := []string{tag.String(), display.Self.Name(tag)}
		for _, in := range understood() {
			names = append(names, display.Languages(in).Name(tag))
		}
		fmt.Fprintln(&text, strings.Join(names, "\t"))
	}
	return text.String()
}
