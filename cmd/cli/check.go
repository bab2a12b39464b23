package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ward/format/problem"
	"ward/format/recognise"
)

// checkLimit bounds one file that is checked: 64 MB, the bound of every reader.
const checkLimit = 64 << 20

const checkSchema = "ward.check/1"

// checked is what is said of one file.
type checked struct {
	Schema   string            `json:"schema"`
	File     string            `json:"file"`
	Kind     string            `json:"kind"`
	Version  string            `json:"version,omitempty"`
	OK       bool              `json:"ok"`
	Problems []problem.Problem `json:"problems"`
}

func (e *env) check() *cobra.Command {
	var asJSON, quiet bool
	c := &cobra.Command{
		Use:   "check FILE|DIR…",
		Short: "Recognise and validate documents",
		Long: "Recognise each file by its content and validate it: CSAF 2.0, provider metadata, ROLIE feeds,\n" +
			"CycloneDX, SPDX, OpenVEX, KEV catalogues, EPSS, CVE records, tables. Names what is wrong and where.\n" +
			"Exits with 1 when a file is not valid or not recognised.",
		Example: "  ward check advisory.json\n  ward check ./advisories bom.xml --quiet\n  ward check --json csaf.tar.gz",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(c *cobra.Command, args []string) error { return e.runCheck(c.Context(), args, asJSON, quiet) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a file")
	c.Flags().BoolVar(&quiet, "quiet", false, "print bad files only")
	return c
}

func (e *env) runCheck(ctx context.Context, paths []string, asJSON, quiet bool) error {
	all, bad := 0, 0
	tell := func(res checked) error {
		all++
		if !res.OK {
			bad++
		}
		if quiet && res.OK {
			return nil
		}
		return e.printCheck(res, asJSON)
	}
	err := files{each: func(name string, r io.Reader) error {
		res := checkOne(name, r)
		if !slices.Contains(paths, name) && res.Kind == string(recognise.Unknown) && !document(name) {
			return nil // a README beside the documents
		}
		return tell(res)
	}, broken: func(name string, err error) error { return tell(unreadable(name, "read", err.Error())) }}.walk(ctx, paths)
	switch {
	case err != nil:
		return failed(err)
	case all == 0:
		return failed(errors.New("no file was found"))
	case bad > 0:
		return failed(fmt.Errorf("%d of %d files are not valid", bad, all))
	}
	return nil
}

// document reports whether a file inside a folder or archive was meant to be
// read: one that nobody recognises is then a fault.
func document(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".xml", ".csv", ".xlsx", ".spdx", ".cdx", ".tag", ".gz", ".zip", ".tar", ".zst", ".bz2", ".tgz":
		return true
	}
	return false
}

func checkOne(name string, r io.Reader) checked {
	out := checked{Schema: checkSchema, File: name, Problems: []problem.Problem{}}
	data, err := io.ReadAll(io.LimitReader(r, checkLimit+1))
	switch {
	case err != nil:
		return unreadable(name, "read", err.Error())
	case len(data) > checkLimit:
		return unreadable(name, "size", fmt.Sprintf("more than %d bytes", checkLimit))
	}
	res := recognise.Check(name, data)
	out.Kind, out.Version = string(res.Kind), res.Version
	out.Problems = append(out.Problems, res.Problems...)
	out.OK = len(out.Problems) == 0
	return out
}

// unreadable is said of a file of which nothing else can be.
func unreadable(name, rule, detail string) checked {
	return checked{Schema: checkSchema, File: name, Kind: "unreadable", Problems: []problem.Problem{{Rule: rule, Detail: detail}}}
}

func (e *env) printCheck(c checked, asJSON bool) error {
	if asJSON {
		return e.jsonLine(c)
	}
	word := "ok"
	if !c.OK {
		word = "NOT VALID"
	}
	if _, err := fmt.Fprintf(e.out, "%s: %s %s: %s\n", printable(c.File), c.Kind, c.Version, word); err != nil {
		return err
	}
	for _, p := range c.Problems {
		if _, err := fmt.Fprintln(e.out, "  "+printable(p.Error())); err != nil {
			return err
		}
	}
	return nil
}
