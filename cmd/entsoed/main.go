// Command entsoed keeps a complete, revision-aware copy of the ENTSO-E
// Transparency Platform in the user's own TimescaleDB.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // market days need the zones wherever the program runs

	"github.com/sethvargo/go-envconfig"
)

// environment is what a command reads from and writes to, so that a test can
// run any command with its own.
type environment struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Lookup         envconfig.Lookuper
	Variables      []string // all that are set, NAME=value, to find misspelt ones
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, exitInTime)
	env := environment{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Lookup: envconfig.OsLookuper(), Variables: os.Environ()}
	status := run(ctx, env, os.Args[1:])
	stop()
	os.Exit(status)
}

// stopWithin is how long any command may take to end after it was asked to.
const stopWithin = 19 * time.Second

// exitInTime ends the process when the time for an orderly stop is over,
// whatever hangs: a database that does not answer, a disk, a reader of our
// output that has stopped reading.
func exitInTime() {
	time.Sleep(stopWithin)
	go fmt.Fprintf(os.Stderr, "entsoed: something did not end within %s of the signal to stop; what was not saved is done again\n", stopWithin)
	time.Sleep(100 * time.Millisecond) // for the line, if anybody reads it
	os.Exit(1)
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
