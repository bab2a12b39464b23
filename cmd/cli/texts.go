//go:build !edge

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ward"
	"ward/app/texts"
	"ward/format/xliff"
)

func (e *env) texts() *cobra.Command {
	c := &cobra.Command{
		Use:   "texts",
		Short: "Carry the texts of all pages to translators and back",
		Long: "Work on the message files of a source tree of Ward. A translator gets one file with all texts of a language, and gives it back.\n" +
			"docs/languages.md tells translators what to do with it.",
		Example: "  ward texts status\n  ward texts export --lang pl --out pl.xlf\n  ward texts import pl.xlf --check",
	}
	c.AddCommand(e.textsStatus(), e.textsExport(), e.textsImport())
	return c
}

func rootFlag(c *cobra.Command, to *string) {
	c.Flags().StringVar(to, "root", ".", "folder of the source tree")
}

func (e *env) textsExport() *cobra.Command {
	var root, lang, format, out, only string
	c := &cobra.Command{
		Use:   "export --lang CODE",
		Short: "Write one file with all texts of a language",
		Long: "Write all texts of a language, with the English ones, notes, plural forms, and the words of the glossary. XLIFF 2.0 is for translators'\n" +
			"tools, CSV for spreadsheets; a name that ends with .csv chooses CSV.",
		Example: "  ward texts export --lang pl --out pl.xlf\n  ward texts export --lang mt --only missing --out mt.csv",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			l, ok := ward.ParseLang(lang)
			if !ok || l == ward.English {
				return &exit{code: exitUsage, err: errors.New("--lang names one of the 23 languages into which we translate: pl")}
			}
			if format == "" {
				format = formOf(out)
			}
			narrow, ok := map[string]texts.Only{"": texts.Everything, "missing": texts.Missing, "unreviewed": texts.Unreviewed}[only]
			if !ok || format != "xliff" && format != "csv" {
				return &exit{code: exitUsage, err: errors.New("--only is missing or unreviewed, --format is xliff or csv")}
			}
			t, err := texts.Open(root)
			if err != nil {
				return failed(err)
			}
			s, err := t.Export(l, narrow)
			if err != nil {
				return failed(err)
			}
			return failed(e.writeSheet(s, format, out))
		},
	}
	rootFlag(c, &root)
	c.Flags().StringVar(&lang, "lang", "", "language: pl")
	c.Flags().StringVar(&format, "format", "", "xliff or csv (default: by the name of the file)")
	c.Flags().StringVar(&out, "out", "", "file to write (default: standard output)")
	c.Flags().StringVar(&only, "only", "", "missing: not translated, or the English text changed; unreviewed: nobody approved it")
	return c
}

func formOf(name string) string {
	if strings.EqualFold(filepath.Ext(name), ".csv") {
		return "csv"
	}
	return "xliff"
}

func (e *env) writeSheet(s texts.Sheet, format, out string) (err error) {
	w := e.out
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		w = f
	}
	if format == "csv" {
		err = s.WriteCSV(w)
	} else {
		err = xliff.Write(w, s.XLIFF())
	}
	if err == nil && out != "" {
		fmt.Fprintf(e.err, "%d texts for %s\n", len(s.Entries), s.Lang.Name())
	}
	return err
}

func readSheet(r io.Reader, format string) (texts.Sheet, error) {
	if format == "csv" {
		return texts.ReadCSV(r)
	}
	d, err := xliff.Read(r)
	if err != nil {
		return texts.Sheet{}, err
	}
	return texts.FromXLIFF(d)
}

func (e *env) textsImport() *cobra.Command {
	var root string
	var asJSON bool
	var o texts.Options
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take a translator's file into the message files",
		Long: "Check each text: placeholders, plural forms, HTML, unknown keys, English texts that changed since. What is wrong is left out and named,\n" +
			"the rest is written into text/active.XX.toml of each room. Lengths and words of the glossary are warnings.\n\n" +
			"Texts are drafts until a person approved them: --approve takes those whose state is reviewed or final as approved. Exit code 6: some\n" +
			"texts were left out.",
		Example: "  ward texts import pl.xlf --check\n  ward texts import pl.xlf\n  ward texts import pl.xlf --approve",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return failed(err)
			}
			defer f.Close() //nolint:errcheck // only read
			s, err := readSheet(f, formOf(args[0]))
			if err != nil {
				return failed(fmt.Errorf("%s: %w", args[0], err))
			}
			t, err := texts.Open(root)
			if err != nil {
				return failed(err)
			}
			in, err := t.Import(s, o)
			if err != nil {
				return failed(err)
			}
			return e.printImported(in, o, asJSON)
		},
	}
	rootFlag(c, &root)
	c.Flags().BoolVar(&o.Check, "check", false, "look only, write nothing")
	c.Flags().BoolVar(&o.Approve, "approve", false, "a person read and approved what the file calls reviewed or final")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (e *env) printImported(in texts.Imported, o texts.Options, asJSON bool) error {
	if asJSON {
		if err := e.json(struct {
			Schema string `json:"schema"`
			texts.Imported
		}{"ward.texts-import/1", in}); err != nil {
			return failed(err)
		}
	} else {
		for _, p := range in.Refused {
			fmt.Fprintf(e.out, "left out  %s: %s\n", p.ID, p.Text)
		}
		for _, p := range in.Warnings {
			fmt.Fprintf(e.out, "look at   %s: %s\n", p.ID, p.Text)
		}
		verb := "written"
		if o.Check {
			verb = "would be written"
		}
		fmt.Fprintf(e.out, "%s: %d texts %s, %d as before, %d without a translation, %d left out; %d approved by a person\n",
			in.Lang.Name(), in.Written, verb, in.Same, in.Empty, len(in.Refused), in.Approved)
	}
	if len(in.Refused) > 0 {
		return &exit{code: exitPartly, err: fmt.Errorf("%d texts were left out; mend them in the file and import it again", len(in.Refused))}
	}
	return nil
}

func (e *env) textsStatus() *cobra.Command {
	var root string
	var asJSON bool
	c := &cobra.Command{
		Use: "status", Short: "Show how far each language is", Args: cobra.NoArgs, Example: "  ward texts status\n  ward texts status --json",
		RunE: func(*cobra.Command, []string) error {
			t, err := texts.Open(root)
			if err != nil {
				return failed(err)
			}
			all, err := t.Status()
			if err != nil {
				return failed(err)
			}
			if asJSON {
				return failed(e.json(struct {
					Schema    string           `json:"schema"`
					Languages []texts.Progress `json:"languages"`
				}{"ward.texts-status/1", all}))
			}
			for _, p := range all {
				if _, err := fmt.Fprintf(e.out, "%s  %5d of %d translated, %5d approved by a person\n", p.Lang, p.Translated, p.Total, p.Approved); err != nil {
					return failed(err)
				}
			}
			return nil
		},
	}
	rootFlag(c, &root)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
