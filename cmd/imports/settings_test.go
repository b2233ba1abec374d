package imports

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettings_OfAJournal(t *testing.T) {
	t.Parallel()
	doc := `{"version":1,"path":"/in.csv","options":{"set":["currency=EUR","industry=a=b"],"map":["Mail=email"],"skip-invalid":["true"],"workers":["3"]}}`
	kept, err := parseSettings([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	o := newOptions()
	if err := kept.restore(o); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"currency=EUR", "industry=a=b"}, o.read.sets); diff != "" || !o.rules.SkipInvalid || o.sending.workers != 3 {
		t.Errorf("%+v\n%s", o.rules, diff)
	}
	if name, then, now := kept.difference(o.contentFlags); name != "" {
		t.Errorf("--%s differs: %s, %s", name, then, now)
	}
	const want = "hydractl customers import /in.csv --map Mail=email --set currency=EUR --set industry=a=b --skip-invalid --workers 3"
	if got := kept.command("-"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestSettings_EmptyText: an empty name leaves out the columns without one, also of the import that resumes and of its rejects.
func TestSettings_EmptyText(t *testing.T) {
	t.Parallel()
	o := newOptions()
	if err := o.contentFlags.Set("ignore-columns", ""); err != nil {
		t.Fatal(err)
	}
	kept := &settings{Options: map[string][]string{}}
	kept.keep(o.contentFlags)
	if diff := cmp.Diff(map[string][]string{"ignore-columns": {""}}, kept.Options); diff != "" {
		t.Error(diff)
	}
	if name, _, _ := kept.difference(o.contentFlags); name != "" {
		t.Errorf("--%s differs from itself", name)
	}
	if name, _, _ := kept.difference(newOptions().contentFlags); name != "ignore-columns" {
		t.Errorf("--%s differs, want --ignore-columns", name)
	}
}

func TestSettings_OfANewerRelease(t *testing.T) {
	t.Parallel()
	if _, err := parseSettings([]byte(`{"version":2}`)); err == nil {
		t.Error("the settings of a newer release are read")
	}
	if err := (&settings{Options: map[string][]string{"unheard-of": {"1"}}}).restore(newOptions()); err == nil {
		t.Error("an unknown option is accepted")
	}
}

func TestOptions_MaxInput(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"2GiB": 2 << 30, "500MiB": 500 << 20, "10": 10, "10B": 10, "1 KiB": 1 << 10, "1TiB": 1 << 40, "": 0,
		"0": -1, "-1": -1, "2GB": -1, "GiB": -1, "99999999TiB": -1, "1.5GiB": -1, "2iB": -1,
	} {
		o := newOptions()
		o.once.maxInput = text
		got, err := o.readSize()
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
}
