package journal

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/hydracore/hydractl/test/simulate"
)

func TestFind_TenantReportedOrNot(t *testing.T) {
	t.Parallel()
	told := Header{Operation: "create", Host: "https://api.example.com", Tenant: "t1", KeyKind: "live", SHA256: "s"}
	with := func(change func(*Header)) Header {
		h := told
		change(&h)
		return h
	}
	untold := with(func(h *Header) { h.Tenant = "" })
	second := with(func(h *Header) { h.Tenant = "t2" })
	for name, test := range map[string]struct {
		there []Header
		now   Header
		want  Header // whose journal it is; the zero Header when it cannot be told
	}{
		"none yet":                 {nil, told, told},
		"the same":                 {[]Header{untold, told}, told, told},
		"not told any more":        {[]Header{told}, untold, told},
		"told since":               {[]Header{untold}, told, untold},
		"a token, which tells not": {[]Header{told}, with(func(h *Header) { h.Tenant, h.KeyKind = "", "" }), told},
		"another tenant":           {[]Header{told}, second, second},
		"one of two tenants":       {[]Header{told, second}, untold, Header{}},
		"another address":          {[]Header{told}, with(func(h *Header) { h.Tenant, h.Host = "", "https://other.example.com" }), with(func(h *Header) { h.Tenant, h.Host = "", "https://other.example.com" })},
		"another kind of key":      {[]Header{told}, with(func(h *Header) { h.Tenant, h.KeyKind = "", "test" }), untold},
		"another content":          {[]Header{told}, with(func(h *Header) { h.Tenant, h.SHA256 = "", "x" }), with(func(h *Header) { h.Tenant, h.SHA256 = "", "x" })},
		"another source of clones": {[]Header{told}, with(func(h *Header) { h.Tenant, h.CloneSource = "", "c" }), with(func(h *Header) { h.Tenant, h.CloneSource = "", "c" })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := simulate.NewDisk(nil)
			dirs := []string{"/imports/no-journal"}
			for _, h := range test.there {
				dirs = append(dirs, filepath.Join("/imports", ImportID(h)))
				j, err := Open(d, filepath.Join("/imports", ImportID(h)), h)
				if err != nil {
					t.Fatal(err)
				}
				if err := j.Close(); err != nil {
					t.Fatal(err)
				}
			}
			got, err := Find(d, "/imports", dirs, test.now)
			if test.want.Operation == "" {
				if je, ok := errors.AsType[*Error](err); !ok || je.Code != "journal_mismatch" {
					t.Errorf("%q, %v", got, err)
				}
				return
			}
			if want := filepath.Join("/imports", ImportID(test.want)); err != nil || got != want {
				t.Errorf("%q, %v; want %q", got, err, want)
			}
		})
	}
}
