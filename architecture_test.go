package weir_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/weirhq/weir"

// mayImport says which root folders a root folder may know, besides the shared words, internal and itself. Nobody
// else in the tree knows a neighbour: whoever needs one declares one to three methods, and app introduces them.
var mayImport = map[string][]string{
	"cmd": {"app", "bench", "collect", "monitor"},
	"app": {"web", "account", "bench", "bus", "collect", "demo", "feed", "input", "meta", "monitor", "process"},
	"web": {"account", "bus", "feed", "input", "meta", "process"},
	// rules
	"account": {},
	"bench":   {},
	"collect": {},
	"demo":    {},
	"input":   {},
	"monitor": {},
	"process": {},
	// stores
	"bus":  {},
	"feed": {},
	"meta": {},
	// below everything
	"internal": {},
	"test":     {},
	".":        {},
}

// The budgets: what a reader can hold.
const (
	maxFileLines    = 600
	maxPackageLines = 3000
	maxParameters   = 5
)

// source is one Go file of the tree.
type source struct {
	dir, name string // slash-separated, relative to the root
	lines     int
	ast       *ast.File
}

func (s source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		all = append(all, source{path.Dir(name), path.Base(name), bytes.Count(text, []byte("\n")), file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("found only %d Go files", len(all))
	}
	return all
}

func rootFolder(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	return first
}

func TestImportDirections(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() {
			continue // a test may bring together what the program keeps apart
		}
		allowed, known := mayImport[rootFolder(s.dir)]
		if !known {
			t.Errorf("%s: add the folder to the table of import directions", s.dir)
		}
		for _, spec := range s.ast.Imports {
			target, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if target == module || !strings.HasPrefix(target, module+"/") {
				continue
			}
			target = strings.TrimPrefix(target, module+"/")
			if !mayKnow(s.dir, target, allowed) {
				t.Errorf("%s/%s may not import %s", s.dir, s.name, target)
			}
		}
	}
}

func mayKnow(dir, target string, allowed []string) bool {
	switch to := rootFolder(target); {
	case to == "internal":
		return dir != "." // the shared words know nothing of weir
	case rootFolder(dir) == to:
		// A sub-folder may know its parents, a parent its sub-folders; sub-folders do not know each other.
		return strings.HasPrefix(dir+"/", target+"/") || strings.HasPrefix(target+"/", dir+"/")
	default:
		return slices.Contains(allowed, to)
	}
}

func TestEveryPackageHasADoc(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		documented[s.dir] = documented[s.dir] || s.name == "doc.go" && s.ast.Doc != nil && len(s.ast.Doc.Text()) > 80
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no doc.go that a newcomer could start from", dir)
		}
	}
}

func TestSizeBudgets(t *testing.T) {
	perPackage := map[string]int{}
	for _, s := range sources(t) {
		if base := path.Base(s.dir); base == "util" || base == "utils" || base == "common" || base == "helpers" {
			t.Errorf("%s: name the folder after what it is for", s.dir)
		}
		if s.isTest() {
			continue
		}
		perPackage[s.dir] += s.lines
		if s.lines > maxFileLines {
			t.Errorf("%s/%s has %d lines, at most %d", s.dir, s.name, s.lines, maxFileLines)
		}
	}
	for dir, lines := range perPackage {
		if lines > maxPackageLines {
			t.Errorf("%s has %d lines, at most %d: split it by noun", dir, lines, maxPackageLines)
		}
	}
}

func TestConstructorsHaveFewParameters(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		for _, d := range s.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "New") && !strings.HasPrefix(f.Name.Name, "Open") {
				continue
			}
			if n := f.Type.Params.NumFields(); n > maxParameters {
				t.Errorf("%s/%s: %s has %d parameters, at most %d", s.dir, s.name, f.Name.Name, n, maxParameters)
			}
		}
	}
}
