package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The file that every archive and package contains names what the program links today.
func TestLicenses_FileIsCurrent(t *testing.T) {
	var want strings.Builder
	if err := writeLicenses(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../THIRD_PARTY_LICENSES.txt")
	if err != nil || string(got) != want.String() {
		t.Errorf("THIRD_PARTY_LICENSES.txt is not what make licenses writes (%v)", err)
	}
	if n := strings.Count(want.String(), "\n  "); n < 30 {
		t.Errorf("only %d modules are listed", n)
	}
}

func TestIdentify_UnknownText(t *testing.T) {
	if ids := identify("All rights reserved."); ids != nil {
		t.Errorf("it is taken for %q", ids)
	}
	m := module{path: "example.com/m", version: "v1.0.0", dir: t.TempDir()}
	if _, _, err := m.texts(); err == nil || !strings.Contains(err.Error(), "example.com/m@v1.0.0") {
		t.Errorf("a module without a licence gives %v", err)
	}
}

// The bill of materials of a program names it, each of its modules once, and a licence for each.
func TestSBOM_NamesEveryModule(t *testing.T) {
	if os.Getenv("CI") == "" {
		t.Skip("links the whole program: .ci/run runs it; set CI=true to run it here")
	}
	program := filepath.Join(t.TempDir(), "hydractl")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, "github.com/hydracore/hydractl")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	var out strings.Builder
	if err := writeSBOM(t.Context(), &out, program, "1.2.3", "2026-01-02T03:04:05Z"); err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal([]byte(out.String()), &d); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range d.Packages {
		if seen[p.SPDXID] || p.LicenseConcluded == "" || p.VersionInfo == "" {
			t.Errorf("twice, or without licence or version: %+v", p)
		}
		seen[p.SPDXID] = true
	}
	for _, want := range []string{"SPDXRef-Package-std", "SPDXRef-Package-github.com-hydracore-hydractl", "SPDXRef-Package-modernc.org-sqlite"} {
		if !seen[want] {
			t.Errorf("%s is missing", want)
		}
	}
	if len(d.Relationships) != len(d.Packages) || d.Packages[0].VersionInfo != "1.2.3" {
		t.Errorf("%d relationships of %d packages, the first is %+v", len(d.Relationships), len(d.Packages), d.Packages[0])
	}
}
