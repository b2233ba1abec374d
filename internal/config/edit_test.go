package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const commented = `# hydractl, kept in the dotfiles

# which tenant
profile: prod   # the profile in use
output: table

# columns: email,id

profiles:
  # the real one
  - name: prod
    api_url: https://api.hydracore.io

    # rotates in March
    api_key: hc_live_0123456789abcdef

  - name: staging # shared
    retries: 7
    no_input: true
# the end
`

func TestEdit_KeepsCommentsEmptyLinesOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		edit func(*File) error
		from string
		to   string
	}{
		{"change a value", func(f *File) error { return f.Set("staging", "retries", "3") }, "retries: 7", "retries: 3"},
		{"change text to what looks like a number", func(f *File) error { return f.Set("prod", "api_key", "0123456789") }, "hc_live_0123456789abcdef", `"0123456789"`},
		{"change a value with a comment beside it", func(f *File) error { return f.UseProfile("staging") }, "profile: prod #", "profile: staging #"},
		{"add to the defaults", func(f *File) error { return f.Set("", "timeout", "5m") }, "output: table\n", "output: table\ntimeout: 5m\n"},
		{"add to a profile", func(f *File) error { return f.Set("prod", "debug", "true") }, "abcdef\n", "abcdef\n    debug: true\n"},
		{"remove from the defaults", func(f *File) error { _, err := f.Unset("", "output"); return err }, "output: table\n", ""},
		{"remove with the comment right above", func(f *File) error { _, err := f.Unset("prod", "api_key"); return err }, "    # rotates in March\n    api_key: hc_live_0123456789abcdef\n", ""},
		{"remove what is not there", func(f *File) error { _, err := f.Unset("prod", "debug"); return err }, "", ""},
		{"remove a profile", func(f *File) error { return f.RemoveProfile("staging") }, "\n  - name: staging # shared\n    retries: 7\n    no_input: true\n", ""},
		{"add a profile", func(f *File) error { return f.AddProfile("dev") }, "    no_input: true\n", "    no_input: true\n  - name: dev\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := parsed(t, commented)
			if err := tt.edit(f); err != nil {
				t.Fatal(err)
			}
			want := commented
			if tt.from != "" {
				want = strings.ReplaceAll(want, "prod   #", "prod #") // yaml keeps one space in front of a comment
				if !strings.Contains(want, tt.from) {
					t.Fatalf("%q is not in the file", tt.from)
				}
				want = strings.Replace(want, tt.from, tt.to, 1)
			}
			if diff := cmp.Diff(want, string(f.data)); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEdit_FromNothingToCommentsAlone(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"", "# mine\n", "# mine\n\n# yours\n", "---\n", "{}\n"} {
		f := parsed(t, start)
		if err := errors.Join(f.Set("", "output", "json"), f.AddProfile("prod"), f.UseProfile("prod"), f.Set("prod", "retries", "2")); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(string(f.data), "output: json\nprofile: prod\nprofiles:\n  - name: prod\n    retries: 2\n") && start != "{}\n" {
			t.Errorf("from %q: grew to\n%s", start, f.data)
		}
		_, err := f.Unset("", "output")
		if err := errors.Join(err, f.RemoveProfile("prod")); err != nil {
			t.Fatal(err)
		}
		if f.Current() != "" || f.Has("prod") {
			t.Errorf("from %q: the profile is still there", start)
		}
		if strings.HasPrefix(start, "#") && string(f.data) != start {
			t.Errorf("from %q: shrank to %q", start, f.data)
		}
	}
}

func TestEdit_RefusesInvalidChanges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		edit func(*File) error
		code Code
		want string
	}{
		{"unknown setting", func(f *File) error { return f.Set("", "outptu", "json") }, CodeKey, "unknown setting"},
		{"bad value", func(f *File) error { return f.Set("", "output", "xml") }, CodeValue, `output: must be one of table, `},
		{"empty value", func(f *File) error { return f.Set("", "columns", "") }, CodeValue, "columns: is empty"},
		{"line break in a value", func(f *File) error { return f.Set("", "columns", "a\nb") }, CodeValue, "control character"},
		{"unknown profile", func(f *File) error { return f.Set("prd", "output", "json") }, CodeProfile, "no profile"},
		{"sandbox", func(f *File) error { return f.Set("sandbox", "output", "json") }, CodeValue, "built in"},
		{"get unknown setting", func(f *File) error { _, _, err := f.Get("", "x"); return err }, CodeKey, "unknown setting"},
		{"unset unknown setting", func(f *File) error { _, err := f.Unset("", "x"); return err }, CodeKey, "unknown setting"},
		{"unset in unknown profile", func(f *File) error { _, err := f.Unset("gone", "output"); return err }, CodeProfile, "no profile"},
		{"add twice", func(f *File) error { return f.AddProfile("prod") }, CodeValue, "already"},
		{"add sandbox", func(f *File) error { return f.AddProfile("sandbox") }, CodeValue, "built in"},
		{"add a bad name", func(f *File) error { return f.AddProfile("a/b") }, CodeValue, "not a profile name"},
		{"use unknown", func(f *File) error { return f.UseProfile("gone") }, CodeProfile, "no profile"},
		{"remove unknown", func(f *File) error { return f.RemoveProfile("gone") }, CodeProfile, "no profile"},
		{"remove sandbox", func(f *File) error { return f.RemoveProfile("sandbox") }, CodeValue, "built in"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := parsed(t, commented)
			err := tt.edit(f)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Code != tt.code || !strings.Contains(e.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if string(f.data) != commented {
				t.Error("the file changed")
			}
		})
	}
}

func TestEdit_RemovedDefaultProfile(t *testing.T) {
	t.Parallel()
	f := &File{}
	if err := f.RemoveProfile(DefaultProfile); err == nil {
		t.Error("a profile that the file does not hold was removed")
	}
	if err := errors.Join(f.AddProfile(DefaultProfile), f.RemoveProfile(DefaultProfile)); err != nil {
		t.Error(err)
	}
}
