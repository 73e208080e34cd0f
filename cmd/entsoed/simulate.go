package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entsoed/entsoe/simulator"
)

// simulateOptions are the flags of `entsoed simulate`.
type simulateOptions struct {
	listen    string
	seed      uint64
	now       string
	speed     float64
	faults    []string
	tokens    []string
	unlimited bool
	restless  bool
	verbose   bool
}

const simulateLong = `simulate answers like the ENTSO-E Transparency Platform at http://ADDRESS/api,
with made-up values that depend on nothing but the seed, the item, the area and
the time. It has the platform's limits (400 requests a minute and token, then
ten minutes of 429) and its delays of publication. Outages are revised,
cancelled and withdrawn, and some values are corrected, withdrawn or late;
--restless=false keeps values as they were first published.

Beside /api it serves /healthz, /stats (what was asked, as JSON) and /faults:
GET shows what is in force, POST adds faults and holds ("stop the next request
in the middle of its body"), DELETE forgets them; POST /release lets held
requests go. Every answer has the header Entsoed-Simulator with the seed.

A fault is KIND[=VALUE][,next=N][,every=N][,chance=P][,item=NAME][,from=TIME][,until=TIME],
where times are those of the simulator's clock. Kinds:
`

const simulateExample = `  entsoed simulate
  entsoed simulate --now 2026-03-29T10:00:00Z --speed 60
  entsoed simulate --fault unavailable,every=50 --fault delay=2s,chance=0.1
  entsoed simulate --now 2026-08-30T00:00:00Z --speed 360 --fault unavailable,until=2026-09-08T00:00:00Z
  curl -X POST localhost:8080/faults -d '{"holds":[{"point":"body","item":"day_ahead_prices"}]}'`

func simulateCommand(env environment) *cobra.Command {
	var o simulateOptions
	cmd := &cobra.Command{
		Use:     "simulate",
		Short:   "Answer like the platform, with made-up data, for trying and testing",
		Long:    simulateLong + strings.Join(simulator.FaultKinds(), ", ") + ".",
		Example: simulateExample,
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := o.config(env)
			if err != nil {
				return usageError(cmd, "%w", err)
			}
			return simulate(cmd.Context(), env, o.listen, config)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "listen", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	flags.Uint64Var(&o.seed, "seed", 1, "another `seed`, other values")
	flags.StringVar(&o.now, "now", "", "what `time` it is at the start, such as 2026-03-29T10:00:00Z (default: the present)")
	flags.Float64Var(&o.speed, "speed", 1, "how many `times` faster than real time the clock runs; 0: it stands still")
	flags.StringArrayVar(&o.faults, "fault", nil, "a `fault` from the start; may be repeated")
	flags.StringArrayVar(&o.tokens, "token", nil, "accept this `token` and those of further --token only (default: any)")
	flags.BoolVar(&o.unlimited, "unlimited", false, "never ban, however many requests come")
	flags.BoolVar(&o.restless, "restless", true, "correct and withdraw some values later, and publish some late")
	flags.BoolVar(&o.verbose, "verbose", false, "log every request")
	completeFlag(cmd, "fault", cobra.FixedCompletions(simulator.FaultKinds(), cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	for _, name := range []string{"listen", "seed", "now", "speed", "token"} {
		completeFlag(cmd, name, completeNothing)
	}
	return cmd
}

// config turns the flags into the simulator's configuration.
func (o simulateOptions) config(env environment) (simulator.Config, error) {
	level := slog.LevelInfo
	if o.verbose {
		level = slog.LevelDebug
	}
	c := simulator.Config{
		Seed:      o.seed,
		Unlimited: o.unlimited,
		Restless:  o.restless,
		Tokens:    o.tokens,
		Log:       slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: level})),
	}
	if _, _, err := net.SplitHostPort(o.listen); err != nil {
		return c, fmt.Errorf("--listen is %q: must be host:port, such as 127.0.0.1:8080", o.listen)
	}
	var start time.Time
	if o.now != "" {
		var err error
		if start, err = time.Parse(time.RFC3339, o.now); err != nil {
			return c, fmt.Errorf("--now %q is no time like 2026-03-29T10:00:00Z", o.now)
		}
	}
	if err := simulator.CheckSpeed(o.speed); err != nil {
		return c, fmt.Errorf("--speed is %v: %w", o.speed, err)
	}
	c.Now = simulator.Clock(start, o.speed)
	for _, text := range o.faults {
		fault, err := simulator.ParseFault(text)
		if err != nil {
			return c, fmt.Errorf("--fault is %q: %w", text, err)
		}
		c.Faults = append(c.Faults, fault)
	}
	return c, nil
}

// simulate serves until the context ends. The first line on stdout gives the
// URL, so that whoever started it on port 0 learns the port.
func simulate(ctx context.Context, env environment, address string, c simulator.Config) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return withHint(err, "take another address with --listen, such as 127.0.0.1:0 for any free port")
	}
	fmt.Fprintf(env.Stdout, "simulating at http://%s/api, seed %d, clock %s\n",
		listener.Addr(), c.Seed, c.Now().Format(time.RFC3339))
	server := &http.Server{Handler: simulator.New(c), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		if server.Shutdown(late) != nil {
			server.Close() // held and slow answers are cut off
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-stopped
	return nil
}
