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
	format, strict := formatJSON, false
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

What cannot be right is left out, with the smallest part of the answer that it
spoils: a value, a period, a time series, a document of a ZIP. Each such fault is
told on standard error with its place, and the exit status is 1. With --strict the
first one ends the reading.

An acknowledgement has no points: its reason goes to standard error and the exit
status is 3.`,
		Example: `  entsoed decode prices.xml
  curl -s "$URL" | entsoed decode - --format csv > points.csv
  entsoed decode answer.zip | jq -r 'select(.psr_type == "B16") | [.at, .value] | @tsv'`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return decodeFile(cmd.Context(), env, args[0], format, strict)
		},
	}
	cmd.Flags().BoolVar(&strict, "strict", false, "refuse an answer in which anything is wrong, as far as it was not printed")
	wordFlag(cmd, &format, "format", "`format` of the output, a line per point", formats())
	return cmd
}

// decodeFile prints the points of a file, and tells what it leaves out. What was
// read before an error is printed too.
func decodeFile(ctx context.Context, env environment, name, format string, strict bool) error {
	in, err := openInput(env, name)
	if err != nil {
		return err
	}
	defer in.Close()
	out := newPointWriter(env.Stdout, format)
	faults := faultPrinter{out: env.Stderr, points: out}
	visitor := out.visitor()
	if !strict {
		visitor = faults.visitor()
	}
	headers, err := document.DecodeFile(ctx, in, maxDecodedZIP, entsoe.Zone, visitor)
	if flushErr := out.flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		return fmt.Errorf("decode %s: %w", name, err)
	}
	refused := refusal(env, headers)
	if left := faults.sum(headers); left != nil {
		if refused != nil {
			fmt.Fprintln(env.Stderr, "entsoed:", oneLine(refused.Error()))
		}
		return fmt.Errorf("decode %s: %w", name, left)
	}
	return refused
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
