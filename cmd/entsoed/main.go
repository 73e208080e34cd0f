// Command entsoed keeps a complete, revision-aware copy of the ENTSO-E
// Transparency Platform in the user's own TimescaleDB.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/sethvargo/go-envconfig"
	"github.com/spf13/cobra"
)

// environment is what a command reads from and writes to, so that a test can
// run any command with its own.
type environment struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Lookup         envconfig.Lookuper
}

// exitError ends the program with a status other than 1.
type exitError struct {
	Status int
	Err    error // nil: nothing more to say
}

func (e *exitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Status)
	}
	return e.Err.Error()
}

func (e *exitError) Unwrap() error { return e.Err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	env := environment{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lookup: envconfig.OsLookuper()}
	status := run(ctx, env, os.Args[1:])
	stop()
	os.Exit(status)
}

// run executes one command line and returns the exit status.
func run(ctx context.Context, env environment, args []string) int {
	root := rootCommand(env)
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.Err != nil {
			fmt.Fprintln(env.Stderr, "entsoed:", exit.Err)
		}
		return exit.Status
	}
	fmt.Fprintln(env.Stderr, "entsoed:", err)
	return 1
}

func rootCommand(env environment) *cobra.Command {
	root := &cobra.Command{
		Use:           "entsoed",
		Short:         "Keep a complete copy of Europe's electricity market data in your own TimescaleDB",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand()
	return root
}
