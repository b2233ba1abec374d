package input

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// A file that LibreOffice has opened and saved again holds the same customers. Tokens of its filter: the delimiter and the quote as
// numbers of characters, the character set, the first line, and, to keep texts such as 0123 and 1-2 as they are, the columns as text.
// LibreOffice takes a second or two to start, so the forms that others cover are saved in CI only.
func TestLibreOffice_SavedAgain(t *testing.T) {
	t.Parallel()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
	}
	const (
		utf8, utf16, western = "76", "65535", "1"
		content              = "email,company_name,country_code,currency,industry,locale,timezone\n" +
			"ann@example.com,\"Ann, \"\"Söhne\"\" & Co.\",DE,EUR,0123,de-DE,Europe/Berlin\n" +
			"bob@example.com,Bob; Ltd,GB,GBP,1-2,en-GB,Europe/London\n" +
			"cid@example.com,\"Two\nlines\",FR,EUR,1e5,fr-FR,Europe/Paris\n"
	)
	path := writeInput(t, "customers.csv", content)
	want := allValues(t, checkText(t, "customers.csv", content, ReadOptions{}, Rules{}))
	profile := t.TempDir()
	for name, test := range map[string]struct {
		delimiter, charset string
		options            ReadOptions
		covered            bool
	}{
		"comma, UTF-8":            {"44", utf8, ReadOptions{}, true},
		"semicolon, UTF-8":        {"59", utf8, ReadOptions{}, true},
		"tab, UTF-16":             {"9", utf16, ReadOptions{}, false},
		"semicolon, windows-1252": {"59", western, ReadOptions{Encoding: "windows-1252"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if test.covered && os.Getenv("CI") == "" {
				t.Skip("set CI=true to run it")
			}
			out := t.TempDir()
			const asText = "1/2/2/2/3/2/4/2/5/2/6/2/7/2"
			save := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.ToSlash(profile), "--headless",
				"--infilter=CSV:44,34,"+utf8+",1,"+asText, "--convert-to", "csv:Text - txt - csv (StarCalc):"+test.delimiter+",34,"+test.charset+",1", "--outdir", out, path)
			if text, err := save.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			saved, err := os.ReadFile(filepath.Join(out, "customers.csv"))
			if err != nil {
				t.Fatal(err)
			}
			checked := checkText(t, "customers.csv", string(saved), test.options, Rules{})
			if diff := cmp.Diff(want, allValues(t, checked)); diff != "" || checked.Counts[record.Pending] != len(want) {
				t.Errorf("%v\n%s\n%q", checked.Err(), diff, saved)
			}
		})
	}
}
