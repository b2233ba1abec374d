package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sourceCodes returns the error codes that the program's own code names.
func sourceCodes(t *testing.T) []string {
	t.Helper()
	code := regexp.MustCompile(`\b[cC]ode\w*(?: +(?:Error)?Code)?(?:, [\w.]+)*(?::| :?=) *"([a-z]+(?:_[a-z]+)*)"`)
	var codes []string
	for _, dir := range []string{"cmd", "internal", "pkg"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "sandbox") || strings.Contains(path, "simulate") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, m := range code.FindAllSubmatch(source, -1) {
				codes = append(codes, string(m[1]))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func TestTroubleshooting_NamesEveryErrorCode(t *testing.T) {
	page, err := os.ReadFile("docs/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	codes := sourceCodes(t)
	if len(codes) < 40 {
		t.Fatalf("only %d codes were found: %q", len(codes), codes)
	}
	for _, code := range codes {
		if !strings.Contains(string(page), "`"+code+"`") {
			t.Errorf("docs/troubleshooting.md has no entry for %s", code)
		}
	}
}

// Every link within the repository leads to a file, and to a heading where it names one.
func TestDocs_LinksLeadSomewhere(t *testing.T) {
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/cli/*.md", "examples/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(string(m[1]), "#")
			if strings.Contains(target, ":") {
				continue
			}
			path := page
			if target != "" {
				path = filepath.Join(filepath.Dir(page), target)
			}
			linked, err := os.ReadFile(path)
			if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
				continue
			}
			if err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
				continue
			}
			if anchor != "" && !slices.Contains(headings(string(linked)), anchor) {
				t.Errorf("%s links to %s, which has no such heading", page, m[1])
			}
		}
	}
}

// headings returns the anchors that GitHub gives the headings of a page.
func headings(page string) []string {
	var anchors []string
	for line := range strings.Lines(page) {
		if title := strings.TrimLeft(line, "#"); title != line {
			anchor := strings.ToLower(strings.TrimSpace(title))
			anchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(anchor, "")
			anchors = append(anchors, strings.ReplaceAll(anchor, " ", "-"))
		}
	}
	return anchors
}

func TestDocs_PagesLinkToIndexAndGlobalFlags(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range []string{"](README.md)", "](cli/hydractl_flags.md)"} {
			if !strings.Contains(string(text), link) && page != filepath.Join("docs", "README.md") {
				t.Errorf("%s has no link %s", page, link)
			}
		}
	}
}

// Names in capitals, such as NOUN, stand for any. tools/bin is built.
func TestDocs_PathsOfTheSourceExist(t *testing.T) {
	for _, page := range []string{"ARCHITECTURE.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, match := range regexp.MustCompile("`((?:api|cmd|docs|examples|internal|pkg|test|tools)/[^` ]+)`").FindAllStringSubmatch(string(text), -1) {
			found++
			path := regexp.MustCompile(`\b[A-Z]{4,}\b`).ReplaceAllString(strings.TrimSuffix(match[1], "/"), "*")
			if paths, err := filepath.Glob(path); err != nil || len(paths) == 0 && path != "tools/bin" {
				t.Errorf("%s names %s, which does not exist", page, match[1])
			}
		}
		if found < 3 {
			t.Errorf("%s names %d paths", page, found)
		}
	}
}

// Every block of the pages is run (sh, console) or compared (text output), drawn (mermaid), or says in a comment of its section why it is not run. The
// blocks of docs/cli are the program's own help, which TestGeneratedDocs compares.
func TestDocs_BlocksRunOrSayWhyNot(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	run := slices.Concat(pages, []string{"README.md", "examples/README.md"})
	for _, page := range slices.Concat(run, []string{"SECURITY.md", "CONTRIBUTING.md", "ARCHITECTURE.md"}) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		open, excused, number := false, false, 0
		for line := range strings.Lines(string(text)) {
			number++
			line = strings.TrimSpace(line)
			language, fence := strings.CutPrefix(line, "```")
			switch {
			case fence && open:
				open = false
			case fence:
				open = true
				runs := slices.Contains([]string{"sh", "console", "text output"}, language) && slices.Contains(run, page)
				if !runs && language != "mermaid" && !excused {
					t.Errorf("%s:%d: a %q block is not run, and no comment <!-- not run: REASON --> says why", page, number, language)
				}
			case !open && strings.HasPrefix(line, "#"):
				excused = false
			case regexp.MustCompile(`^<!-- not run: .{10,} -->$`).MatchString(line):
				excused = true
			}
		}
	}
}
