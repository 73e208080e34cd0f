// Package entsoed_test holds the tests of what belongs to no room: the rules of
// the house, the image and the compose file.
package entsoed_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the name that go.mod gives to this project.
const module = "entsoed"

// room says what a package of the house may import of the house.
type room struct {
	Imports []string // by the package
	Tests   []string // besides those, by its tests
}

// house lists all rooms. The two sides, entsoe (upstream) and store (database),
// do not know each other, so that jobs is the one bridge between them; tests
// do not cross either, for a mistake that both shared would cancel out. For the
// same reason neither the simulator nor its tests know the decoder.
var house = map[string]room{
	"timeseries":      {},
	"migrations":      {},
	"entsoe":          {Imports: []string{"timeseries"}},
	"entsoe/document": {Imports: []string{"entsoe", "timeseries"}, Tests: []string{"entsoe/simulator"}},
	"entsoe/client":   {Imports: []string{"entsoe", "entsoe/document"}, Tests: []string{"timeseries"}},
	"store":           {Imports: []string{"timeseries"}, Tests: []string{"store/dbtest", "store/queue"}},
	"store/queue":     {Imports: []string{"store", "timeseries"}, Tests: []string{"store/dbtest", "store/schema"}},
	"store/schema":    {Imports: []string{"store", "store/queue", "timeseries", "migrations"}, Tests: []string{"store/dbtest"}},
	"store/dbtest":    {Imports: []string{"store", "store/schema", "timeseries"}},
	"webhook":         {},
	"jobs":            {Imports: []string{"jobs/agenda", "jobs/answer", "jobs/commit", "entsoe", "entsoe/client", "entsoe/document", "store", "store/queue", "store/schema", "timeseries", "webhook"}, Tests: []string{"jobs/jobstest", "entsoe/simulator", "store/dbtest"}},
	"jobs/agenda":     {Imports: []string{"entsoe", "timeseries"}, Tests: []string{"jobs/jobstest"}},
	"jobs/commit":     {Imports: []string{"store", "store/queue", "timeseries"}, Tests: []string{"store/dbtest"}},
	"jobs/answer":     {Imports: []string{"entsoe", "entsoe/document", "timeseries"}, Tests: []string{"jobs/jobstest"}},
	"jobs/jobstest":   {Imports: []string{"entsoe", "timeseries"}},
	"worker":          {Imports: []string{"jobs", "entsoe", "entsoe/client", "store", "store/queue", "timeseries", "webhook"}, Tests: []string{"entsoe/simulator", "store/dbtest"}},
	"cmd/entsoed":     {Imports: []string{"worker", "webhook", "jobs", "entsoe", "entsoe/client", "entsoe/document", "entsoe/simulator", "store", "store/queue", "store/schema", "timeseries"}, Tests: []string{"store/dbtest", "migrations"}},
	"":                {},

	"entsoe/simulator":       {Imports: []string{"entsoe", "entsoe/simulator/world", "timeseries"}},
	"entsoe/simulator/world": {Imports: []string{"entsoe", "timeseries"}},
}

// goPackage is what "go list -json" says of a package.
type goPackage struct {
	ImportPath, Dir                    string
	Imports, TestImports, XTestImports []string
	GoFiles                            []string
}

// Room returns the package's folder in the house, "" for the top.
func (p goPackage) Room() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// packages lists all packages of the house.
func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Imports,TestImports,XTestImports,GoFiles", "./...").Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var found []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		found = append(found, p)
	}
}

// ours returns those of the imports that are rooms of the house.
func ours(imports []string) []string {
	var rooms []string
	for _, path := range imports {
		if path == module || strings.HasPrefix(path, module+"/") {
			rooms = append(rooms, strings.TrimPrefix(strings.TrimPrefix(path, module), "/"))
		}
	}
	return rooms
}

// TestHouseImports keeps every package to the imports that its room allows.
func TestHouseImports(t *testing.T) {
	for _, p := range packages(t) {
		name := p.Room()
		rules, ok := house[name]
		if !ok {
			t.Errorf("package %s is no room of the house: put its code into one of the rooms in house_test.go, or give it a row there", name)
			continue
		}
		for _, path := range ours(p.Imports) {
			if !slices.Contains(rules.Imports, path) {
				t.Errorf("%s imports %s, but may import of the house only %v", name, path, rules.Imports)
			}
		}
		for _, path := range ours(append(p.TestImports, p.XTestImports...)) {
			if path != name && !slices.Contains(rules.Imports, path) && !slices.Contains(rules.Tests, path) {
				t.Errorf("a test of %s imports %s, but may import of the house only %v", name, path, append(rules.Imports, rules.Tests...))
			}
		}
		if name == "timeseries" || name == "migrations" {
			standardLibraryOnly(t, p)
		}
	}
}

// TestHouseStrangers keeps from a room, whatever lies between, what it must not
// know of.
func TestHouseStrangers(t *testing.T) {
	const pgx, river = "github.com/jackc/pgx", "github.com/riverqueue/river"
	strangers := map[string][]string{
		"entsoe":           {pgx, river, "net/http"},
		"entsoe/document":  {pgx, river, "net/http"},
		"entsoe/client":    {pgx, river},
		"webhook":          {pgx, river},
		"entsoe/simulator": {pgx, river, module + "/entsoe/document"},
		"store":            {river, "net/http"},
		"store/queue":      {"net/http"},
		"jobs/agenda":      {module + "/store", pgx, river, "net/http"},
		"jobs/answer":      {module + "/store", pgx, river, "net/http"},
		"jobs/commit":      {module + "/entsoe", "net/http"},
	}
	for room, unknown := range strangers {
		out, err := exec.Command("go", "list", "-deps", "./"+room).Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		for _, path := range strings.Fields(string(out)) {
			for _, stranger := range unknown {
				if path == stranger || strings.HasPrefix(path, stranger+"/") {
					t.Errorf("%s knows %s, which is no business of its", room, path)
				}
			}
		}
	}
}

// standardLibraryOnly fails the test if the package imports a module.
func standardLibraryOnly(t *testing.T, p goPackage) {
	t.Helper()
	for _, path := range p.Imports {
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			t.Errorf("%s imports %s, but may import the standard library only", p.Room(), path)
		}
	}
}

// TestHouseCode keeps what only one room may do in that room, and functions and
// files to a size that can be read.
func TestHouseCode(t *testing.T) {
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range inspect(p.Room(), files, file) {
				t.Errorf("%s/%s:%d: %s", p.Room(), name, f.Line, f.Text)
			}
		}
	}
}

// finding is a line that breaks a rule.
type finding struct {
	Line int
	Text string
}

const (
	longestFunction = 80
	longestFile     = 500
)

// inspect returns what in a file breaks a rule of its room.
func inspect(room string, files *token.FileSet, file *ast.File) []finding {
	var found []finding
	report := func(at token.Pos, format string, args ...any) {
		found = append(found, finding{files.Position(at).Line, fmt.Sprintf(format, args...)})
	}
	if lines := files.Position(file.FileEnd).Line; lines > longestFile && !literalTable(file) {
		report(file.FileEnd, "the file has more than %d lines", longestFile)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			checkFunction(files, n, report)
		case *ast.SelectorExpr:
			if name := selector(n); process(name) && room != "cmd/entsoed" && room != "store/dbtest" {
				report(n.Pos(), "%s: only cmd reads arguments, the environment and signals, and exits", name)
			}
		case *ast.BasicLit:
			if !holdsSQL(room) && n.Kind == token.STRING && isSQL(n.Value) {
				report(n.Pos(), "SQL text belongs in store, store/queue or store/schema")
			}
			if room != "store/queue" && n.Kind == token.STRING && usesRiver(n.Value) {
				report(n.Pos(), "statements on River's tables belong in store/queue")
			}
		}
		return true
	})
	return found
}

// checkFunction reports a function that is too long or runs by itself.
func checkFunction(files *token.FileSet, f *ast.FuncDecl, report func(token.Pos, string, ...any)) {
	if f.Name.Name == "init" && f.Recv == nil {
		report(f.Pos(), "no init: what main starts, a test must be able to start")
	}
	lines := files.Position(f.End()).Line - files.Position(f.Pos()).Line + 1
	if lines > longestFunction && !returnsTable(f) {
		report(f.Pos(), "%s has %d lines, more than %d", f.Name.Name, lines, longestFunction)
	}
}

// literalTable reports whether one literal table fills most of a file; such a
// file is a catalogue and may be long.
func literalTable(file *ast.File) bool {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && returnsTable(f) {
			return 2*(f.End()-f.Pos()) > file.FileEnd-file.FileStart
		}
	}
	return false
}

// returnsTable reports whether a function only returns one literal.
func returnsTable(f *ast.FuncDecl) bool {
	if f.Body == nil || len(f.Body.List) != 1 {
		return false
	}
	ret, ok := f.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	_, ok = ret.Results[0].(*ast.CompositeLit)
	return ok
}

// selector returns "os.Exit" for the use of a package's name.
func selector(n *ast.SelectorExpr) string {
	if x, ok := n.X.(*ast.Ident); ok {
		return x.Name + "." + n.Sel.Name
	}
	return ""
}

// process reports whether a name reads or ends the process.
func process(name string) bool {
	switch name {
	case "os.Args", "os.Getenv", "os.LookupEnv", "os.Environ", "os.Exit",
		"signal.Notify", "signal.NotifyContext", "flag.Parse", "log.Fatal", "log.Fatalf", "log.Fatalln":
		return true
	}
	return false
}

// holdsSQL reports whether a room may contain SQL.
func holdsSQL(room string) bool {
	return slices.Contains([]string{"store", "store/queue", "store/schema", "store/dbtest", "migrations"}, room)
}

// statement finds what only an SQL statement looks like.
var statement = regexp.MustCompile(`(?is)\b(select\b.+\bfrom\b|select\s+(entsoe|river)\.\w+\(|insert\s+into\b|update\s+[\w.]+\s+set\b|delete\s+from\b|truncate\s+(table\s+)?(entsoe|river)\b|(create|alter|drop)\s+(table|view|index|schema|database|role|extension)\b|pg_notify)`)

// isSQL reports whether a Go string holds an SQL statement. A psql command, or
// the quoted argument of one, is shown to a person and is none.
func isSQL(literal string) bool {
	text, err := strconv.Unquote(literal)
	return err == nil && statement.MatchString(text) && !strings.Contains(text, "psql ") && !strings.HasPrefix(text, `"`)
}

// riverTable finds one of River's tables where a statement names it, not a
// sentence for people.
var riverTable = regexp.MustCompile(`(?i)(\b(from|into|update|join|on|using)\s+|[,('"]\s*)(river\.)?river_[a-z]+`)

// usesRiver reports whether a Go string holds a statement on River's tables.
func usesRiver(literal string) bool {
	text, err := strconv.Unquote(literal)
	return err == nil && riverTable.MatchString(text)
}

// TestHouseRules shows that the rules find what breaks them, and nothing else.
func TestHouseRules(t *testing.T) {
	long := "package p\nfunc f() {\n" + strings.Repeat("g()\n", longestFunction) + "}\n"
	tests := []struct {
		name, room, source string
		want               []string
	}{
		{"exit in a room", "jobs", "package p\nfunc f() { os.Exit(1) }", []string{"os.Exit: only cmd reads arguments, the environment and signals, and exits"}},
		{"exit in cmd", "cmd/entsoed", "package p\nfunc f() { os.Exit(1) }", nil},
		{"environment", "store", "package p\nvar x = os.Getenv", []string{"os.Getenv: only cmd reads arguments, the environment and signals, and exits"}},
		{"SQL in jobs", "jobs", "package p\nconst q = `\n\tSELECT id\n\tFROM entsoe.feeds`", []string{"SQL text belongs in store, store/queue or store/schema"}},
		{"SQL in a new room", "web", "package p\nconst q = `select id from entsoe.feeds`", []string{"SQL text belongs in store, store/queue or store/schema"}},
		{"call of a function", "jobs", "package p\nconst q = `select entsoe.wake_driver()`", []string{"SQL text belongs in store, store/queue or store/schema"}},
		{"truncate", "worker", "package p\nconst q = `truncate entsoe.feeds`", []string{"SQL text belongs in store, store/queue or store/schema"}},
		{"SQL in store", "store", "package p\nconst q = `SELECT id FROM entsoe.feeds`", nil},
		{"prose", "jobs", `package p; const s = "update the feeds, delete nothing, select areas"`, nil},
		{"psql command", "worker", `package p; const s = "psql -c 'select * from entsoe.jobs'"`, nil},
		{"psql argument", "worker", "package p; const s = `\"select * from VIEW\"`", nil},
		{"River's table", "store", "package p\nconst q = `delete from river.river_job`", []string{"statements on River's tables belong in store/queue"}},
		{"River's table among others", "store/schema", "package p\nconst q = `select from entsoe.feeds, river_job`", []string{"statements on River's tables belong in store/queue"}},
		{"River's table by name", "store", "package p\nconst q = `select to_regclass('river.river_queue')`", []string{"statements on River's tables belong in store/queue"}},
		{"River's table at its door", "store/queue", "package p\nconst q = `select id from river.river_job`", nil},
		{"prose about River's table", "cmd/entsoed", "package p\nconst s = `Jobs are in river.river_job, which psql shows.`", nil},
		{"init", "jobs", "package p\nfunc init() {}", []string{"no init: what main starts, a test must be able to start"}},
		{"method init", "jobs", "package p\nfunc (t T) init() {}", nil},
		{"long function", "jobs", long, []string{"f has 82 lines, more than 80"}},
		{"long file", "jobs", "package p\n" + strings.Repeat("\n", longestFile), []string{"the file has more than 500 lines"}},
		{"long table", "entsoe", "package p\nfunc f() []int {\nreturn []int{\n" + strings.Repeat("1,\n", longestFile) + "}\n}\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, "p.go", test.source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range inspect(test.room, files, file) {
				got = append(got, f.Text)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}
