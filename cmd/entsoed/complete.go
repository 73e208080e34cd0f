package main

import (
	"strings"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
)

// completeItem completes the first argument of a command to the name of a
// data item.
func completeItem(_ *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeItemFlag(nil, nil, begun)
}

// completeItems completes each argument of a command to the name of a data item
// or of a group.
func completeItems(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	names, directive := completeItemFlag(nil, nil, begun)
	for _, group := range []string{entsoe.GroupCore, entsoe.GroupAll} {
		if strings.HasPrefix(group, strings.ToLower(begun)) {
			names = append(names, group)
		}
	}
	return names, directive
}

// completeItemFlag completes the value of --item.
func completeItemFlag(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	for _, item := range entsoe.Items() {
		if strings.HasPrefix(item.Name, strings.ToLower(begun)) {
			names = append(names, cobra.CompletionWithDesc(item.Name, item.Title))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeArea completes the value of --area to the name of an area, and
// behind "A>" to the areas that A has a border with.
func completeArea(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := begun[:strings.LastIndexByte(begun, ',')+1] // of several areas those that are complete
	begun = strings.ToUpper(begun[len(before):])
	var names []cobra.Completion
	add := func(name, title string) {
		if strings.HasPrefix(name, begun) {
			names = append(names, cobra.CompletionWithDesc(before+name, title))
		}
	}
	if strings.Contains(begun, ">") {
		for _, border := range entsoe.Borders() {
			add(border.From.Code+">"+border.To.Code, border.From.Name+" to "+border.To.Name)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	for _, area := range entsoe.Areas() {
		add(area.Code, area.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeNothing keeps the shell from offering files where none is wanted.
func completeNothing(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completeFlag attaches a completion to a flag. It fails only for a flag that
// does not exist, which no user can mend.
func completeFlag(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err)
	}
}

// completeVariant completes the value of --variant to one of the item that
// stands before it.
func completeVariant(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	if len(args) > 0 {
		item, _ := entsoe.ItemByName(args[0])
		for _, v := range item.Variants {
			if v.Name != "" {
				names = append(names, cobra.CompletionWithDesc(v.Name, v.Title))
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
