package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"ward/format/sheet"
)

func printCSV(w io.Writer, pairs []pair) error {
	header := []string{"row_id", "advisory", "verdict", "reason", "cves", "identity_rule", "version_rule", "product_path", "product_id", "reason_code"}
	return sheet.WriteCSV(w, header, func(yield func([]string) bool) {
		for _, p := range pairs {
			if !yield([]string{p.Row, p.Advisory, p.Verdict, p.Reason, strings.Join(p.CVEs, " "), p.Identity, p.Version, p.Path, p.Leaf, p.ReasonCode}) {
				return
			}
		}
	})
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

// printable keeps a hostile name from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
