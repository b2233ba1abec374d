package client_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestPackage_FewExportedNames keeps the package small enough to be read at once.
func TestPackage_FewExportedNames(t *testing.T) {
	t.Parallel()
	const most = 60
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			names = append(names, exportedNames(d)...)
		}
	}
	if slices.Sort(names); len(names) > most || !slices.Contains(names, "Customer") || !slices.Contains(names, "MaxPerPage") || !slices.Contains(names, "New") {
		t.Errorf("%d exported names, want at most %d: %v", len(names), most, names)
	}
}

// exportedNames are the names that a declaration brings into the package.
func exportedNames(d ast.Decl) (names []string) {
	add := func(n *ast.Ident) {
		if n.IsExported() {
			names = append(names, n.Name)
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			add(d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				add(s.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					add(n)
				}
			}
		}
	}
	return names
}
