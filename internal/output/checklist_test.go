package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChecklist_FitsTerminal(t *testing.T) {
	checks := []Check{
		{Status: "ok", Color: Green, Name: "config", Message: "/home/ann/config.yaml, profile default"},
		{Status: "fail", Color: Red, Name: "dns", Message: "api.example.com has no address: no name server answers", Hint: "hydractl config set api_url https://api.example.com"},
		{Status: "warn", Color: Yellow, Name: "tls", Message: "a\x1b[31m\u202eb"},
	}
	for width, want := range map[int]string{
		0: `ok    config  /home/ann/config.yaml, profile default
fail  dns     api.example.com has no address: no name server answers
              -> hydractl config set api_url https://api.example.com
`,
		40: `ok    config  /home/ann/config.yaml,
              profile default
fail  dns     api.example.com has no
              address: no name server
              answers
              -> hydractl config set api_url https://api.example.com
`,
		20: `ok    config
  /home/ann/config.yaml,
  profile default
fail  dns
  api.example.com
  has no address: no
  name server
  answers
  -> hydractl config set api_url https://api.example.com
`,
	} {
		var b strings.Builder
		if err := Checklist(&b, checks[:2], width, false); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%d columns (-want +got):\n%s", width, diff)
		}
	}
	var b strings.Builder
	if err := Checklist(&b, checks[2:], 0, true); err != nil {
		t.Fatal(err)
	}
	if want := "\x1b[33mwarn\x1b[0m  tls  a\\x1b[31m\\u202eb\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
