package entsoed_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// longestReadme is how many lines a newcomer reads over a coffee.
const longestReadme = 150

// TestReadme holds the README to a length that is read, and to the two commands
// with which everything begins.
func TestReadme(t *testing.T) {
	text := readFile(t, "README.md")
	if lines := strings.Count(text, "\n"); lines > longestReadme {
		t.Errorf("the README has %d lines, more than %d: move details to docs/", lines, longestReadme)
	}
	for _, command := range []string{"\n    docker compose up worker ", "\n    go test ./... "} {
		if !strings.Contains(text, command) {
			t.Errorf("the README does not show the command %q", strings.TrimSpace(command))
		}
	}
}

// documents lists the Markdown files for readers of the project.
func documents(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents in docs: %v", err)
	}
	return append(files, "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
}

// TestDocumentLinks follows every link from one file of the project to another,
// down to the heading.
func TestDocumentLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, document := range documents(t) {
		for _, match := range link.FindAllStringSubmatch(readFile(t, document), -1) {
			path, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			target := document
			if path != "" {
				target = filepath.Join(filepath.Dir(document), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", document, match[1])
			} else if anchor != "" && !slices.Contains(anchors(readFile(t, target)), anchor) {
				t.Errorf("%s: %s has no heading for the link to %s", document, target, match[1])
			}
		}
	}
}

// anchors returns what the headings of a Markdown file are linked by.
func anchors(text string) []string {
	var all []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		plain := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		all = append(all, strings.ReplaceAll(plain, " ", "-"))
	}
	return all
}

// TestDocumentPaths looks for every file, folder and recipe that a document
// names in code, so that none is described where it no longer stands.
func TestDocumentPaths(t *testing.T) {
	code := regexp.MustCompile("`([^`\n]+)`")
	path := regexp.MustCompile(`^(cmd|docs|entsoe|jobs|migrations|store|timeseries|worker)/[\w./*-]+$`)
	just := regexp.MustCompile(`^just (\w+)`)
	recipes := readFile(t, "justfile")
	for _, document := range documents(t) {
		for _, match := range code.FindAllStringSubmatch(readFile(t, document), -1) {
			if found, _ := filepath.Glob(match[1]); path.MatchString(match[1]) && len(found) == 0 {
				t.Errorf("%s: there is no %s", document, match[1])
			}
			recipe := just.FindStringSubmatch(match[1])
			if recipe != nil && !regexp.MustCompile(`(?m)^`+recipe[1]+`\b.*:`).MatchString(recipes) {
				t.Errorf("%s: the justfile has no recipe %q", document, recipe[1])
			}
		}
	}
}

// TestDocumentCommands looks for the tests and benchmarks that the documents say
// a figure was measured with.
func TestDocumentCommands(t *testing.T) {
	command := regexp.MustCompile("`[^`\n]*go test ([^`\n]+) (\\./[\\w/]*|\\.)`")
	function := regexp.MustCompile(`-(run|bench) '?\^?\(?(\w+)`)
	seen := 0
	for _, document := range documents(t) {
		for _, match := range command.FindAllStringSubmatch(readFile(t, document), -1) {
			for _, named := range function.FindAllStringSubmatch(match[1], -1) {
				seen++
				if prefix := map[string]string{"run": "Test", "bench": "Benchmark"}[named[1]]; !hasTest(t, match[2], prefix, named[2]) {
					t.Errorf("%s: %s has no %s with %q in its name", document, match[2], prefix, named[2])
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no document says how a figure was measured")
	}
}

// hasTest reports whether a package has a function that "go test" would choose.
func hasTest(t *testing.T, folder, prefix, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^func ` + prefix + `\w*` + strings.TrimPrefix(name, prefix) + `\w*\(`)
	return slices.ContainsFunc(files, func(file string) bool { return declared.MatchString(readFile(t, file)) })
}

// TestDesignRooms demands a word about every room of the house, and that the
// arrows between them are those that the rules allow.
func TestDesignRooms(t *testing.T) {
	design := readFile(t, "docs/design.md")
	arrow := regexp.MustCompile(`(?m)^ +(\S+) +-> (.+)$`)
	drawn := map[string][]string{}
	for _, match := range arrow.FindAllStringSubmatch(design, -1) {
		drawn[match[1]] = strings.Split(match[2], ", ")
	}
	for name, rules := range house {
		if name != "" && !regexp.MustCompile(`(?m)^ +`+name+`/ `).MatchString(design) {
			t.Errorf("docs/design.md does not say what %s is for", name)
		}
		want := slices.DeleteFunc(slices.Clone(rules.Imports), func(other string) bool { return other == "timeseries" })
		got := drawn[name]
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("docs/design.md says that %s may import %v, house_test.go %v", name, got, want)
		}
	}
}

// TestFindings holds each finding to the form that CONTRIBUTING.md asks for.
func TestFindings(t *testing.T) {
	files, err := filepath.Glob("findings/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no findings: %v", err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		text := readFile(t, file)
		switch {
		case filepath.Ext(file) != ".sh" || info.Mode()&0o111 == 0:
			t.Errorf("%s is no executable NAME.sh", file)
		case !strings.HasPrefix(text, "#!/usr/bin/env bash\n# "):
			t.Errorf("%s does not begin with what is surprising", file)
		case !strings.Contains(text, "mktemp -d") && !strings.Contains(text, "docker run --rm"):
			t.Errorf("%s leaves something behind: it needs a temporary folder or container", file)
		case !strings.Contains(text, "diff "):
			t.Errorf("%s does not compare what it sees with what it says", file)
		}
	}
}

// TestLicences demands that docs/libraries.md names every module that the binary
// contains, with its licence.
func TestLicences(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./cmd/entsoed").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, licences, _ := strings.Cut(readFile(t, "docs/libraries.md"), "## Licences")
	version := regexp.MustCompile(`[/.]v\d+$`)
	modules := strings.Fields(string(out))
	slices.Sort(modules)
	for _, path := range slices.Compact(modules) {
		name := filepath.Base(version.ReplaceAllString(path, ""))
		if path != module && !strings.Contains(licences, "`"+name+"`") {
			t.Errorf("docs/libraries.md does not say under which licence %s is", path)
		}
	}
}
