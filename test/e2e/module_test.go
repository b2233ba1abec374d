package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The workflows install the Go release of go.mod's toolchain line and forbid any other; the linters and release tools in
// tools/ have to build with it.
func TestModules_NameOneToolchain(t *testing.T) {
	line := regexp.MustCompile(`(?m)^toolchain (go\S+)$`)
	var named []string
	for _, path := range []string{"go.mod", "tools/go.mod", "tools/actionlint/go.mod"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := line.FindSubmatch(text)
		if m == nil {
			t.Fatalf("%s has no toolchain line", path)
		}
		named = append(named, string(m[1]))
	}
	if slices.Sort(named); named[0] != named[len(named)-1] {
		t.Errorf("the modules name the toolchains %q", named)
	}
}

// inCI leaves what copies every module, or links the whole program, to CI.
func inCI(t *testing.T) {
	t.Helper()
	if os.Getenv("CI") == "" {
		t.Skip("takes several seconds on every core: .ci/run runs it; set CI=true to run it here")
	}
}

// The hash of flake.nix is that of the folder that go mod vendor makes, in the archive format of Nix (NAR).
func TestFlake_VendorHash(t *testing.T) {
	inCI(t)
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "vendor")
	if said, err := exec.Command("go", "mod", "vendor", "-o", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	sum := sha256.New()
	writeText(sum, "nix-archive-1")
	if err := writeNode(sum, folder); err != nil {
		t.Fatal(err)
	}
	want := `vendorHash = "sha256-` + base64.StdEncoding.EncodeToString(sum.Sum(nil)) + `"`
	if flake, err := os.ReadFile("flake.nix"); err != nil || !strings.Contains(string(flake), want) {
		t.Errorf("flake.nix lacks %s (%v)", want, err)
	}
}

// A function that finds methods by their names makes the linker keep every exported method of every type: 3.3 MB. The
// executors of text/template and html/template have one.
func TestProgram_FindsNoMethodsByName(t *testing.T) {
	inCI(t)
	t.Parallel()
	build := exec.Command("go", "build", "-ldflags=-dumpdep", "-o", filepath.Join(t.TempDir(), "hydractl"), ".")
	dump, err := build.CombinedOutput() // what refers to what; such functions are marked
	if err != nil || !strings.Contains(string(dump), "main.main -> ") {
		t.Fatalf("%v\n%.1000s", err, dump)
	}
	for line := range strings.Lines(string(dump)) {
		if strings.Contains(line, " <ReflectMethod>") {
			t.Errorf("linked: %s", line)
		}
	}
}

// Every file that builds a release, or measures it, has the flags that make it small.
func TestRelease_SmallEverywhere(t *testing.T) {
	flags := []string{"nethttpomithttp2", "-funcalign=16", "crypto/tls", "crypto/x509", "github.com/itchyny/gojq", "github.com/spf13/...", "github.com/charmbracelet/..."}
	for path, flags := range map[string][]string{"Makefile": flags, ".goreleaser.yaml": flags, "test/release/size": flags, "flake.nix": flags[:2]} {
		text := readText(t, path)
		for _, flag := range flags {
			if !strings.Contains(text, flag) {
				t.Errorf("%s lacks %s", path, flag)
			}
		}
	}
}

// writeText writes a text as NAR does: its length, its bytes, and zeros up to a multiple of eight.
func writeText(to io.Writer, texts ...string) {
	for _, text := range texts {
		_ = binary.Write(to, binary.LittleEndian, uint64(len(text)))
		_, _ = io.WriteString(to, text+strings.Repeat("\x00", -len(text)&7))
	}
}

// writeNode writes a file or a folder, whose entries are in the order of their names. No module has a program or a link.
func writeNode(to io.Writer, path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		content, err := os.ReadFile(path)
		writeText(to, "(", "type", "regular", "contents", string(content), ")")
		return err
	}
	writeText(to, "(", "type", "directory")
	for _, e := range entries {
		writeText(to, "entry", "(", "name", e.Name(), "node")
		if err := writeNode(to, filepath.Join(path, e.Name())); err != nil {
			return err
		}
		writeText(to, ")")
	}
	writeText(to, ")")
	return nil
}

// TestMakefile_RunsExistingTests checks that a target which runs tests by name finds them: go test passes when it finds none.
func TestMakefile_RunsExistingTests(t *testing.T) {
	tests := testsByPackage(t)
	commands := regexp.MustCompile(`go test (\./\S+) .*-run '?([\w|]+)`).FindAllStringSubmatch(readText(t, "Makefile"), -1)
	if len(commands) < 3 {
		t.Fatalf("%d commands that run tests by name", len(commands))
	}
	for _, command := range commands {
		folder := strings.TrimPrefix(command[1], "./")
		for name := range strings.SplitSeq(command[2], "|") {
			if !slices.ContainsFunc(tests[folder], func(test string) bool { return strings.Contains(test, name) }) {
				t.Errorf("%s has no test %s", folder, name)
			}
		}
	}
}
