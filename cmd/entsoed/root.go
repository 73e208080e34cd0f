package main

import (
	"github.com/spf13/cobra"
)

const rootLong = `entsoed keeps a complete copy of Europe's electricity market data (the ENTSO-E
Transparency Platform) in your own TimescaleDB and remembers every revision.

Its settings are environment variables; the file .env lists them all with
their defaults. Without ENTSOE_API_TOKEN it collects simulated data.

Exit status: 0 done, 1 failed, 2 wrong command line or setting, 3 the platform
has no data for what was asked.`

const rootExample = `  entsoed worker
  entsoed fetch day_ahead_prices --area DE_LU --from 2026-11-01 --to 2026-11-02
  entsoed backfill start core --areas DE_LU --from 2015 --dry-run
  entsoed items --area DE_LU
  entsoed jobs list --state retryable`

func rootCommand(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:           "entsoed",
		Short:         "Keep a complete copy of Europe's electricity market data in your own TimescaleDB",
		Long:          rootLong,
		Example:       rootExample,
		Version:       thisBuild().Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetVersionTemplate("entsoed {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		workerCommand(env),
		migrateCommand(env),
		fetchCommand(env),
		backfillCommand(env),
		coverageCommand(env),
		lanesCommand(env),
		jobsCommand(env),
		itemsCommand(env),
		areasCommand(env),
		decodeCommand(env),
		simulateCommand(env),
		healthcheckCommand(env),
		versionCommand(env),
	)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "completion":
			group(cmd)
		case "help":
			cmd.Args = knownCommand
		}
	}
	return group(root)
}

// knownCommand checks the words after "help", for which cobra would print the
// help of entsoed and succeed if there is no such command.
func knownCommand(cmd *cobra.Command, args []string) error {
	found, rest, err := cmd.Root().Find(args)
	switch {
	case err != nil:
		return usageError(cmd, "%w", err)
	case len(rest) > 0 && found.HasSubCommands():
		return found.Args(found, rest)
	case len(rest) > 0:
		return usageError(cmd, "unknown command %q", found.CommandPath()+" "+rest[0])
	}
	return nil
}

// group makes cmd a command that only holds others: alone it prints its help,
// and a word it does not know is an error (cobra would print the help and
// succeed).
func group(cmd *cobra.Command) *cobra.Command {
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		err := usageError(cmd, "unknown command %q", cmd.CommandPath()+" "+args[0])
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			return &exitError{Status: exitUsage, Err: withHint(err, "did you mean %q?", cmd.CommandPath()+" "+near[0])}
		}
		return err
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	return cmd
}

// arguments checks the number of words after a command.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usageError(cmd, "%s: an argument is missing", cmd.Name())
		case len(args) > most:
			return usageError(cmd, "%s: unexpected argument %q", cmd.Name(), args[most])
		}
		return nil
	}
}
