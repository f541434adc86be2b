// Package arch holds the rules of the house as one fast test: which package may
// import which, and what every package and feature has to have.
package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// order is the order of import: a package may import those before it. kit is
// before all, a feature comes after feature and before app.
var order = []string{
	"kit", "audit", "identity", "setting", "access", "file", "llm", "meter", "tool", "chat", "turn", "feature", "app",
}

// contracts are parents whose children implement them; a parent never imports
// its children, and children only meet where a name says so.
var contracts = []string{"llm"}

// onePlace lists libraries that only one part of the tree may import.
var onePlace = map[string]string{
	"github.com/danielgtaylor/huma/v2":  "kit/rest",
	"github.com/klauspost/compress":     "kit/rest",
	"github.com/centrifugal/centrifuge": "kit/realtime",
	"github.com/riverqueue/river":       "kit/jobs",
	"go.yaml.in/yaml/v3":                "kit/conf",
	"github.com/fsnotify/fsnotify":      "kit/conf",
	"github.com/alecthomas/kong":        "app/cli",
	"modernc.org/sqlite":                "kit/db",
	"github.com/pressly/goose/v3":       "kit/db",
	"charm.land/catwalk":                "llm/catalog",
	"github.com/sony/gobreaker/v2":      "llm/resilient",
	"golang.org/x/crypto/argon2":        "identity",
	"github.com/aws/aws-sdk-go-v2":      "llm/bedrock",
	"golang.org/x/oauth2/google":        "llm/vertex",
}

type source struct {
	path string // of the package, below internal
	file string
	test bool
	ast  *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	fset := token.NewFileSet()
	root := ".."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		parsed, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		all = append(all, source{path: filepath.ToSlash(rel), file: path, test: isTest(path), ast: parsed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// isTest reports whether a file is part of tests alone: a test file, or a
// package that only tests import.
func isTest(path string) bool {
	folder := filepath.Base(filepath.Dir(path))
	return strings.HasSuffix(path, "_test.go") || folder == "testkit" || strings.HasSuffix(folder, "test")
}

func imports(s source) []string {
	var all []string
	for _, spec := range s.ast.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			all = append(all, path)
		}
	}
	return all
}

func rank(pkg string) int { return slices.Index(order, strings.Split(pkg, "/")[0]) }

func TestImportOrder(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.path == "arch" {
			continue
		}
		if rank(s.path) < 0 {
			t.Errorf("%s: package %s has no place in the order", s.file, s.path)
			continue
		}
		for _, path := range imports(s) {
			imported, ours := strings.CutPrefix(path, "parley/internal/")
			if !ours || s.test {
				continue
			}
			if rank(imported) > rank(s.path) {
				t.Errorf("%s imports %s, which comes later in the order", s.file, imported)
			}
			if other, isFeature := strings.CutPrefix(imported, "feature/"); isFeature && strings.HasPrefix(s.path, "feature/") {
				mine, _, _ := strings.Cut(strings.TrimPrefix(s.path, "feature/"), "/")
				if theirs, _, _ := strings.Cut(other, "/"); theirs != mine {
					t.Errorf("%s: feature %s imports feature %s; let app connect them", s.file, mine, other)
				}
			}
		}
	}
}

func TestParentsDoNotImportChildren(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || !slices.Contains(contracts, s.path) {
			continue
		}
		for _, path := range imports(s) {
			if strings.HasPrefix(path, "parley/internal/"+s.path+"/") {
				t.Errorf("%s imports its child %s", s.file, path)
			}
		}
	}
}

func TestLibrariesHaveOnePlace(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, path := range imports(s) {
			for library, place := range onePlace {
				if (path == library || strings.HasPrefix(path, library+"/")) && s.path != place && !strings.HasPrefix(s.path, place+"/") {
					t.Errorf("%s imports %s, which only %s may", s.file, path, place)
				}
			}
		}
	}
}

func TestPackagesSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		documented[s.path] = documented[s.path] || s.ast.Doc != nil
	}
	for path, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", path)
		}
	}
}

func TestFeaturesHaveADocPage(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("../feature")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if _, err := os.Stat(filepath.Join("../../docs/features", e.Name()+".md")); err != nil {
			t.Errorf("feature %s has no page docs/features/%s.md", e.Name(), e.Name())
		}
	}
}

// TestSystemScopes lists who may see everyone's data.
func TestSystemScopes(t *testing.T) {
	t.Parallel()
	allowed := []string{"app", "access"}
	for _, s := range sources(t) {
		if s.test || slices.Contains(allowed, strings.Split(s.path, "/")[0]) {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "System" {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "access" {
					t.Errorf("%s uses access.System; add the package to the list if it has to", s.file)
				}
			}
			return true
		})
	}
}

func TestNoInit(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		for _, d := range s.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.file)
			}
		}
	}
}
