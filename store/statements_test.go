package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// shows reports whether a file holds views and functions that people ask: those join
// points to their series as it comes.
func shows(path string) bool { return strings.HasPrefix(filepath.ToSlash(path), "schema/views") }

// TestStatementsNameTheirSeries: on compressed chunks TimescaleDB opens only what a
// filter on the series leaves, and takes that from parameters, never from a join.
// Without it one corrected value rewrites a month of all series.
func TestStatementsNameTheirSeries(t *testing.T) {
	seen, shown := 0, 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, statement := range textsOf(file) {
			tables, unnamed := unnamedSeries(statement)
			switch {
			case tables == 0:
			case shows(path):
				shown++
			case len(unnamed) > 0:
				t.Errorf("%s: %s without series_id = any($n):\n%s", path, strings.Join(unnamed, ", "), statement)
			default:
				seen++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const least = 7 // read, retract, update, extents twice; entries read and retracted
	if seen < least {
		t.Errorf("found %d statements on points and entries, want at least %d", seen, least)
	}
	if shown == 0 {
		t.Error("no view reads points any more")
	}
}

func TestUnnamedSeries(t *testing.T) {
	for _, test := range []struct {
		statement string
		tables    int
		unnamed   string
	}{
		{`select 1 from entsoe.series`, 0, ""},
		{`select * from entsoe.points where series_id = any($1)`, 1, ""},
		{`select * from entsoe.points where series_id = $1`, 1, "entsoe.points"},
		{`select * from unnest($1::int[]) u(id) join entsoe.points p on p.series_id = u.id`, 1, "entsoe.points p"},
		{`select * from unnest($1::int[]) u(id) join entsoe.points p on p.series_id = u.id where p.series_id = any($1)`, 1, ""},
		{`with old as (select p.at from entsoe.points p where p.series_id = any(@each)) update entsoe.points p set value = 1 from old where p.at = old.at`, 2, "entsoe.points p"},
		{`delete from entsoe.entries e using entsoe.points_fast where e.series_id = any($2)`, 2, "entsoe.points_fast"},
		{`update $pointTable as p set value = 1`, 1, "$pointTable p"},
		{`copy entsoe.points (at) from stdin`, 0, ""},
	} {
		tables, unnamed := unnamedSeries(test.statement)
		if tables != test.tables || strings.Join(unnamed, ", ") != test.unnamed {
			t.Errorf("%s: %d tables, without a series %q; want %d, %q", test.statement, tables, unnamed, test.tables, test.unnamed)
		}
	}
}

var (
	pointsTable = regexp.MustCompile(`(?i)\b(?:from|join|update|using)\s+(?:only\s+)?(entsoe\.(?:points|points_fast|entries)\b|\$pointTable\b)(?:\s+(?:as\s+)?([a-z_]+))?`)
	namedSeries = regexp.MustCompile(`(?i)(?:\b([a-z_]+)\.)?\bseries_id\s*=\s*any\s*\([$@]`)
	// wordsAfter may follow the name of a table that has no alias.
	wordsAfter = map[string]bool{"where": true, "set": true, "order": true, "group": true, "join": true, "left": true, "cross": true,
		"using": true, "on": true, "union": true, "limit": true, "returning": true, "for": true}
)

// unnamedSeries counts the tables of points and entries that a statement reads or
// changes, and returns those whose series it does not name.
func unnamedSeries(statement string) (tables int, unnamed []string) {
	named := map[string]int{} // by alias
	for _, m := range namedSeries.FindAllStringSubmatch(statement, -1) {
		named[strings.ToLower(m[1])]++
	}
	for _, m := range pointsTable.FindAllStringSubmatch(statement, -1) {
		tables++
		alias := strings.ToLower(m[2])
		if wordsAfter[alias] {
			alias = ""
		}
		if named[alias]--; named[alias] < 0 {
			unnamed = append(unnamed, strings.TrimSpace(m[1]+" "+alias))
		}
	}
	return tables, unnamed
}

// textsOf returns the texts of a file, joined where it joins them. What is not a text
// itself stands by its name, as $name.
func textsOf(file *ast.File) []string {
	var texts []string
	ast.Inspect(file, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, ok := textOf(e)
		if ok {
			texts = append(texts, text)
		}
		return !ok
	})
	return texts
}

func textOf(e ast.Expr) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, l := textOf(e.X)
		right, r := textOf(e.Y)
		if e.Op != token.ADD || !l && !r {
			return "", false
		}
		return orName(e.X, left, l) + orName(e.Y, right, r), true
	}
	return "", false
}

func orName(e ast.Expr, text string, ok bool) string {
	if id, is := e.(*ast.Ident); !ok && is {
		return "$" + id.Name
	}
	return text
}
