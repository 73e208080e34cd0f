package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
)

// maxDecodedZIP bounds a ZIP that decode reads, packed and unpacked. XML
// streams through and has no bound.
const maxDecodedZIP = 2 << 30

func decodeCommand(env environment) *cobra.Command {
	format := formatJSON
	cmd := &cobra.Command{
		Use:   "decode FILE|-",
		Short: "Print the points of an answer of the platform",
		Long: `Print the points of an answer of the platform: an XML document or a ZIP of
them, from a file or from standard input (-). Each point is one JSON object or
one line of CSV, in the order of the document and as often as it stands there.
Values that curve type A03 leaves out are filled in; a value that is missing has
no line. Codes are printed as sent, times are the start of the interval in UTC.

A time series without points (master data, fall-backs, changes of bids) and a
market message are one object each, with all that they say in "details". They
are no CSV.

An acknowledgement has no points: its reason goes to standard error and the exit
status is 3.`,
		Example: `  entsoed decode prices.xml
  curl -s "$URL" | entsoed decode - --format csv > points.csv
  entsoed decode answer.zip | jq -r 'select(.psr_type == "B16") | [.at, .value] | @tsv'`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return decodeFile(cmd.Context(), env, args[0], format)
		},
	}
	wordFlag(cmd, &format, "format", "`format` of the output, a line per point", formats())
	return cmd
}

// decodeFile prints the points of a file. What was read before an error is
// printed too.
func decodeFile(ctx context.Context, env environment, name, format string) error {
	in, err := openInput(env, name)
	if err != nil {
		return err
	}
	defer in.Close()
	out := newPointWriter(env.Stdout, format)
	headers, err := document.DecodeFile(ctx, in, maxDecodedZIP, entsoe.Zone, out.visitor())
	if flushErr := out.flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return fmt.Errorf("decode %s: %w", name, err)
	}
	return refusal(env, headers)
}

// openInput opens a file, or standard input for "-".
func openInput(env environment, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(env.Stdin), nil
	}
	return os.Open(name)
}

// refusal prints the reasons of acknowledgements. If there is nothing else, they
// are the outcome.
func refusal(env environment, headers []document.Header) error {
	var reasons []string
	series := 0
	for _, h := range headers {
		series += h.Series
		if h.Root != "Acknowledgement_MarketDocument" {
			continue
		}
		for _, reason := range h.Reasons {
			reasons = append(reasons, strings.Trim(reason.Code+": "+reason.Text, ": "))
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	err := errors.New(strings.Join(reasons, "; "))
	if series == 0 {
		return &exitError{Status: exitNoData, Err: err}
	}
	_, writeErr := fmt.Fprintln(env.Stderr, "entsoed:", oneLine(err.Error()))
	return writeErr
}
