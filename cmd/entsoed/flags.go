package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// wordsValue is the value of a flag that takes one of a few words, or several
// of them separated by commas. It implements pflag.Value.
type wordsValue struct {
	words   []string // what is allowed, in the order in which it is shown
	several bool
	set     func([]string)
	text    string
}

// wordError says which words a flag takes.
type wordError struct {
	Word  string // the one that was given
	Words []string
}

func (e *wordError) Error() string { return "must be " + alternatives(e.Words) }

func (v *wordsValue) String() string { return v.text }
func (v *wordsValue) Type() string   { return "word" }

// Set reads the value whatever its case.
func (v *wordsValue) Set(text string) error {
	given := []string{text}
	if v.several {
		given = strings.Split(text, ",")
	}
	var chosen []string
	for _, word := range given {
		at := slices.IndexFunc(v.words, func(w string) bool { return strings.EqualFold(w, strings.TrimSpace(word)) })
		if at < 0 {
			return &wordError{Word: word, Words: v.words}
		}
		chosen = append(chosen, v.words[at])
	}
	v.set(chosen)
	v.text = strings.Join(chosen, ",")
	return nil
}

// wordFlag adds a flag that takes one of a few words. The list makes its help,
// its completion, its check and the error. What into holds is the default.
func wordFlag(cmd *cobra.Command, into *string, name, usage string, words []string) {
	value := &wordsValue{words: words, text: *into, set: func(chosen []string) { *into = chosen[0] }}
	addWordsFlag(cmd, value, name, usage)
}

// wordsFlag is wordFlag for several words; the flag may also be repeated.
func wordsFlag(cmd *cobra.Command, into *[]string, name, usage string, words []string) {
	value := &wordsValue{words: words, several: true, set: func(chosen []string) { *into = append(*into, chosen...) }}
	addWordsFlag(cmd, value, name, usage)
}

func addWordsFlag(cmd *cobra.Command, value *wordsValue, name, usage string) {
	cmd.Flags().Var(value, name, usage+": "+alternatives(value.words))
	completeFlag(cmd, name, value.complete)
}

// complete completes the last of the words.
func (v *wordsValue) complete(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := ""
	if v.several {
		before = begun[:strings.LastIndexByte(begun, ',')+1]
	}
	var found []cobra.Completion
	for _, word := range v.words {
		if strings.HasPrefix(strings.ToLower(word), strings.ToLower(begun[len(before):])) {
			found = append(found, before+word)
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// flagError explains a flag that could not be read.
func flagError(cmd *cobra.Command, err error) error {
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return usageError(cmd, "%w", err)
	}
	name := invalid.GetFlag().Name
	if wrong, ok := errors.AsType[*wordError](err); ok {
		return usageError(cmd, "--%s is %q: %w", name, wrong.Word, wrong)
	}
	return usageError(cmd, "--%s is %q: must be %s", name, invalid.GetValue(), typeName(invalid))
}

// typeName says what the value of a flag must look like.
func typeName(invalid *pflag.InvalidValueError) string {
	switch kind := invalid.GetFlag().Value.Type(); kind {
	case "int":
		return "a whole number"
	case "uint64":
		return "a whole number that is not negative"
	case "float64":
		return "a number"
	case "duration":
		return "a duration such as 30s or 2m"
	case "bool":
		return "true or false"
	default:
		return fmt.Sprintf("of type %s: %v", kind, invalid.Unwrap())
	}
}

// alternatives lists words as a sentence does: "a, b or c".
func alternatives(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
