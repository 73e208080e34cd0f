package entsoed_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a type may have at most in the rooms of jobs. A job is a way of values
// that follow one another; a type that outgrows this is about to know the whole
// of it.
const (
	mostFields  = 10
	mostMethods = 15
	mostFiles   = 3 // over which its methods are spread
)

// TestHouseTypes keeps the types of jobs and its rooms small.
func TestHouseTypes(t *testing.T) {
	checked := 0
	for _, p := range packages(t) {
		if p.Room() != "jobs" && !strings.HasPrefix(p.Room(), "jobs/") {
			continue
		}
		files := map[string]*ast.File{}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = file
		}
		checked += len(files)
		for _, text := range outgrown(files) {
			t.Errorf("%s: %s", p.Room(), text)
		}
	}
	if checked == 0 {
		t.Error("there is no room of jobs")
	}
}

// outgrown returns which types of a package's files have more than they may.
func outgrown(files map[string]*ast.File) []string {
	var found []string
	methods, spread := map[string]int{}, map[string]map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		ast.Inspect(files[name], func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok && fields(s) > mostFields {
					found = append(found, fmt.Sprintf("%s has %d fields, more than %d", n.Name.Name, fields(s), mostFields))
				}
			case *ast.FuncDecl:
				if of := receiver(n); of != "" {
					methods[of]++
					if spread[of] == nil {
						spread[of] = map[string]bool{}
					}
					spread[of][name] = true
				}
			}
			return true
		})
	}
	for _, of := range slices.Sorted(maps.Keys(methods)) {
		if methods[of] > mostMethods {
			found = append(found, fmt.Sprintf("%s has %d methods, more than %d", of, methods[of], mostMethods))
		}
		if len(spread[of]) > mostFiles {
			found = append(found, fmt.Sprintf("the methods of %s are spread over %d files, more than %d", of, len(spread[of]), mostFiles))
		}
	}
	return found
}

// fields counts the fields of a struct; an embedded one is one.
func fields(s *ast.StructType) int {
	n := 0
	for _, f := range s.Fields.List {
		n += max(1, len(f.Names))
	}
	return n
}

// receiver returns the type that a method belongs to, "" for a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) != 1 {
		return ""
	}
	of := f.Recv.List[0].Type
	for {
		switch t := of.(type) {
		case *ast.StarExpr:
			of = t.X
		case *ast.IndexExpr: // of one type parameter
			of = t.X
		case *ast.IndexListExpr:
			of = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// TestHouseRulesOfTypes shows that the rules find what breaks them, and nothing
// else.
func TestHouseRulesOfTypes(t *testing.T) {
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format+"\n", i)
		}
		return b.String()
	}
	tests := []struct {
		name  string
		files []string // what follows "package p"
		want  []string
	}{
		{"ten fields", []string{"type T struct {\n" + lines(10, "f%d int") + "}"}, nil},
		{"eleven fields", []string{"type T struct {\n" + lines(11, "f%d int") + "}"}, []string{"T has 11 fields, more than 10"}},
		{"eleven fields of a line", []string{"type T struct { a, b, c, d, e, f, g, h, i, j, k int }"}, []string{"T has 11 fields, more than 10"}},
		{"nine fields and two types embedded", []string{"type T struct {\nA\n*B\n" + lines(9, "f%d int") + "}"}, []string{"T has 11 fields, more than 10"}},
		{"eleven fields within a function", []string{"func f() {\ntype t struct {\n" + lines(11, "f%d int") + "}\n}"}, []string{"t has 11 fields, more than 10"}},
		{"fifteen methods", []string{"type T int\n" + lines(15, "func (T) m%d() {}")}, nil},
		{"sixteen methods", []string{"type T int\n" + lines(8, "func (T) m%d() {}"), lines(8, "func (t *T) n%d() {}")}, []string{"T has 16 methods, more than 15"}},
		{"sixteen methods of a generic type", []string{"type T[E any] struct{}\n" + lines(16, "func (t *T[E]) m%d() {}")}, []string{"T has 16 methods, more than 15"}},
		{"sixteen functions", []string{lines(16, "func m%d() {}")}, nil},
		{"three files", []string{"func (T) a() {}", "func (*T) b() {}", "func (T) c() {}"}, nil},
		{"four files", []string{"func (T) a() {}", "func (*T) b() {}", "func (T) c() {}", "func (T) d() {}"}, []string{"the methods of T are spread over 4 files, more than 3"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]*ast.File{}
			for i, source := range test.files {
				name := fmt.Sprintf("%d.go", i)
				file, err := parser.ParseFile(token.NewFileSet(), name, "package p\n"+source, parser.SkipObjectResolution)
				if err != nil {
					t.Fatal(err)
				}
				files[name] = file
			}
			if got := outgrown(files); !slices.Equal(got, test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}
