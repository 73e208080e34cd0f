package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	neturl "net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"entsoed/worker"
)

func healthcheckCommand(env environment) *cobra.Command {
	var url string
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the running worker whether it can work",
		Long: `Ask http://HTTP_ADDR/readyz, the address at which the worker of this machine or
container answers, whether its database can be read and written, and print what it
says: what keeps it from working, and what else somebody should know, such as a
token that is refused. Exit status 0: it can work, 1: not.

/healthz only says whether the process lives: ask that where something restarts what
is not healthy, for a database that is away is not mended by a restart.`,
		Example: `  entsoed healthcheck
  HTTP_ADDR=127.0.0.1:9000 entsoed healthcheck
  entsoed healthcheck --url http://127.0.0.1:8090/healthz`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if u, err := neturl.Parse(url); url != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
				return usageError(cmd, "--url is %q: must be an address such as http://127.0.0.1:8090/healthz", url)
			}
			if url == "" {
				var c worker.Config
				if err := readSettings(cmd.Context(), env.Lookup, &c); err != nil {
					return settingFailure(err)
				}
				address, err := reachable(c.HTTPAddr)
				if err != nil {
					return settingFailure(&settingError{Name: "HTTP_ADDR", Value: c.HTTPAddr, Err: err})
				}
				url = "http://" + address + "/readyz"
			}
			return healthcheck(cmd.Context(), env.Stdout, url)
		},
	}
	cmd.Flags().StringVar(&url, "url", "", "ask this `address` instead")
	return cmd
}

// healthcheck asks one address and prints the answer, in less time than the
// container engine waits.
func healthcheck(ctx context.Context, out io.Writer, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return withHint(err, "is `entsoed worker` running with the same HTTP_ADDR?")
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4096))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("unhealthy: HTTP %d: %s", response.StatusCode, reasons(body))
	}
	fmt.Fprintln(out, strings.TrimSpace(string(body)))
	return nil
}

// reasons writes what is wrong with a worker, or what something else answers at
// its address.
func reasons(body []byte) string {
	var state worker.Health
	if err := json.Unmarshal(body, &state); err != nil || len(state.Problems) == 0 {
		return strings.TrimSpace(string(body))
	}
	var words []string
	for _, what := range slices.Sorted(maps.Keys(state.Problems)) {
		words = append(words, what+" "+state.Problems[what])
	}
	return strings.Join(words, "; ")
}

// reachable turns an address to listen on into one to ask: a server on all
// addresses also answers on the loopback one.
func reachable(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", errors.New("must be host:port, such as 127.0.0.1:8090")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("%q is not a port (0 to 65535)", port)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
