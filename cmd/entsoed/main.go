// Command entsoed keeps a complete, revision-aware copy of the ENTSO-E
// Transparency Platform in the user's own TimescaleDB.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // market days need the zones wherever the program runs

	"github.com/sethvargo/go-envconfig"
)

// environment is what a command reads from and writes to, so that a test can
// run any command with its own.
type environment struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Lookup         envconfig.Lookuper
}

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
	if err := root.ExecuteContext(ctx); err != nil {
		return report(env.Stderr, err)
	}
	return 0
}
