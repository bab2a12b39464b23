//go:build !edge

package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"ward/format/sheet"
)

// printCSV writes plain CSV for scripts: no byte order mark. The row's name is
// the caller's own and stays as it is; words of an advisory are kept from being
// a formula.
func printCSV(w io.Writer, pairs []pair) error {
	c := csv.NewWriter(w)
	header := []string{"row_id", "advisory", "verdict", "reason", "cves", "identity_rule", "version_rule", "product_path", "product_id", "reason_code"}
	if err := c.Write(header); err != nil {
		return err
	}
	for _, p := range pairs {
		err := c.Write([]string{p.Row, sheet.Escape(p.Advisory), p.Verdict, sheet.Escape(p.Reason), sheet.Escape(strings.Join(p.CVEs, " ")),
			p.Identity, p.Version, sheet.Escape(p.Path), sheet.Escape(p.Leaf), p.ReasonCode})
		if err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func printJSON(w io.Writer, pairs []pair) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range pairs {
		if p.CVEs == nil {
			p.CVEs = []string{}
		}
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return nil
}

func printTable(w io.Writer, pairs []pair) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "ROW\tADVISORY\tVERDICT\tREASON")
	for _, p := range pairs {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", printable(p.Row), printable(p.Advisory), p.Verdict, printable(p.Reason))
	}
	return t.Flush()
}
