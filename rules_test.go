package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules of the house that a compiler doesn't know. Each test says what it
// found and why that is a rule; change a rule here, with its reason, when it no
// longer fits.

// house says of each package what it may import: of ours, and of others beside
// the standard library. What isn't listed may not be there.
var house = map[string]struct{ ours, others []string }{
	"domain":    {nil, []string{"golang.org/x/text"}},
	"keys":      {[]string{"domain"}, []string{"charm.land/bubbles/v2/key"}},
	"store":     {[]string{"domain"}, []string{"go.etcd.io/bbolt", "github.com/fxamacker/cbor", "golang.org/x/crypto", "golang.org/x/text", "golang.org/x/sys", "github.com/pquerna/otp"}},
	"ui/widget": {nil, []string{"charm.land", "github.com/charmbracelet/x/ansi", "github.com/charmbracelet/colorprofile", "github.com/mdp/qrterminal", "github.com/rivo/uniseg"}},
	"ui":        {[]string{"domain", "store", "keys", "shape", "ui/widget"}, []string{"charm.land", "github.com/charmbracelet", "github.com/NimbleMarkets/ntcharts"}},
	"cli":       {[]string{"domain", "store", "shape"}, []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/charmbracelet/x/ansi"}},
	"shape":     {[]string{"domain", "store"}, nil},
	"sample":    {[]string{"domain", "store"}, []string{"github.com/pquerna/otp"}},
	"api":       {[]string{"domain", "store", "shape"}, []string{"github.com/danielgtaylor/huma"}},
	"mail":      {[]string{"domain", "store"}, []string{"github.com/wneessen/go-mail"}},
	"door":      {[]string{"domain"}, nil},
	"web":       {[]string{"domain", "store"}, []string{"github.com/prometheus/client_golang"}},
	"config":    {[]string{"domain"}, []string{"github.com/BurntSushi/toml"}},
	"sshd":      {[]string{"domain", "store", "keys", "ui", "cli"}, []string{"charm.land/wish", "charm.land/ssh", "golang.org/x/crypto", "github.com/anmitsu/go-shlex"}},

	"testdata/checks": {nil, nil},
}

// source is a Go file that isn't a test.
type source struct {
	path   string
	folder string // "." for main
	file   *ast.File
	fset   *token.FileSet
}

// sources are all files of the program, without tests.
func sources(t *testing.T) []source {
	t.Helper()
	var found []source
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "script") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(fset, p, nil, parser.ParseComments)
		found = append(found, source{filepath.ToSlash(p), path.Dir(filepath.ToSlash(p)), file, fset})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 20 {
		t.Fatalf("only %d files found: this looks in the wrong place", len(found))
	}
	return found
}

func (s source) at(n ast.Node) string { return s.fset.Position(n.Pos()).String() }

// imports are the paths that a file imports, by the name it uses them under.
func (s source) imports() map[string]string {
	byName := map[string]string{}
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		name := path.Base(p)
		if strings.HasPrefix(name, "v") && len(name) == 2 {
			name = path.Base(path.Dir(p)) // a major version
		}
		if i.Name != nil {
			name = i.Name.Name
		}
		byName[name] = p
	}
	return byName
}

// uses tells every use of a name of an imported package.
func (s source) uses(tell func(n ast.Node, pkg, name string)) {
	byName := s.imports()
	ast.Inspect(s.file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := selector.X.(*ast.Ident); ok && byName[x.Name] != "" {
				tell(n, byName[x.Name], selector.Sel.Name)
			}
		}
		return true
	})
}

func TestWhoMayImportWhom(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder == "." {
			continue // main wires everything
		}
		allowed, listed := house[s.folder]
		if !listed {
			t.Errorf("%s: the package %s has no place in the house; give it one in this test and in the architecture", s.path, s.folder)
			continue
		}
		for _, imported := range s.imports() {
			ours, isOurs := strings.CutPrefix(imported, "tenantry/")
			switch {
			case isOurs && !slices.Contains(allowed.ours, ours):
				t.Errorf("%s: %s may not import %s", s.path, s.folder, imported)
			case !isOurs && strings.Contains(strings.Split(imported, "/")[0], ".") && !within(imported, allowed.others):
				t.Errorf("%s: %s may not import %s", s.path, s.folder, imported)
			}
		}
	}
}

// within says whether a path is one of those, or below one.
func within(p string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool { return p == a || strings.HasPrefix(p, a+"/") })
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		said[s.folder] = said[s.folder] || s.file.Doc != nil && len(s.file.Doc.Text()) > 80
	}
	for folder, ok := range said {
		if !ok {
			t.Errorf("%s: no package comment that says what it is for, and what it must not know", folder)
		}
	}
}

func TestPackagesAreNamedForWhatTheyAre(t *testing.T) {
	for _, s := range sources(t) {
		for word := range strings.SplitSeq(s.folder, "/") {
			switch word {
			case "util", "utils", "common", "shared", "helper", "helpers", "misc", "base", "models", "types", "internal", "pkg", "lib":
				t.Errorf("%s: %q says nothing about what is in it", s.path, word)
			}
		}
	}
}

// TestOnlyMainReachesOutside keeps the clock, randomness, the process and its
// standard streams in main, so that tests, and several sessions in one process,
// have their own.
func TestOnlyMainReachesOutside(t *testing.T) {
	forbidden := map[string][]string{
		"time":    {"Now", "Since", "Until", "Sleep"},
		"context": {"Background", "TODO"},
		"os":      {"Exit", "Stdin", "Stdout", "Stderr", "Getenv", "LookupEnv", "Environ", "Args"},
		"fmt":     {"Print", "Println", "Printf"},
		"log":     {"Print", "Println", "Printf", "Fatal", "Fatalf", "Fatalln", "Panic", "Default"},
	}
	for _, s := range sources(t) {
		if s.file.Name.Name == "main" {
			continue
		}
		s.uses(func(n ast.Node, pkg, name string) {
			if slices.Contains(forbidden[pkg], name) {
				t.Errorf("%s: %s.%s belongs in main, which hands it in", s.at(n), pkg, name)
			}
			if pkg == "crypto/rand" {
				t.Errorf("%s: randomness is handed in by main", s.at(n))
			}
			// A generator with a seed of its own is no randomness.
			seeded := []string{"New", "NewPCG", "NewChaCha8", "Rand", "Source"}
			if strings.HasPrefix(pkg, "math/rand") && !slices.Contains(seeded, name) {
				t.Errorf("%s: %s.%s is seeded by the system; randomness is handed in by main", s.at(n), pkg, name)
			}
		})
	}
}

// TestOneWayIntoTheDatabase keeps transactions where their rules are: bbolt's
// in the engine's one file, the engine's in view and update.
func TestOneWayIntoTheDatabase(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder != "store" {
			continue
		}
		for _, d := range s.file.Decls {
			function, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(function, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				checkTransaction(t, s, function.Name.Name, call)
				return true
			})
		}
	}
}

func checkTransaction(t *testing.T, s source, function string, call *ast.CallExpr) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	switch selector.Sel.Name {
	case "Update", "View", "Begin", "Batch":
		if s.path != "store/engine.go" {
			t.Errorf("%s: only the engine begins a transaction of bbolt's", s.at(call))
		}
	case "read", "write":
		inner, ok := selector.X.(*ast.SelectorExpr)
		if !ok || inner.Sel.Name != "engine" {
			return
		}
		if allowed := []string{"viewFree", "updateFree"}; !slices.Contains(allowed, function) {
			t.Errorf("%s: only %s reach the engine, so that nothing forgets the check, the audit entry or the event", s.at(call), strings.Join(allowed, " and "))
		}
	}
}

// TestOnlyTheSampleIsScratch keeps commits that don't wait for the disk away
// from data that somebody wants back.
func TestOnlyTheSampleIsScratch(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			if pair, ok := n.(*ast.KeyValueExpr); ok {
				if key, ok := pair.Key.(*ast.Ident); ok && key.Name == "Scratch" && s.folder != "sample" {
					t.Errorf("%s: only the sample is thrown away", s.at(n))
				}
			}
			return true
		})
	}
}
