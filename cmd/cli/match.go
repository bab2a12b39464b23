//go:build !edge

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"ward"
)

// matchOptions are the flags of ward match.
type matchOptions struct {
	inventory  string
	advisories []string
	format     string
	all        bool
	exitCode   bool
	quiet      bool
}

func (e *env) match() *cobra.Command {
	var o matchOptions
	c := &cobra.Command{
		Use:   "match --inventory FILE --advisories PATH",
		Short: "Which advisories concern which devices, without a server",
		Long: "Match an inventory against CSAF advisories and print one line for each pair that matters.\n\n" +
			"FILE is a table (CSV, XLSX) with a header that has some of row_id, vendor, product, model, version,\n" +
			"serial, quantity, department, or an SBOM (CycloneDX, SPDX). PATH is an advisory, a folder of them or\n" +
			"an archive. The verdict is affected, review or not_affected; review means that a person must look, and\n" +
			"the reason says why. Without --all only affected and review are printed.",
		Example: "  ward match --inventory devices.csv --advisories ./advisories\n" +
			"  ward match --inventory devices.xlsx --advisories csaf.tar.gz --format json --all\n" +
			"  ward match --inventory bom.json --advisories ./advisories --format csv > findings.csv",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return e.runMatch(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.inventory, "inventory", "", "table or SBOM of what you own")
	f.StringArrayVar(&o.advisories, "advisories", nil, "advisory, folder or archive; may be given more than once")
	f.StringVar(&o.format, "format", "", "csv, json (one object a line) or table (default: table on a terminal, csv otherwise)")
	f.BoolVar(&o.all, "all", false, "print not_affected pairs as well")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 3 when something is affected or to be reviewed")
	f.BoolVar(&o.quiet, "quiet", false, "no hints and no counts on stderr")
	_ = c.MarkFlagRequired("inventory")  // only fails for a flag that does not exist
	_ = c.MarkFlagRequired("advisories") // as above
	return c
}

// pair is one line of output.
type pair struct {
	Schema     string   `json:"schema"`
	Row        string   `json:"row_id"`
	Advisory   string   `json:"advisory"` // tracking id
	Verdict    string   `json:"verdict"`
	Reason     string   `json:"reason"`
	CVEs       []string `json:"cves"`
	Identity   string   `json:"identity_rule"`
	Version    string   `json:"version_rule"`
	Path       string   `json:"product_path"`
	Leaf       string   `json:"product_id"`
	ReasonCode string   `json:"reason_code"`
}

func (e *env) runMatch(ctx context.Context, o matchOptions) error {
	print, err := e.printer(o.format)
	if err != nil {
		return &exit{code: exitUsage, err: err}
	}
	owned, unread, err := readInventory(o.inventory)
	if err != nil {
		return failed(fmt.Errorf("inventory %s: %w", o.inventory, err))
	}
	if len(unread) > 0 && !o.quiet {
		fmt.Fprintln(e.err, printable("worksheets left out, as they name no products: "+strings.Join(unread, ", ")))
	}
	known, faults, err := e.readAdvisories(ctx, o.advisories, o.quiet)
	if err != nil {
		return failed(err)
	}
	pairs, err := matchAll(ctx, owned, known, o.all)
	if err != nil {
		return failed(err)
	}
	if err := print(e.out, pairs); err != nil {
		return failed(err)
	}
	return e.endMatch(o, owned, known, pairs, faults)
}

func (e *env) endMatch(o matchOptions, owned []item, known *advisories, pairs []pair, faults int) error {
	hits := 0
	for _, p := range pairs {
		if p.Verdict != ward.NotAffected.String() {
			hits++
		}
	}
	if !o.quiet {
		fmt.Fprintf(e.err, "%d rows, %d advisories: %d pairs affected or to be reviewed\n", len(owned), known.documents, hits)
	}
	switch {
	case faults > 0:
		return &exit{code: exitPartly, err: fmt.Errorf("%d files could not be used", faults)}
	case o.exitCode && hits > 0:
		return &exit{code: exitFindings}
	}
	return nil
}

// matchAll matches every row; rows are independent, so all cores help. The
// order is that of the rows, then of the advisories.
func matchAll(ctx context.Context, owned []item, known *advisories, all bool) ([]pair, error) {
	results := make([][]pair, len(owned))
	var g errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		g.Go(func() error {
			for i := w; i < len(owned); i += workers {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				results[i] = matchRow(owned[i], known, all)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var out []pair
	for _, r := range results {
		out = append(out, r...)
	}
	return out, nil
}

func matchRow(it item, known *advisories, all bool) []pair {
	var out []pair
	for _, r := range known.claims.Match(it.ref, nil) {
		if r.Verdict == ward.NotAffected && !all {
			continue
		}
		out = append(out, pair{Schema: "ward.match/1", Row: it.row, Advisory: known.tracking[r.Advisory], Verdict: r.Verdict.String(), Reason: sentence(r.Finding),
			ReasonCode: string(r.Reason), CVEs: r.CVEs, Identity: r.Identity, Version: r.Finding.Version, Path: r.Path, Leaf: r.Leaf})
	}
	return out
}

// sentence is the reason in words, with what was compared.
func sentence(f ward.Finding) string {
	s := sentences[f.Reason]
	if f.Detail != "" {
		s += " (" + f.Detail + ")"
	}
	return s
}

// printer chooses how pairs are printed.
func (e *env) printer(format string) (func(io.Writer, []pair) error, error) {
	if format == "" {
		format = "csv"
		if terminal(e.out) {
			format = "table"
		}
	}
	switch format {
	case "csv":
		return printCSV, nil
	case "json":
		return printJSON, nil
	case "table":
		return printTable, nil
	}
	return nil, errors.New("--format is csv, json or table")
}
