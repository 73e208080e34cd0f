package main

import (
	"bytes"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/riverqueue/river/rivertype"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"entsoed/migrations"
)

// allCommands returns every command of entsoed.
func allCommands() []*cobra.Command {
	var all []*cobra.Command
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		all = append(all, cmd)
		for _, sub := range cmd.Commands() {
			add(sub)
		}
	}
	add(rootCommand(environmentOf(nil)))
	return all
}

// eachFlag calls try for every flag of every command.
func eachFlag(t *testing.T, try func(*testing.T, *cobra.Command, *pflag.Flag)) {
	for _, cmd := range allCommands() {
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			t.Run(cmd.CommandPath()+" --"+flag.Name, func(t *testing.T) { try(t, cmd, flag) })
		})
	}
}

// TestFlagsOfWords holds help, completion, check and error of each flag that
// takes one of a few words against each other.
func TestFlagsOfWords(t *testing.T) {
	found := 0
	eachFlag(t, func(t *testing.T, cmd *cobra.Command, flag *pflag.Flag) {
		value, ok := flag.Value.(*wordsValue)
		if !ok {
			return
		}
		found++
		if !strings.Contains(flag.Usage, alternatives(value.words)) {
			t.Errorf("the help says %q, without %q", flag.Usage, value.words)
		}
		complete, _ := cmd.GetFlagCompletionFunc(flag.Name)
		if offered, _ := complete(cmd, nil, ""); !slices.Equal(offered, value.words) {
			t.Errorf("the shell is offered %q, not %q", offered, value.words)
		}
		for _, word := range value.words {
			if err := cmd.Flags().Set(flag.Name, strings.ToUpper(word)); err != nil {
				t.Errorf("%q is offered, but refused: %v", word, err)
			}
		}
		var out bytes.Buffer
		if status := report(&out, flagError(cmd, cmd.Flags().Set(flag.Name, "nonsense"))); status != exitUsage {
			t.Errorf("a word that is not allowed ends with status %d", status)
		}
		if want := "--" + flag.Name + ` is "nonsense": must be ` + alternatives(value.words); !strings.Contains(out.String(), want) {
			t.Errorf("want %q in:\n%s", want, &out)
		}
	})
	if found < 5 {
		t.Errorf("only %d flags take words", found)
	}
}

// TestFlagsInHelp reads each flag as the help shows it: "--area area": the name
// of the value is one plain word and no type of Go's.
func TestFlagsInHelp(t *testing.T) {
	plain := regexp.MustCompile(`^[a-z]*$`)
	types := []string{"string", "strings", "stringArray", "float", "int", "uint", "word"}
	eachFlag(t, func(t *testing.T, _ *cobra.Command, flag *pflag.Flag) {
		name, usage := pflag.UnquoteUsage(flag)
		if !plain.MatchString(name) || slices.Contains(types, name) {
			t.Errorf("the help shows --%s %s", flag.Name, name)
		}
		if strings.Contains(usage, "`") {
			t.Errorf("a quote is left in %q", usage)
		}
	})
}

// TestJobStates holds the states in the order of a job's life against River's.
func TestJobStates(t *testing.T) {
	var want []string
	for _, state := range rivertype.JobStates() {
		want = append(want, string(state))
	}
	got := jobStates()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got %q, River has %q", got, want)
	}
}

// TestModesOfSQL holds the modes of --mode against those that the latest
// function entsoe.enqueue_backfill takes.
func TestModesOfSQL(t *testing.T) {
	files, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`mode (?:not )?in \('([a-z', ]+)'\)`)
	got := ""
	for _, name := range files {
		content, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range list.FindAllStringSubmatch(string(content), -1) {
			got = match[1]
		}
	}
	if want := strings.Join(modes(), "', '"); got != want {
		t.Errorf("SQL takes '%s', the command '%s'", got, want)
	}
}

// TestKindsOfAreasInHelp keeps the explanation of the kinds complete.
func TestKindsOfAreasInHelp(t *testing.T) {
	long := areasCommand(environmentOf(nil)).Long
	explained := regexp.MustCompile(`\b[A-Z]{3,}\b`).FindAllString(long[strings.Index(long, "Kinds:"):strings.Index(long, "An area that")], -1)
	slices.Sort(explained)
	if want := areaKinds(); !slices.Equal(explained, want) {
		t.Errorf("the help explains %q, the kinds are %q", explained, want)
	}
}

// TestWordsInDotEnv checks that .env names every word that a setting takes.
func TestWordsInDotEnv(t *testing.T) {
	content, err := os.ReadFile(dotEnv)
	if err != nil {
		t.Fatal(err)
	}
	allowed := regexp.MustCompile(`(?:must be|is not one of) ([\w-]+(?:(?:, | or )[\w-]+)+)`)
	for _, name := range []string{"LOG_LEVEL", "LOG_FORMAT", "APP_ENV", "DATABASE_SSLMODE", "DATABASE_TIMESCALEDB"} {
		t.Run(name, func(t *testing.T) {
			_, err := readConfig(t.Context(), environmentOf(map[string]string{name: "nonsense"}))
			if err == nil {
				t.Fatal("nonsense was accepted")
			}
			said := allowed.FindStringSubmatch(err.Error())
			if said == nil {
				t.Fatalf("the error does not say what is allowed: %v", err)
			}
			above, _, _ := strings.Cut(string(content), name+"=")
			comment := above[strings.LastIndex(above, "\n\n")+1:]
			for _, word := range regexp.MustCompile(`[\w-]+`).FindAllString(strings.Replace(said[1], " or ", " ", 1), -1) {
				if !regexp.MustCompile(`\b` + word + `\b`).MatchString(comment) {
					t.Errorf("%q is allowed, but the comment above %s does not say so", word, name)
				}
			}
		})
	}
}
